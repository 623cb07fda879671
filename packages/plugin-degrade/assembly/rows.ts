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

/** `count` rows of outputs, `stride` bytes apart: each combines the `taps` rows from its own place in `rows` on. */
export function combineBand(
  out: usize,
  stride: usize,
  rows: usize,
  weights: usize,
  taps: i32,
  width: i32,
  count: i32,
): void {
  let y = 0
  for (; y + 1 < count; y += 2, out += 2 * stride, rows += 8) combinePair(out, out + stride, rows, weights, taps, width)
  if (y < count) combineRows(out, rows, weights, taps, width)
}

/** `combineRows` for two rows at once, the second one row further down: samples loaded once count for both. */
function combinePair(out0: usize, out1: usize, rows: usize, weights: usize, taps: i32, width: i32): void {
  const end = weights + ((<usize>taps) << 2)
  for (let x = 0; x < width; x += BLOCK) {
    const at = (<usize>x) << 2
    let row = rows
    let p = <usize>load<u32>(row) + at
    let wa = v128.load32_splat(weights)
    let a0 = f32x4.mul(wa, v128.load(p))
    let a1 = f32x4.mul(wa, v128.load(p, 16))
    let a2 = f32x4.mul(wa, v128.load(p, 32))
    let a3 = f32x4.mul(wa, v128.load(p, 48))
    let b0 = f32x4.splat(0),
      b1 = b0,
      b2 = b0,
      b3 = b0
    for (let w = weights + 4; w < end; w += 4) {
      row += 4
      p = <usize>load<u32>(row) + at
      const v0 = v128.load(p)
      const v1 = v128.load(p, 16)
      const v2 = v128.load(p, 32)
      const v3 = v128.load(p, 48)
      const wb = wa
      wa = v128.load32_splat(w)
      a0 = f32x4.add(a0, f32x4.mul(wa, v0))
      a1 = f32x4.add(a1, f32x4.mul(wa, v1))
      a2 = f32x4.add(a2, f32x4.mul(wa, v2))
      a3 = f32x4.add(a3, f32x4.mul(wa, v3))
      b0 = f32x4.add(b0, f32x4.mul(wb, v0))
      b1 = f32x4.add(b1, f32x4.mul(wb, v1))
      b2 = f32x4.add(b2, f32x4.mul(wb, v2))
      b3 = f32x4.add(b3, f32x4.mul(wb, v3))
    }
    p = <usize>load<u32>(row, 4) + at
    b0 = f32x4.add(b0, f32x4.mul(wa, v128.load(p)))
    b1 = f32x4.add(b1, f32x4.mul(wa, v128.load(p, 16)))
    b2 = f32x4.add(b2, f32x4.mul(wa, v128.load(p, 32)))
    b3 = f32x4.add(b3, f32x4.mul(wa, v128.load(p, 48)))
    v128.store(out0 + at, a0)
    v128.store(out0 + at, a1, 16)
    v128.store(out0 + at, a2, 32)
    v128.store(out0 + at, a3, 48)
    v128.store(out1 + at, b0)
    v128.store(out1 + at, b1, 16)
    v128.store(out1 + at, b2, 32)
    v128.store(out1 + at, b3, 48)
  }
}

/** out[x] = sum over k of weights[k] * row[x + k]. */
function convolveRow(out: usize, row: usize, weights: usize, taps: i32, width: i32): void {
  const end = weights + ((<usize>taps) << 2)
  for (let x = 0; x < width; x += BLOCK) {
    const at = (<usize>x) << 2
    let p = row + at
    let a0 = f32x4.splat(0),
      a1 = a0,
      a2 = a0,
      a3 = a0
    for (let k = weights; k < end; k += 4) {
      const w = v128.load32_splat(k)
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

/**
 * Copies `count` rows of `width` samples that lie one after another at `source` into a ring of `capacity` rows `stride` bytes apart,
 * from row number `first` on, each with `radius` border samples before and behind it, taken from its samples `border`.
 */
export function padRows(
  ring: usize,
  stride: usize,
  capacity: i32,
  first: i32,
  source: usize,
  count: i32,
  width: i32,
  radius: i32,
  border: usize,
): void {
  for (let i = 0; i < count; i++) {
    padRow(ring + <usize>((first + i) % capacity) * stride, source, width, radius, border)
    source += (<usize>width) << 2
  }
}

/** As `padRows`, but correlates each row with `weights`: its borders exist in `padded` alone. */
export function filterRows(
  ring: usize,
  stride: usize,
  capacity: i32,
  first: i32,
  source: usize,
  count: i32,
  width: i32,
  radius: i32,
  border: usize,
  padded: usize,
  weights: usize,
): void {
  for (let i = 0; i < count; i++) {
    padRow(padded, source, width, radius, border)
    convolveRow(ring + <usize>((first + i) % capacity) * stride, padded, weights, 2 * radius + 1, width)
    source += (<usize>width) << 2
  }
}

function padRow(out: usize, source: usize, width: i32, radius: i32, border: usize): void {
  const row = out + ((<usize>radius) << 2)
  const end = row + ((<usize>width) << 2)
  memory.copy(row, source, (<usize>width) << 2)
  const behind = border + ((<usize>radius) << 2)
  for (let i = 0; i < radius; i++) {
    const at = (<usize>i) << 2
    store<f32>(out + at, load<f32>(row + ((<usize>load<u32>(border + at)) << 2)))
    store<f32>(end + at, load<f32>(row + ((<usize>load<u32>(behind + at)) << 2)))
  }
}
