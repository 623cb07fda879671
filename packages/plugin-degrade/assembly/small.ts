import { padRows } from './sums'

/** The sum of a vector and of those one and, if `radius` is 2, two steps before and behind it, times the weights for each distance. */
// inline
function weighed(radius: i32, from: usize, step: usize, w0: v128, w1: v128, w2: v128): v128 {
  const middle = radius > 1 ? from + 2 * step : from + step
  const near = f32x4.add(v128.load(middle - step), v128.load(middle + step))
  const sum = f32x4.add(f32x4.mul(w0, v128.load(middle)), f32x4.mul(w1, near))
  if (radius == 1) return sum
  return f32x4.add(sum, f32x4.mul(w2, f32x4.add(v128.load(from), v128.load(middle + 2 * step))))
}

// inline
function blurRow(
  radius: i32,
  out: usize,
  rows: usize,
  rowStride: usize,
  weights: usize,
  border: usize,
  width: i32,
  strip: usize,
): void {
  const bytes = (<usize>width) << 2
  let w0 = v128.load32_splat(weights, 12)
  let w1 = v128.load32_splat(weights, 16)
  let w2 = v128.load32_splat(weights, 20)
  let s = strip + ((<usize>radius) << 2)
  for (const end = s + bytes; s < end; s += 32, rows += 32) {
    v128.store(s, weighed(radius, rows, rowStride, w0, w1, w2))
    v128.store(s, weighed(radius, rows + 16, rowStride, w0, w1, w2), 16)
  }
  padRows(strip, 0, 1, width, radius, border)
  w0 = v128.load32_splat(weights)
  w1 = v128.load32_splat(weights, 4)
  w2 = v128.load32_splat(weights, 8)
  s = strip
  for (const end = s + bytes; s < end; s += 32, out += 32) {
    v128.store(out, weighed(radius, s, 4, w0, w1, w2))
    v128.store(out, weighed(radius, s + 16, 4, w0, w1, w2), 16)
  }
}

/**
 * `count` rows of outputs of a kernel of 3 or 5 columns and as many rows, `radius` to each side, the product of a row and a column that are the same to
 * both sides. `weights` holds those of the row for distances of 0, 1 and 2, then those of the column. `strip` has room for a row with a border and
 * 7 samples more; what stands for the border says `border`, as for `padRows`.
 */
export function blurSmall(
  out: usize,
  stride: usize,
  rows: usize,
  rowStride: usize,
  weights: usize,
  border: usize,
  radius: i32,
  width: i32,
  count: i32,
  strip: usize,
): void {
  for (let y = 0; y < count; y++) {
    if (radius == 1) blurRow(1, out, rows, rowStride, weights, border, width, strip)
    else blurRow(2, out, rows, rowStride, weights, border, width, strip)
    out += stride
    rows += rowStride
  }
}
