export { scaleLevels, squaredDistance, studioLuma } from './levels'
export { momentsRow, ssimRow, widen } from './ssim'
