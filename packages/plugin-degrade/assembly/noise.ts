/** out[i] = x[i] + scale * noise[i] (times x[i] if `relative`), clipped to 0..1 if `clip`; float32 steps. Whole vectors of 4. */
export function addNoise(out: usize, x: usize, noise: usize, scale: f32, relative: bool, clip: bool, count: i32): void {
  const factor = f32x4.splat(scale)
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2
    const sample = v128.load(x + at)
    let change = f32x4.mul(factor, v128.load(noise + at))
    if (relative) change = f32x4.mul(sample, change)
    let value = f32x4.add(sample, change)
    if (clip) value = f32x4.pmin(f32x4.pmax(value, zero), one)
    v128.store(out + at, value)
  }
}
