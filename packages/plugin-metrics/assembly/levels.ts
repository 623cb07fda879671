/** Samples of 0..1 to levels of 0..255 in float32, in place; `quantize`: clipped and rounded, halves to even. Whole vectors of 4. */
export function scaleLevels(samples: usize, count: i32, quantize: bool): void {
  const white = f32x4.splat(255)
  const black = f32x4.splat(0)
  for (let i = 0; i < count; i += 4) {
    const p = samples + ((<usize>i) << 2)
    let level = f32x4.mul(v128.load(p), white)
    // Not a number stays it: comparisons with it are false.
    if (quantize) level = f32x4.nearest(f32x4.pmin(f32x4.pmax(level, black), white))
    v128.store(p, level)
  }
}

/** Rounds levels to whole ones in place, halves to even. Whole vectors of 4. */
export function roundLevels(samples: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const p = samples + ((<usize>i) << 2)
    v128.store(p, f32x4.nearest(v128.load(p)))
  }
}

/**
 * BT.601 studio luma of levels, 16..235, rounded to float32 where BasicSR's `to_y_channel` does: c' = F(c / 255), then
 * F(F((65.481 R' + 128.553 G' + 24.966 B' + 16) / 255) * 255), sums in float64. Written over `red`. Whole vectors of 4.
 */
export function studioLuma(red: usize, green: usize, blue: usize, count: i32): void {
  const white = f32x4.splat(255)
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2
    const r = f32x4.div(v128.load(red + at), white)
    const g = f32x4.div(v128.load(green + at), white)
    const b = f32x4.div(v128.load(blue + at), white)
    const low = weigh(r, g, b)
    const high = weigh(
      v128.shuffle<f32>(r, r, 2, 3, 2, 3),
      v128.shuffle<f32>(g, g, 2, 3, 2, 3),
      v128.shuffle<f32>(b, b, 2, 3, 2, 3),
    )
    v128.store(red + at, f32x4.mul(v128.shuffle<f32>(low, high, 0, 1, 4, 5), white))
  }
}

/** (65.481 r + 128.553 g + 24.966 b + 16) / 255 of the two lower lanes. */
function weigh(r: v128, g: v128, b: v128): v128 {
  const red = f64x2.mul(f64x2.splat(65.481), f64x2.promote_low_f32x4(r))
  const green = f64x2.mul(f64x2.splat(128.553), f64x2.promote_low_f32x4(g))
  const blue = f64x2.mul(f64x2.splat(24.966), f64x2.promote_low_f32x4(b))
  const sum = f64x2.add(f64x2.add(f64x2.add(red, green), blue), f64x2.splat(16))
  return f32x4.demote_f64x2_zero(f64x2.div(sum, f64x2.splat(255)))
}

/**
 * Full-range BT.601 luma of levels, 0.299 R + 0.587 G + 0.114 B with the weights as float32 and sums in float64, exact for whole levels;
 * `rounded` to whole levels, halves to even. Written over `red`. Whole vectors of 4.
 */
export function fullLuma(red: usize, green: usize, blue: usize, count: i32, rounded: bool): void {
  for (let i = 0; i < count; i += 2) {
    const at = (<usize>i) << 2
    let level = f64x2.add(f64x2.add(weighted(red + at, 0.299), weighted(green + at, 0.587)), weighted(blue + at, 0.114))
    if (rounded) level = f64x2.nearest(level)
    v128.store64_lane(red + at, f32x4.demote_f64x2_zero(level), 0)
  }
}

function weighted(samples: usize, weight: f32): v128 {
  return f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(samples)), f64x2.splat(<f64>weight))
}

/** Sum over whole levels of (a - b)^2, exact. Whole vectors of 4. */
export function squaredLevels(a: usize, b: usize, count: i32): f64 {
  let sum = f64x2.splat(0)
  for (let from = 0; from < count; from += 1024) {
    // 256 squares of at most 255^2 stay below 2^24, up to where float32 knows all whole numbers.
    let squares = f32x4.splat(0)
    const end = min(from + 1024, count)
    for (let i = from; i < end; i += 4) {
      const at = (<usize>i) << 2
      const difference = f32x4.sub(v128.load(a + at), v128.load(b + at))
      squares = f32x4.add(squares, f32x4.mul(difference, difference))
    }
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(squares))
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<f32>(squares, squares, 2, 3, 2, 3)))
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/** Sum over float32 samples of (a - b)^2 in float64, on four partial sums. Whole vectors of 4. */
export function squaredDistance(a: usize, b: usize, count: i32): f64 {
  let low = f64x2.splat(0)
  let high = low
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2
    const va = v128.load(a + at)
    const vb = v128.load(b + at)
    const dl = f64x2.sub(f64x2.promote_low_f32x4(va), f64x2.promote_low_f32x4(vb))
    const dh = f64x2.sub(
      f64x2.promote_low_f32x4(v128.shuffle<f32>(va, va, 2, 3, 2, 3)),
      f64x2.promote_low_f32x4(v128.shuffle<f32>(vb, vb, 2, 3, 2, 3)),
    )
    low = f64x2.add(low, f64x2.mul(dl, dl))
    high = f64x2.add(high, f64x2.mul(dh, dh))
  }
  const sum = f64x2.add(low, high)
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/** Sum over float32 samples of |a - b| in float64, on four partial sums. Whole vectors of 4. */
export function absoluteDistance(a: usize, b: usize, count: i32): f64 {
  let low = f64x2.splat(0)
  let high = low
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2
    const va = v128.load(a + at)
    const vb = v128.load(b + at)
    low = f64x2.add(low, f64x2.abs(f64x2.sub(f64x2.promote_low_f32x4(va), f64x2.promote_low_f32x4(vb))))
    const ha = f64x2.promote_low_f32x4(v128.shuffle<f32>(va, va, 2, 3, 2, 3))
    high = f64x2.add(high, f64x2.abs(f64x2.sub(ha, f64x2.promote_low_f32x4(v128.shuffle<f32>(vb, vb, 2, 3, 2, 3)))))
  }
  const sum = f64x2.add(low, high)
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}
