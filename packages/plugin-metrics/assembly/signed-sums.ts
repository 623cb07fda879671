/**
 * Adds to the five float64 at `out` those of `height` rows of `width` values, `line` bytes apart: how many are negative, the sum of their
 * squares, how many are positive, the sum of their squares, and the sum of all absolute values. A value is a sample, or its product with
 * the sample `other` bytes further where `product` says so.
 */
export function signedSums(
  out: usize,
  rows: usize,
  line: usize,
  width: i32,
  height: i32,
  other: isize,
  product: bool,
): void {
  const zero = f64x2.splat(0)
  const one = f64x2.splat(1)
  let negative = zero,
    negativeSquares = zero,
    positive = zero,
    positiveSquares = zero,
    absolute = zero
  for (let y = 0; y < height; y++) {
    const row = rows + <usize>y * line
    for (let x = 0; x < width; x += 2) {
      const p = row + ((<usize>x) << 3)
      let value = v128.load(p)
      if (product) value = f64x2.mul(value, v128.load(p + other))
      // What lies beyond an odd width does not count.
      if (x + 1 == width) value = f64x2.replace_lane(value, 1, 0)
      const square = f64x2.mul(value, value)
      const below = f64x2.lt(value, zero)
      const above = f64x2.gt(value, zero)
      negative = f64x2.add(negative, v128.and(below, one))
      negativeSquares = f64x2.add(negativeSquares, v128.and(below, square))
      positive = f64x2.add(positive, v128.and(above, one))
      positiveSquares = f64x2.add(positiveSquares, v128.and(above, square))
      absolute = f64x2.add(absolute, f64x2.abs(value))
    }
  }
  add(out, negative)
  add(out + 8, negativeSquares)
  add(out + 16, positive)
  add(out + 24, positiveSquares)
  add(out + 32, absolute)
}

function add(out: usize, sum: v128): void {
  store<f64>(out, load<f64>(out) + f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
}
