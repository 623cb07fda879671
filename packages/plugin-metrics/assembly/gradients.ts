/** Means of 2 x 2 float32 samples of two rows as `width` float64; writes up to one more. */
export function halveRow(out: usize, upper: usize, lower: usize, width: i32): void {
  for (let x = 0; x < width; x += 2) {
    const u = v128.load(upper + ((<usize>x) << 3))
    const l = v128.load(lower + ((<usize>x) << 3))
    const sum = f64x2.add(
      f64x2.add(
        f64x2.promote_low_f32x4(v128.shuffle<f32>(u, u, 0, 2, 0, 2)),
        f64x2.promote_low_f32x4(v128.shuffle<f32>(u, u, 1, 3, 1, 3)),
      ),
      f64x2.add(
        f64x2.promote_low_f32x4(v128.shuffle<f32>(l, l, 0, 2, 0, 2)),
        f64x2.promote_low_f32x4(v128.shuffle<f32>(l, l, 1, 3, 1, 3)),
      ),
    )
    v128.store(out + ((<usize>x) << 3), f64x2.mul(sum, f64x2.splat(0.25)))
  }
}

/**
 * Adds to the two float64 at `out` the sum, and the sum of squares, of how far the similarity of gradients of two images lies from 1 at
 * `width` positions of a row: (2 m1 m2 + t) / (m1^2 + m2^2 + t) - 1 of the magnitudes of Prewitt gradients / 3. `first` and `second` are
 * the addresses of the middle row of each image's three rows, which have a sample on each side and lie `line` bytes apart.
 */
export function gradientSimilarityRow(out: usize, first: usize, second: usize, line: usize, width: i32, t: f64): void {
  const constant = f64x2.splat(t)
  let sum = f64x2.splat(0)
  let squares = f64x2.splat(0)
  for (let x = 0; x < width; x += 2) {
    const at = (<usize>x) << 3
    const a = squaredGradient(first + at, line)
    const b = squaredGradient(second + at, line)
    // (2 m1 m2 - m1^2 - m2^2) / (m1^2 + m2^2 + t)
    const product = f64x2.sqrt(f64x2.mul(a, b))
    const total = f64x2.add(a, b)
    let value = f64x2.div(f64x2.sub(f64x2.add(product, product), total), f64x2.add(total, constant))
    if (x + 1 == width) value = f64x2.replace_lane(value, 1, 0)
    sum = f64x2.add(sum, value)
    squares = f64x2.add(squares, f64x2.mul(value, value))
  }
  store<f64>(out, load<f64>(out) + f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
  store<f64>(out + 8, load<f64>(out + 8) + f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1))
}

function squaredGradient(p: usize, line: usize): v128 {
  const northWest = v128.load(p - line - 8)
  const north = v128.load(p - line)
  const northEast = v128.load(p - line + 8)
  const west = v128.load(p - 8)
  const east = v128.load(p + 8)
  const southWest = v128.load(p + line - 8)
  const south = v128.load(p + line)
  const southEast = v128.load(p + line + 8)
  const across = f64x2.sub(
    f64x2.add(f64x2.add(northWest, west), southWest),
    f64x2.add(f64x2.add(northEast, east), southEast),
  )
  const down = f64x2.sub(
    f64x2.add(f64x2.add(northWest, north), northEast),
    f64x2.add(f64x2.add(southWest, south), southEast),
  )
  return f64x2.div(f64x2.add(f64x2.mul(across, across), f64x2.mul(down, down)), f64x2.splat(9))
}
