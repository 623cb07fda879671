/** A pair's share in four vectors. */
// inline
export function plusPair(sum: v128, weight: v128, after: v128, before: v128): v128 {
  return f32x4.add(sum, f32x4.mul(weight, f32x4.add(after, before)))
}

/**
 * `count` rows of outputs of a kernel that half a turn leaves as it is: out[y][x] = the sample at the same place of row y times the first number at
 * `taps`, and for each of `pairs` further ones, each behind an offset in bytes, that number times the sum of the samples so far after it and so far
 * before it. In blocks of 32, at the end of 16 and 4.
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
  const ahead = <usize>load<u32>(end - 8) + rowStride
  for (let y = 0; y < count; y++) {
    // The lowest of the samples, those of the last tap, of the row after: processors do not look ahead beyond a page, and a row may be one.
    if (y + 1 < count) load<u32>(rows + ahead)
    let row = rows
    let o = out
    const last = out + ((<usize>width) << 2)
    for (; o + 112 < last; o += 128, row += 128) {
      let w = v128.load32_splat(taps, 4)
      let a0 = f32x4.mul(w, v128.load(row))
      let a1 = f32x4.mul(w, v128.load(row, 16))
      let a2 = f32x4.mul(w, v128.load(row, 32))
      let a3 = f32x4.mul(w, v128.load(row, 48))
      let a4 = f32x4.mul(w, v128.load(row, 64))
      let a5 = f32x4.mul(w, v128.load(row, 80))
      let a6 = f32x4.mul(w, v128.load(row, 96))
      let a7 = f32x4.mul(w, v128.load(row, 112))
      for (let tap = first; tap < end; tap += 8) {
        const offset = <usize>load<u32>(tap)
        w = v128.load32_splat(tap, 4)
        const p = row + offset
        const q = row - offset
        a0 = plusPair(a0, w, v128.load(p), v128.load(q))
        a1 = plusPair(a1, w, v128.load(p, 16), v128.load(q, 16))
        a2 = plusPair(a2, w, v128.load(p, 32), v128.load(q, 32))
        // Never: loads that follow are not done before, for which there are no registers.
        if (pairs < 0) {
          v128.store(o, a0)
          v128.store(o, a1)
          v128.store(o, a2)
        }
        a3 = plusPair(a3, w, v128.load(p, 48), v128.load(q, 48))
        a4 = plusPair(a4, w, v128.load(p, 64), v128.load(q, 64))
        a5 = plusPair(a5, w, v128.load(p, 80), v128.load(q, 80))
        if (width < 0) {
          v128.store(o, a3)
          v128.store(o, a4)
          v128.store(o, a5)
        }
        a6 = plusPair(a6, w, v128.load(p, 96), v128.load(q, 96))
        a7 = plusPair(a7, w, v128.load(p, 112), v128.load(q, 112))
      }
      v128.store(o, a0)
      v128.store(o, a1, 16)
      v128.store(o, a2, 32)
      v128.store(o, a3, 48)
      v128.store(o, a4, 64)
      v128.store(o, a5, 80)
      v128.store(o, a6, 96)
      v128.store(o, a7, 112)
    }
    if (o + 48 < last) {
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
        a0 = plusPair(a0, w, v128.load(p), v128.load(q))
        a1 = plusPair(a1, w, v128.load(p, 16), v128.load(q, 16))
        a2 = plusPair(a2, w, v128.load(p, 32), v128.load(q, 32))
        a3 = plusPair(a3, w, v128.load(p, 48), v128.load(q, 48))
      }
      v128.store(o, a0)
      v128.store(o, a1, 16)
      v128.store(o, a2, 32)
      v128.store(o, a3, 48)
      o += 64
      row += 64
    }
    for (; o < last; o += 16, row += 16) {
      let sum = f32x4.mul(v128.load32_splat(taps, 4), v128.load(row))
      for (let tap = first; tap < end; tap += 8) {
        const offset = <usize>load<u32>(tap)
        sum = plusPair(sum, v128.load32_splat(tap, 4), v128.load(row + offset), v128.load(row - offset))
      }
      v128.store(o, sum)
    }
    out += stride
    rows += rowStride
  }
}
