export { correlateColumns, correlateRow } from './correlate'
export { fullLuma, scaleLevels, squaredDistance, studioLuma } from './levels'
export { signedSums } from './signed-sums'
export { momentsRow, ssimRow, widen } from './ssim'
