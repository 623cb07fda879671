// The two steps of unsharp masking beside its blurs, in place, four samples at a time: counts are rounded up to whole vectors.

/** `blurred` becomes what the samples have and it has not, `mask` 1 where 255 times that is above `threshold` either way and else 0. */
export function usmResidual(blurred: usize, mask: usize, samples: usize, count: i32, threshold: f32): void {
  const limit = f32x4.splat(threshold)
  const white = f32x4.splat(255)
  const one = f32x4.splat(1)
  for (const end = blurred + ((<usize>count) << 2); blurred < end; blurred += 16, mask += 16, samples += 16) {
    const difference = f32x4.sub(v128.load(samples), v128.load(blurred))
    v128.store(blurred, difference)
    v128.store(mask, v128.and(one, f32x4.gt(f32x4.mul(f32x4.abs(difference), white), limit)))
  }
}

/** `soft` becomes the sharpened samples where it is 1 and the samples themselves where it is 0: samples + weight * residual, clipped to 0..1. */
export function usmBlend(soft: usize, residual: usize, samples: usize, count: i32, weight: f32): void {
  const by = f32x4.splat(weight)
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  for (const end = soft + ((<usize>count) << 2); soft < end; soft += 16, residual += 16, samples += 16) {
    const x = v128.load(samples)
    const share = v128.load(soft)
    const raised = f32x4.add(x, f32x4.mul(by, v128.load(residual)))
    // With this order of arguments what is no number stays so.
    const sharp = f32x4.pmin(f32x4.pmax(raised, zero), one)
    v128.store(soft, f32x4.add(f32x4.mul(share, sharp), f32x4.mul(f32x4.sub(one, share), x)))
  }
}
