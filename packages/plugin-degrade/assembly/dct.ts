// The orthonormal DCT-II of 8 x 8 values, and its inverse, in float64, in place, on two blocks at once: a vector holds the values of both at one place.
// Even and odd halves are summed apart.

/** Bytes from one row of two blocks to the next. */
const ROW: usize = 128
/** Bytes that two blocks take. */
export const BLOCKS: usize = 8 * ROW

/** Rows, then columns. `cosines`: cos(k pi / 16) / 2 for k from 1 to 7. */
export function forwardDct(blocks: usize, cosines: usize): void {
  for (let i: usize = 0; i < BLOCKS; i += ROW) forward(blocks + i, 16, cosines)
  for (let i: usize = 0; i < ROW; i += 16) forward(blocks + i, ROW, cosines)
}

/** Columns, then rows. */
export function inverseDct(blocks: usize, cosines: usize): void {
  for (let i: usize = 0; i < ROW; i += 16) inverse(blocks + i, ROW, cosines)
  for (let i: usize = 0; i < BLOCKS; i += ROW) inverse(blocks + i, 16, cosines)
}

/** A value times the cosine of k. */
// inline
function by(value: v128, cosines: usize, k: usize): v128 {
  return f64x2.mul(v128.load64_splat(cosines + 8 * (k - 1)), value)
}

// inline
function forward(x: usize, step: usize, c: usize): void {
  const x1 = x + step
  const x2 = x1 + step
  const x3 = x2 + step
  const x4 = x3 + step
  const x5 = x4 + step
  const x6 = x5 + step
  const x7 = x6 + step
  let a = v128.load(x)
  let b = v128.load(x7)
  const s0 = f64x2.add(a, b)
  const d0 = f64x2.sub(a, b)
  a = v128.load(x1)
  b = v128.load(x6)
  const s1 = f64x2.add(a, b)
  const d1 = f64x2.sub(a, b)
  a = v128.load(x2)
  b = v128.load(x5)
  const s2 = f64x2.add(a, b)
  const d2 = f64x2.sub(a, b)
  a = v128.load(x3)
  b = v128.load(x4)
  const s3 = f64x2.add(a, b)
  const d3 = f64x2.sub(a, b)
  const outer = f64x2.sub(s0, s3)
  const inner = f64x2.sub(s1, s2)
  v128.store(x, by(f64x2.add(f64x2.add(f64x2.add(s0, s1), s2), s3), c, 4))
  v128.store(x4, by(f64x2.add(f64x2.sub(f64x2.sub(s0, s1), s2), s3), c, 4))
  v128.store(x2, f64x2.add(by(outer, c, 2), by(inner, c, 6)))
  v128.store(x6, f64x2.sub(by(outer, c, 6), by(inner, c, 2)))
  v128.store(x1, f64x2.add(f64x2.add(f64x2.add(by(d0, c, 1), by(d1, c, 3)), by(d2, c, 5)), by(d3, c, 7)))
  v128.store(x3, f64x2.sub(f64x2.sub(f64x2.sub(by(d0, c, 3), by(d1, c, 7)), by(d2, c, 1)), by(d3, c, 5)))
  v128.store(x5, f64x2.add(f64x2.add(f64x2.sub(by(d0, c, 5), by(d1, c, 1)), by(d2, c, 7)), by(d3, c, 3)))
  v128.store(x7, f64x2.sub(f64x2.add(f64x2.sub(by(d0, c, 7), by(d1, c, 5)), by(d2, c, 3)), by(d3, c, 1)))
}

// inline
function inverse(x: usize, step: usize, c: usize): void {
  const x1 = x + step
  const x2 = x1 + step
  const x3 = x2 + step
  const x4 = x3 + step
  const x5 = x4 + step
  const x6 = x5 + step
  const x7 = x6 + step
  const v1 = v128.load(x1)
  const v3 = v128.load(x3)
  const v5 = v128.load(x5)
  const v7 = v128.load(x7)
  const o0 = f64x2.add(f64x2.add(f64x2.add(by(v1, c, 1), by(v3, c, 3)), by(v5, c, 5)), by(v7, c, 7))
  const o1 = f64x2.sub(f64x2.sub(f64x2.sub(by(v1, c, 3), by(v3, c, 7)), by(v5, c, 1)), by(v7, c, 5))
  const o2 = f64x2.add(f64x2.add(f64x2.sub(by(v1, c, 5), by(v3, c, 1)), by(v5, c, 7)), by(v7, c, 3))
  const o3 = f64x2.sub(f64x2.add(f64x2.sub(by(v1, c, 7), by(v3, c, 5)), by(v5, c, 3)), by(v7, c, 1))
  const v0 = v128.load(x)
  const v2 = v128.load(x2)
  const v4 = v128.load(x4)
  const v6 = v128.load(x6)
  const p = by(f64x2.add(v0, v4), c, 4)
  const q = by(f64x2.sub(v0, v4), c, 4)
  const r = f64x2.add(by(v2, c, 2), by(v6, c, 6))
  const t = f64x2.sub(by(v2, c, 6), by(v6, c, 2))
  let even = f64x2.add(p, r)
  v128.store(x, f64x2.add(even, o0))
  v128.store(x7, f64x2.sub(even, o0))
  even = f64x2.add(q, t)
  v128.store(x1, f64x2.add(even, o1))
  v128.store(x6, f64x2.sub(even, o1))
  even = f64x2.sub(q, t)
  v128.store(x2, f64x2.add(even, o2))
  v128.store(x5, f64x2.sub(even, o2))
  even = f64x2.sub(p, r)
  v128.store(x3, f64x2.add(even, o3))
  v128.store(x4, f64x2.sub(even, o3))
}
