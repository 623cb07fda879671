/** Masks of the lanes in even and in odd columns. */
function parityMask(odd: bool): v128 {
  return odd ? i32x4(0, -1, 0, -1) : i32x4(-1, 0, -1, 0)
}

/**
 * One row of three colours from rows of samples measured through a Bayer filter, each with a sample before and one behind it. `own` is the
 * colour that this row has beside green, which lies in the columns of parity `greenOdd`. Means of the nearest samples; if `levels`, of
 * 8-bit levels, halves rounded up, green along the direction of smaller change, and divided by 255. Whole vectors of 4.
 */
export function demosaicRow(
  own: usize,
  green: usize,
  other: usize,
  above: usize,
  here: usize,
  below: usize,
  width: i32,
  greenOdd: bool,
  levels: bool,
): void {
  const mask = parityMask(greenOdd)
  const half = f32x4.splat(0.5)
  const quarter = f32x4.splat(0.25)
  const white = f32x4.splat(255)
  for (const end = here + ((<usize>width) << 2); here < end; ) {
    const middle = v128.load(here, 4)
    const left = v128.load(here)
    const right = v128.load(here, 8)
    const up = v128.load(above, 4)
    const down = v128.load(below, 4)
    const across = f32x4.add(left, right)
    const along = f32x4.add(up, down)
    const corners = f32x4.add(
      f32x4.add(f32x4.add(v128.load(above), v128.load(above, 8)), v128.load(below)),
      v128.load(below, 8),
    )
    let a: v128, g: v128, b: v128
    if (levels) {
      const wide = f32x4.floor(f32x4.add(f32x4.mul(across, half), half))
      const tall = f32x4.floor(f32x4.add(f32x4.mul(along, half), half))
      const vertical = f32x4.gt(f32x4.abs(f32x4.sub(left, right)), f32x4.abs(f32x4.sub(up, down)))
      const diagonal = f32x4.floor(f32x4.add(f32x4.mul(corners, quarter), half))
      a = f32x4.div(v128.bitselect(wide, middle, mask), white)
      g = f32x4.div(v128.bitselect(middle, v128.bitselect(tall, wide, vertical), mask), white)
      b = f32x4.div(v128.bitselect(tall, diagonal, mask), white)
    } else {
      a = v128.bitselect(f32x4.mul(across, half), middle, mask)
      g = v128.bitselect(middle, f32x4.mul(f32x4.add(across, along), quarter), mask)
      b = v128.bitselect(f32x4.mul(along, half), f32x4.mul(corners, quarter), mask)
    }
    v128.store(own, a)
    v128.store(green, g)
    v128.store(other, b)
    own += 16
    green += 16
    other += 16
    above += 16
    here += 16
    below += 16
  }
}
