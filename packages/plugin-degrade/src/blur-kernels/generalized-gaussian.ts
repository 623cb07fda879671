import { type BlurKernel, normalisedKernel } from '../convolution/blur-kernel.js'
import { mahalanobis, type Spread } from './mahalanobis.js'

/**
 * exp(-q^beta / 2) divided by its sum, q the squared Mahalanobis distance: beta 1 is the Gaussian, smaller is more peaked,
 * larger flatter (`bivariate_generalized_Gaussian` of XPixelGroup/BasicSR basicsr/data/degradations.py).
 */
export function generalizedGaussianKernel(size: number, spread: Spread, beta: number): BlurKernel {
  const distance = mahalanobis(spread)
  return normalisedKernel(size, (x, y) => Math.exp(-0.5 * distance(x, y) ** beta))
}
