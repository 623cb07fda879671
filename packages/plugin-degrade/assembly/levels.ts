// Samples of 0..1 and levels of 0..255, in place, four at a time: counts are rounded up to whole vectors.

/** Samples as 8-bit levels: times 255 in float32, halves rounded to even, clipped; what is no number becomes 0. */
export function toLevels(samples: usize, count: i32): void {
  const zero = f32x4.splat(0)
  const white = f32x4.splat(255)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16) {
    const level = f32x4.nearest(f32x4.mul(v128.load(samples), white))
    v128.store(samples, f32x4.pmin(white, f32x4.pmax(zero, level)))
  }
}

/** Levels rounded, halves and what falls short of them by less than `slack` up, then divided by `white`. */
export function roundLevels(samples: usize, count: i32, slack: f32, white: f32): void {
  const half = f32x4.splat(0.5 + slack)
  const divisor = f32x4.splat(white)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16)
    v128.store(samples, f32x4.div(f32x4.floor(f32x4.add(v128.load(samples), half)), divisor))
}

/** Samples clipped to 0..1 and, if asked, cut down to 8-bit levels, floor(255 x) / 255; what is no number stays so. */
export function clipLevels(samples: usize, count: i32, truncate: bool): void {
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  const white = f32x4.splat(255)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16) {
    let value = f32x4.min(one, f32x4.max(zero, v128.load(samples)))
    if (truncate) value = f32x4.div(f32x4.floor(f32x4.mul(value, white)), white)
    v128.store(samples, value)
  }
}
