// Sums of weighted rows. Pointers are byte addresses of float32 samples in this module's memory. Rows of inputs lie `rowStride` bytes apart, rows of
// outputs `stride`; outputs are computed in whole blocks, so a row needs room for BLOCK - 1 samples after its end. Every sample is an in-order sum of
// products, rounded to float32 at each step, whatever its place in the row: strips and tiles agree with the whole, bit for bit.

const BLOCK: i32 = 16

/**
 * `count` rows of outputs: out[y][x] = sum over k < taps of weights[k] times the sample `offsets[k]` bytes after that at the same place of
 * row y. Two blocks at once, so that an offset and a weight are read for 32 samples.
 */
export function sumShifted(
  out: usize,
  stride: usize,
  rows: usize,
  rowStride: usize,
  offsets: usize,
  weights: usize,
  taps: i32,
  width: i32,
  count: i32,
): void {
  const bytes = (<usize>taps) << 2
  for (let y = 0; y < count; y++) {
    let x = 0
    for (; x + BLOCK < width; x += 2 * BLOCK) {
      const at = (<usize>x) << 2
      const row = rows + at
      let a0 = f32x4.splat(0),
        a1 = a0,
        a2 = a0,
        a3 = a0,
        a4 = a0,
        a5 = a0,
        a6 = a0,
        a7 = a0
      for (let k: usize = 0; k < bytes; k += 4) {
        const w = v128.load32_splat(weights + k)
        const p = row + <usize>load<u32>(offsets + k)
        a0 = f32x4.add(a0, f32x4.mul(w, v128.load(p)))
        a1 = f32x4.add(a1, f32x4.mul(w, v128.load(p, 16)))
        a2 = f32x4.add(a2, f32x4.mul(w, v128.load(p, 32)))
        a3 = f32x4.add(a3, f32x4.mul(w, v128.load(p, 48)))
        a4 = f32x4.add(a4, f32x4.mul(w, v128.load(p, 64)))
        a5 = f32x4.add(a5, f32x4.mul(w, v128.load(p, 80)))
        a6 = f32x4.add(a6, f32x4.mul(w, v128.load(p, 96)))
        a7 = f32x4.add(a7, f32x4.mul(w, v128.load(p, 112)))
      }
      const o = out + at
      v128.store(o, a0)
      v128.store(o, a1, 16)
      v128.store(o, a2, 32)
      v128.store(o, a3, 48)
      v128.store(o, a4, 64)
      v128.store(o, a5, 80)
      v128.store(o, a6, 96)
      v128.store(o, a7, 112)
    }
    if (x < width) {
      const at = (<usize>x) << 2
      const row = rows + at
      let a0 = f32x4.splat(0),
        a1 = a0,
        a2 = a0,
        a3 = a0
      for (let k: usize = 0; k < bytes; k += 4) {
        const w = v128.load32_splat(weights + k)
        const p = row + <usize>load<u32>(offsets + k)
        a0 = f32x4.add(a0, f32x4.mul(w, v128.load(p)))
        a1 = f32x4.add(a1, f32x4.mul(w, v128.load(p, 16)))
        a2 = f32x4.add(a2, f32x4.mul(w, v128.load(p, 32)))
        a3 = f32x4.add(a3, f32x4.mul(w, v128.load(p, 48)))
      }
      const o = out + at
      v128.store(o, a0)
      v128.store(o, a1, 16)
      v128.store(o, a2, 32)
      v128.store(o, a3, 48)
    }
    out += stride
    rows += rowStride
  }
}

/** Fills the `radius` samples before and behind each of `count` rows of `width` samples from its samples `border`. */
export function padRows(rows: usize, rowStride: usize, count: i32, width: i32, radius: i32, border: usize): void {
  for (let y = 0; y < count; y++) {
    const row = rows + ((<usize>radius) << 2)
    const end = row + ((<usize>width) << 2)
    const behind = border + ((<usize>radius) << 2)
    for (let i = 0; i < radius; i++) {
      const at = (<usize>i) << 2
      store<f32>(rows + at, load<f32>(row + ((<usize>load<u32>(border + at)) << 2)))
      store<f32>(end + at, load<f32>(row + ((<usize>load<u32>(behind + at)) << 2)))
    }
    rows += rowStride
  }
}
