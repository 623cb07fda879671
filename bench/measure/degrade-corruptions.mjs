/** Corruptions of ImageNet-C at severity 3 beside functions of `reference/corruptions.py`. Levels cut down to 8 bits may differ by one. */
const LEVEL = 1.01 / 255

const corruption = (name, args, tolerance) => ({
  name: `corruption: ${name.replaceAll('-', ' ')}`,
  use: `corrupt/${name}`,
  params: { severity: 3 },
  reference: `corrupt_${name.replaceAll('-', '_')}`,
  args,
  tolerance,
})

export const corruptions = [
  corruption('gaussian-noise', { c: 0.18 }),
  corruption('shot-noise', { c: 12 }),
  corruption('impulse-noise', { c: 0.09 }),
  corruption('speckle-noise', { c: 0.35 }),
  corruption('defocus-blur', { radius: 6, alias: 0.5 }, LEVEL),
  corruption('gaussian-blur', { sigma: 3 }, LEVEL),
  corruption('motion-blur', { radius: 15, sigma: 8 }),
  corruption('zoom-blur', { step: 0.02, count: 11 }, 3 * LEVEL),
  corruption('brightness', { c: 0.3 }, LEVEL),
  corruption('saturate', { factor: 2, offset: 0 }, LEVEL),
  corruption('contrast', { c: 0.2 }, LEVEL),
  corruption('elastic-transform', { alpha: 12.2, sigma: 2.44, affine: 4.88 }),
  corruption('pixelate', { c: 0.4 }, 1e-6),
  corruption('jpeg-compression', { quality: 15 }, LEVEL),
]
