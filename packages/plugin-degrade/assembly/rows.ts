// Row kernels: all pointers are byte addresses of float32 samples in this module's memory. Outputs are computed in
// whole blocks, so a row needs room for BLOCK - 1 samples after its end. Every sample is an in-order sum of products,
// rounded to float32 at each step, whatever its place in the row: strips and tiles agree with the whole, bit for bit.

const BLOCK: i32 = 16

/** out[x] = sum over k of weights[k] * rows[k][x]; `rows` holds `taps` addresses. */
export function combineRows(out: usize, rows: usize, weights: usize, taps: i32, width: i32): void {
  for (let x = 0; x < width; x += BLOCK) {
    const at = (<usize>x) << 2
    let a0 = f32x4.splat(0),
      a1 = a0,
      a2 = a0,
      a3 = a0
    for (let k = 0; k < taps; k++) {
      const w = v128.load32_splat(weights + ((<usize>k) << 2))
      const p = <usize>load<u32>(rows + ((<usize>k) << 2)) + at
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
}

/** out[x] = sum over k of weights[k] * row[x + k]. */
export function convolveRow(out: usize, row: usize, weights: usize, taps: i32, width: i32): void {
  for (let x = 0; x < width; x += BLOCK) {
    const at = (<usize>x) << 2
    let p = row + at
    let a0 = f32x4.splat(0),
      a1 = a0,
      a2 = a0,
      a3 = a0
    for (let k = 0; k < taps; k++) {
      const w = v128.load32_splat(weights + ((<usize>k) << 2))
      a0 = f32x4.add(a0, f32x4.mul(w, v128.load(p)))
      a1 = f32x4.add(a1, f32x4.mul(w, v128.load(p, 16)))
      a2 = f32x4.add(a2, f32x4.mul(w, v128.load(p, 32)))
      a3 = f32x4.add(a3, f32x4.mul(w, v128.load(p, 48)))
      p += 4
    }
    const o = out + at
    v128.store(o, a0)
    v128.store(o, a1, 16)
    v128.store(o, a2, 32)
    v128.store(o, a3, 48)
  }
}

/** Fills the `before` samples ahead of a row of `width` samples and the `after` samples behind it from its samples `indices`; `out` is where the first of them lies. */
export function padRow(out: usize, width: i32, before: i32, after: i32, indices: usize): void {
  const row = out + ((<usize>before) << 2)
  for (let i = 0; i < before; i++) {
    store<f32>(out + ((<usize>i) << 2), load<f32>(row + ((<usize>load<u32>(indices + ((<usize>i) << 2))) << 2)))
  }
  const end = row + ((<usize>width) << 2)
  const last = indices + ((<usize>before) << 2)
  for (let i = 0; i < after; i++) {
    store<f32>(end + ((<usize>i) << 2), load<f32>(row + ((<usize>load<u32>(last + ((<usize>i) << 2))) << 2)))
  }
}
