export { correlateColumns, correlateRow } from './correlate'
export { gradientSimilarityRow, halveRow } from './gradients'
export {
  absoluteDistance,
  fullLuma,
  roundLevels,
  scaleLevels,
  squaredDistance,
  squaredLevels,
  studioLuma,
} from './levels'
export { normaliseRow, powersRow } from './normalise'
export { signedSums } from './signed-sums'
export { momentsRow, ssimRow, widen } from './ssim'
