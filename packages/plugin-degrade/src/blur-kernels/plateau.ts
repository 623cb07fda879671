import { type BlurKernel, normalisedKernel } from '../convolution/blur-kernel.js'
import { mahalanobis, type Spread } from './mahalanobis.js'

/**
 * 1 / (1 + q^beta) divided by its sum, q the squared Mahalanobis distance: the larger beta, the flatter the top and the
 * steeper the flank (`bivariate_plateau` of XPixelGroup/BasicSR basicsr/data/degradations.py).
 */
export function plateauKernel(size: number, spread: Spread, beta: number): BlurKernel {
  const distance = mahalanobis(spread)
  return normalisedKernel(size, (x, y) => 1 / (1 + distance(x, y) ** beta))
}
