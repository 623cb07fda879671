import { plusPair } from './pairs'
import { padRows } from './sums'

/** One row of outputs from the input rows around `middle`; reads `next` on the way, so that it is at hand for the row after. */
// inline
function blurRow(
  radius: i32,
  out: usize,
  middle: usize,
  rowStride: usize,
  next: usize,
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
  for (const end = s + bytes; s < end; s += 32, middle += 32) {
    const above = middle - rowStride
    const below = middle + rowStride
    const top = above - rowStride
    const bottom = below + rowStride
    let sum = plusPair(f32x4.mul(w0, v128.load(middle)), w1, v128.load(above), v128.load(below))
    if (radius > 1) sum = plusPair(sum, w2, v128.load(top), v128.load(bottom))
    v128.store(s, sum)
    sum = plusPair(f32x4.mul(w0, v128.load(middle, 16)), w1, v128.load(above, 16), v128.load(below, 16))
    if (radius > 1) sum = plusPair(sum, w2, v128.load(top, 16), v128.load(bottom, 16))
    v128.store(s, sum, 16)
  }
  padRows(strip, 0, 1, width, radius, border)
  w0 = v128.load32_splat(weights)
  w1 = v128.load32_splat(weights, 4)
  w2 = v128.load32_splat(weights, 8)
  s = strip
  for (const end = s + bytes; s < end; s += 32, out += 32, next += 32) {
    load<u32>(next)
    if (radius == 1) {
      v128.store(out, plusPair(f32x4.mul(w0, v128.load(s, 4)), w1, v128.load(s), v128.load(s, 8)))
      v128.store(out, plusPair(f32x4.mul(w0, v128.load(s, 20)), w1, v128.load(s, 16), v128.load(s, 24)), 16)
    } else {
      const sum = plusPair(f32x4.mul(w0, v128.load(s, 8)), w1, v128.load(s, 4), v128.load(s, 12))
      const between = v128.load(s, 16)
      v128.store(out, plusPair(sum, w2, v128.load(s), between))
      const more = plusPair(f32x4.mul(w0, v128.load(s, 24)), w1, v128.load(s, 20), v128.load(s, 28))
      v128.store(out, plusPair(more, w2, between, v128.load(s, 32)), 16)
    }
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
  let middle = rows + <usize>radius * rowStride
  for (let y = 1; y <= count; y++) {
    const next = y < count ? middle + <usize>(radius + 1) * rowStride : middle
    if (radius == 1) blurRow(1, out, middle, rowStride, next, weights, border, width, strip)
    else blurRow(2, out, middle, rowStride, next, weights, border, width, strip)
    out += stride
    middle += rowStride
  }
}
