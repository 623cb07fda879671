import type { FeatureMap } from './lpips.js'

/** Keeps the similarities of flat channels defined (both constants of DISTS). */
const CONSTANT = 1e-6

/** Texture and structure similarity of a channel. */
export interface ChannelSimilarity {
  /** (2 mx my + c) / (mx^2 + my^2 + c) of the means. */
  readonly texture: number
  /** (2 cov + c) / (vx + vy + c) of the population covariance and variances. */
  readonly structure: number
}

/** The similarities of every channel of two feature maps of one layer (Ding et al. 2020). float64. */
export function channelSimilarities(a: FeatureMap, b: FeatureMap): ChannelSimilarity[] {
  const pixels = a.width * a.height
  return Array.from({ length: a.channels }, (_, c) => {
    const x = a.data.subarray(c * pixels, (c + 1) * pixels)
    const y = b.data.subarray(c * pixels, (c + 1) * pixels)
    let meanX = 0
    let meanY = 0
    for (let i = 0; i < pixels; i++) {
      meanX += x[i]! / pixels
      meanY += y[i]! / pixels
    }
    let varianceX = 0
    let varianceY = 0
    let covariance = 0
    for (let i = 0; i < pixels; i++) {
      const dx = x[i]! - meanX
      const dy = y[i]! - meanY
      varianceX += (dx * dx) / pixels
      varianceY += (dy * dy) / pixels
      covariance += (dx * dy) / pixels
    }
    return {
      texture: (2 * meanX * meanY + CONSTANT) / (meanX * meanX + meanY * meanY + CONSTANT),
      structure: (2 * covariance + CONSTANT) / (varianceX + varianceY + CONSTANT),
    }
  })
}

/** DISTS of the similarities of all channels of all layers: 1 - sum(alpha S1 + beta S2), all weights divided by their total. */
export function distsScore(
  similarities: readonly ChannelSimilarity[],
  alpha: ArrayLike<number>,
  beta: ArrayLike<number>,
): number {
  let total = 0
  let sum = 0
  similarities.forEach(({ texture, structure }, c) => {
    total += alpha[c]! + beta[c]!
    sum += alpha[c]! * texture + beta[c]! * structure
  })
  return 1 - sum / total
}
