import { gaussianTaps } from '../filters/gaussian.js'
import { KERNEL_BASE, kernels } from '../kernels/kernels.js'

/** How windows are weighed and what is made of their moments. */
export interface SsimOptions {
  /** `gaussian`: 11 x 11 px of sigma 1.5. `uniform`: 7 x 7 px. */
  readonly window: 'gaussian' | 'uniform'
  /** `population`: E[x^2] - E[x]^2 under the window. `sample`: that times N / (N - 1), N the pixels of the window. */
  readonly covariance: 'population' | 'sample'
  /** Raise negative values of the contrast-structure term to 0. */
  readonly clamp_contrast: boolean
}

/** Means over all window positions. */
export interface Similarity {
  readonly ssim: number
  /** The contrast-structure term alone: (2 s_ab + C2) / (s_a^2 + s_b^2 + C2). */
  readonly contrast: number
}

/** Side of each window in pixels. */
export const WINDOW = { gaussian: 11, uniform: 7 } as const
const SIGMA = 1.5
const C1 = (0.01 * 255) ** 2
const C2 = (0.03 * 255) ** 2

const taps = {
  gaussian: gaussianTaps(WINDOW.gaussian, SIGMA),
  uniform: new Float64Array(WINDOW.uniform).fill(1 / WINDOW.uniform),
}

/** The settings of Wang et al. 2004. */
export const classicSsim: SsimOptions = { window: 'gaussian', covariance: 'population', clamp_contrast: false }

/**
 * Mean SSIM of two planes of samples on the scale where white is 255 (Wang et al. 2004, without the downsampling of its
 * original program): positions where the window lies inside, float64, C1 = (0.01 * 255)^2, C2 = (0.03 * 255)^2. Sides must be
 * at least that of the window. Working memory is that of some rows.
 */
export function meanSsim(
  a: Float32Array,
  b: Float32Array,
  width: number,
  height: number,
  { window, covariance, clamp_contrast }: SsimOptions = classicSsim,
): Similarity {
  const side = WINDOW[window]
  const validWidth = width - side + 1
  const line = 8 * (width + 2)
  const moments = 4 * line
  const contrast = KERNEL_BASE
  const weights = contrast + 8
  const rows = weights + 8 * side
  const narrow = Math.ceil((rows + 4 * side) / 16) * 16
  const wideA = narrow + 4 * (width + 2)
  const wideB = wideA + line
  const ring = wideB + line
  const run = kernels(ring + side * moments)
  const floats = new Float32Array(run.memory.buffer)
  const doubles = new Float64Array(run.memory.buffer, 0, KERNEL_BASE / 8 + 1)
  const addresses = new Uint32Array(run.memory.buffer, rows, side)
  new Float64Array(run.memory.buffer, weights, side).set(taps[window])
  const scale = covariance === 'sample' ? side ** 2 / (side ** 2 - 1) : 1
  const least = clamp_contrast ? 0 : Number.NEGATIVE_INFINITY

  let sum = 0
  let contrastSum = 0
  for (let y = 0; y < height; y++) {
    floats.set(a.subarray(y * width, (y + 1) * width), narrow >> 2)
    run.widen(wideA, narrow, width)
    floats.set(b.subarray(y * width, (y + 1) * width), narrow >> 2)
    run.widen(wideB, narrow, width)
    run.momentsRow(ring + (y % side) * moments, line, wideA, wideB, weights, side, validWidth)
    if (y < side - 1) continue
    for (let k = 0; k < side; k++) addresses[k] = ring + ((y - side + 1 + k) % side) * moments
    sum += run.ssimRow(rows, line, weights, side, validWidth, C1, C2, scale, least, contrast)
    contrastSum += doubles[contrast >> 3]!
  }
  const positions = validWidth * (height - side + 1)
  return { ssim: sum / positions, contrast: contrastSum / positions }
}
