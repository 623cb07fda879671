export { packColor, packPlane, unpackColor, unpackPlane } from './bytes'
export { convolvePair } from './dense'
export { interleave, pickColumns, resampleColumns } from './resample'
export { combineRows, convolveRow, padRow } from './rows'
