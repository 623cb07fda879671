// Samples of 0..1 and levels of 0..255, in place, four at a time: counts are rounded up to whole vectors.

/** Samples as 8-bit levels: times 255 in float32, halves rounded to even, clipped; what is no number becomes 0. */
export function toLevels(samples: usize, count: i32): void {
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16) v128.store(samples, levels(samples))
}

// inline
function levels(samples: usize): v128 {
  const white = f32x4.splat(255)
  const level = f32x4.nearest(f32x4.mul(v128.load(samples), white))
  return f32x4.pmin(white, f32x4.pmax(f32x4.splat(0), level))
}

/** Red samples become the gray of three colours, in whole levels of 255: the levels' BT.601 sum with weights in units of 2^-15, as OpenCV has them (color.hpp, version 4.6). */
export function grayLevels(red: usize, green: usize, blue: usize, count: i32): void {
  for (const end = red + ((<usize>count) << 2); red < end; red += 16, green += 16, blue += 16) {
    let sum = i32x4.mul(i32x4.trunc_sat_f32x4_s(levels(red)), i32x4.splat(9798))
    sum = i32x4.add(sum, i32x4.mul(i32x4.trunc_sat_f32x4_s(levels(green)), i32x4.splat(19235)))
    sum = i32x4.add(sum, i32x4.mul(i32x4.trunc_sat_f32x4_s(levels(blue)), i32x4.splat(3735)))
    const gray = i32x4.shr_s(i32x4.add(sum, i32x4.splat(1 << 14)), 15)
    v128.store(red, f32x4.div(f32x4.convert_i32x4_s(gray), f32x4.splat(255)))
  }
}

/** Levels rounded, halves and what falls short of them by less than `slack` up, then divided by `white`. */
export function roundLevels(samples: usize, count: i32, slack: f32, white: f32): void {
  const half = f32x4.splat(0.5 + slack)
  const divisor = f32x4.splat(white)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16)
    v128.store(samples, f32x4.div(f32x4.floor(f32x4.add(v128.load(samples), half)), divisor))
}

/** A vector clipped to 0..1, given vectors of 0 and of 1: -0 becomes 0, what is no number stays so. `f32x4.min` and `max` take several instructions. */
// inline
export function clipped(value: v128, zero: v128, one: v128): v128 {
  return f32x4.pmin(f32x4.add(f32x4.pmax(value, zero), zero), one)
}

/** Samples clipped to 0..1 and, if asked, cut down to 8-bit levels, floor(255 x) / 255; what is no number stays so. */
export function clipLevels(samples: usize, count: i32, truncate: bool): void {
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  const white = f32x4.splat(255)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16) {
    let value = clipped(v128.load(samples), zero, one)
    if (truncate) value = f32x4.div(f32x4.floor(f32x4.mul(value, white)), white)
    v128.store(samples, value)
  }
}

/** out[i] = (r red[i] + g green[i]) + b blue[i], each step in float32. */
export function luma(out: usize, red: usize, green: usize, blue: usize, count: i32, r: f32, g: f32, b: f32): void {
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2
    const two = f32x4.add(
      f32x4.mul(f32x4.splat(r), v128.load(red + at)),
      f32x4.mul(f32x4.splat(g), v128.load(green + at)),
    )
    v128.store(out + at, f32x4.add(two, f32x4.mul(f32x4.splat(b), v128.load(blue + at))))
  }
}
