import { replicate } from './border.js'
import { gaussianTaps } from './gaussian.js'
import { convolveSeparable } from './separable.js'

/** Gaussian blur as `skimage.filters.gaussian` does it by default: cut off at 4 sigma, edge samples repeated. */
export function gaussianReplicated(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  sigma: number,
): void {
  const taps = gaussianTaps(2 * Math.floor(4 * sigma + 0.5) + 1, sigma)
  convolveSeparable(source, target, width, height, taps, taps, replicate)
}
