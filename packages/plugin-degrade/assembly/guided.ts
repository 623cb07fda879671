// The arithmetic of the guided filter. Whole vectors of 4.

/**
 * Lines a * guide + b from the means of the guide, of its squares, of the other plane and of their products, with a penalty `epsilon` on a^2:
 * a takes the place of the squares, b that of the products.
 */
export function fitLines(squares: usize, products: usize, guide: usize, other: usize, count: i32, epsilon: f32): void {
  const penalty = f32x4.splat(epsilon)
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2
    const m = v128.load(guide + at)
    const n = v128.load(other + at)
    const covariance = f32x4.sub(v128.load(products + at), f32x4.mul(m, n))
    const variance = f32x4.sub(v128.load(squares + at), f32x4.mul(m, m))
    const slope = f32x4.div(covariance, f32x4.add(variance, penalty))
    v128.store(squares + at, slope)
    v128.store(products + at, f32x4.sub(n, f32x4.mul(slope, m)))
  }
}

/** out[i] += x[i] * y[i]. */
export function addProduct(out: usize, x: usize, y: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2
    v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(v128.load(x + at), v128.load(y + at))))
  }
}
