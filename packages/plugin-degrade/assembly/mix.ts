import { clipped } from './levels'

/** out[i] = light + (x[i] - light) * share[i], clipped to 0..1 if `clip`; float32 steps. Whole vectors of 4. */
export function mixLight(out: usize, x: usize, share: usize, light: f32, clip: bool, count: i32): void {
  const air = f32x4.splat(light)
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2
    let value = f32x4.add(air, f32x4.mul(f32x4.sub(v128.load(x + at), air), v128.load(share + at)))
    if (clip) value = clipped(value, zero, one)
    v128.store(out + at, value)
  }
}

/** out[i] = x[i] * y[i]. Whole vectors of 4. */
export function multiply(out: usize, x: usize, y: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2
    v128.store(out + at, f32x4.mul(v128.load(x + at), v128.load(y + at)))
  }
}

/** Samples times a number, in place. Whole vectors of 4. */
export function scale(samples: usize, count: i32, factor: f32): void {
  const by = f32x4.splat(factor)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16)
    v128.store(samples, f32x4.mul(v128.load(samples), by))
}
