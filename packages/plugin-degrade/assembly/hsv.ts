import { clipped } from './levels'

// Colours by their value, the largest channel, and their saturation, four pixels at a time. For gray images all three are one plane.

/** Adds `amount` to the value in place, clipped to 0..1; hue and saturation stay. */
export function brighten(red: usize, green: usize, blue: usize, count: i32, amount: f32): void {
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  const more = f32x4.splat(amount)
  for (const end = red + ((<usize>count) << 2); red < end; red += 16, green += 16, blue += 16) {
    const r = v128.load(red)
    const g = v128.load(green)
    const b = v128.load(blue)
    const value = f32x4.max(f32x4.max(r, g), b)
    const target = clipped(f32x4.add(value, more), zero, one)
    // Black becomes gray.
    const black = f32x4.eq(value, zero)
    // Divided first, so that the largest channel becomes the target itself.
    v128.store(red, v128.bitselect(target, f32x4.mul(f32x4.div(r, value), target), black))
    v128.store(green, v128.bitselect(target, f32x4.mul(f32x4.div(g, value), target), black))
    v128.store(blue, v128.bitselect(target, f32x4.mul(f32x4.div(b, value), target), black))
  }
}

/** The range of the channels as a share of the value; 0 for black. */
// inline
function saturationOf(range: v128, value: v128): v128 {
  return v128.and(f32x4.div(range, value), f32x4.gt(value, f32x4.splat(0)))
}

/** The saturation times `factor` plus `offset` in place, clipped to 0..1; hue and value stay. Gray counts as red. */
export function saturate(red: usize, green: usize, blue: usize, count: i32, factor: f32, offset: f32): void {
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  const by = f32x4.splat(factor)
  const more = f32x4.splat(offset)
  for (const end = red + ((<usize>count) << 2); red < end; red += 16, green += 16, blue += 16) {
    const r = v128.load(red)
    const g = v128.load(green)
    const b = v128.load(blue)
    const value = f32x4.max(f32x4.max(r, g), b)
    const range = f32x4.sub(value, f32x4.min(f32x4.min(r, g), b))
    const before = saturationOf(range, value)
    const saturation = clipped(f32x4.add(f32x4.mul(before, by), more), zero, one)
    const depth = f32x4.mul(saturation, value)
    // How far a channel lies below the value, as a share of the range.
    const gray = f32x4.le(range, zero)
    const share = v128.andnot(f32x4.div(depth, range), gray)
    const lift = v128.and(depth, gray)
    v128.store(red, f32x4.sub(value, f32x4.mul(share, f32x4.sub(value, r))))
    v128.store(green, f32x4.sub(f32x4.sub(value, f32x4.mul(share, f32x4.sub(value, g))), lift))
    v128.store(blue, f32x4.sub(f32x4.sub(value, f32x4.mul(share, f32x4.sub(value, b))), lift))
  }
}

/** out = base + value * byValue + saturation * bySaturation; black has no saturation. */
export function attenuate(
  out: usize,
  red: usize,
  green: usize,
  blue: usize,
  count: i32,
  base: f32,
  byValue: f32,
  bySaturation: f32,
): void {
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2
    const r = v128.load(red + at)
    const g = v128.load(green + at)
    const b = v128.load(blue + at)
    const value = f32x4.max(f32x4.max(r, g), b)
    const range = f32x4.sub(value, f32x4.min(f32x4.min(r, g), b))
    const saturation = saturationOf(range, value)
    const sum = f32x4.add(f32x4.splat(base), f32x4.mul(f32x4.splat(byValue), value))
    v128.store(out + at, f32x4.add(sum, f32x4.mul(f32x4.splat(bySaturation), saturation)))
  }
}
