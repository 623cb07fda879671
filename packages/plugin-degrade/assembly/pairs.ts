/**
 * `count` rows of outputs of a kernel that half a turn leaves as it is: out[y][x] = the sample at the same place of row y times the first number at
 * `taps`, and for each of `pairs` further ones, each behind an offset in bytes, that number times the sum of the samples so far after it and so far
 * before it. In whole blocks of 16.
 */
export function sumPairs(
  out: usize,
  stride: usize,
  rows: usize,
  rowStride: usize,
  taps: usize,
  pairs: i32,
  width: i32,
  count: i32,
): void {
  const first = taps + 8
  const end = first + ((<usize>pairs) << 3)
  for (let y = 0; y < count; y++) {
    let row = rows
    for (let o = out, last = out + ((<usize>width) << 2); o < last; o += 64, row += 64) {
      let w = v128.load32_splat(taps, 4)
      let a0 = f32x4.mul(w, v128.load(row))
      let a1 = f32x4.mul(w, v128.load(row, 16))
      let a2 = f32x4.mul(w, v128.load(row, 32))
      let a3 = f32x4.mul(w, v128.load(row, 48))
      for (let tap = first; tap < end; tap += 8) {
        const offset = <usize>load<u32>(tap)
        w = v128.load32_splat(tap, 4)
        const p = row + offset
        const q = row - offset
        a0 = f32x4.add(a0, f32x4.mul(w, f32x4.add(v128.load(p), v128.load(q))))
        a1 = f32x4.add(a1, f32x4.mul(w, f32x4.add(v128.load(p, 16), v128.load(q, 16))))
        a2 = f32x4.add(a2, f32x4.mul(w, f32x4.add(v128.load(p, 32), v128.load(q, 32))))
        a3 = f32x4.add(a3, f32x4.mul(w, f32x4.add(v128.load(p, 48), v128.load(q, 48))))
      }
      v128.store(o, a0)
      v128.store(o, a1, 16)
      v128.store(o, a2, 32)
      v128.store(o, a3, 48)
    }
    out += stride
    rows += rowStride
  }
}
