import { KERNEL_BASE, kernels } from '../kernels/kernels.js'

/** Side of the Gaussian window. */
export const WINDOW = 11
const SIGMA = 1.5
const C1 = (0.01 * 255) ** 2
const C2 = (0.03 * 255) ** 2

const taps = gaussian()

/**
 * Mean SSIM of two planes of samples on the scale where white is 255 (Wang et al. 2004, without the downsampling of its
 * original program): Gaussian window 11 x 11 of sigma 1.5, positions where it lies inside, float64, C1 = (0.01 * 255)^2,
 * C2 = (0.03 * 255)^2. Sides must be at least `WINDOW`. Working memory is that of some rows.
 */
export function meanSsim(a: Float32Array, b: Float32Array, width: number, height: number): number {
  const validWidth = width - WINDOW + 1
  const line = 8 * (width + 2)
  const moments = 4 * line
  const weights = KERNEL_BASE
  const rows = weights + 8 * WINDOW
  const narrow = Math.ceil((rows + 4 * WINDOW) / 16) * 16
  const wideA = narrow + 4 * (width + 2)
  const wideB = wideA + line
  const ring = wideB + line
  const run = kernels(ring + WINDOW * moments)
  const floats = new Float32Array(run.memory.buffer)
  const addresses = new Uint32Array(run.memory.buffer, rows, WINDOW)
  new Float64Array(run.memory.buffer, weights, WINDOW).set(taps)

  let sum = 0
  for (let y = 0; y < height; y++) {
    floats.set(a.subarray(y * width, (y + 1) * width), narrow >> 2)
    run.widen(wideA, narrow, width)
    floats.set(b.subarray(y * width, (y + 1) * width), narrow >> 2)
    run.widen(wideB, narrow, width)
    run.momentsRow(ring + (y % WINDOW) * moments, line, wideA, wideB, weights, WINDOW, validWidth)
    if (y < WINDOW - 1) continue
    for (let k = 0; k < WINDOW; k++) addresses[k] = ring + ((y - WINDOW + 1 + k) % WINDOW) * moments
    sum += run.ssimRow(rows, line, weights, WINDOW, validWidth, C1, C2)
  }
  return sum / (validWidth * (height - WINDOW + 1))
}

/** The window along one side: normalised, sigma 1.5. */
export function gaussian(): Float64Array {
  const values = Float64Array.from({ length: WINDOW }, (_, i) =>
    Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  )
  const sum = values.reduce((total, value) => total + value, 0)
  return values.map((value) => value / sum)
}
