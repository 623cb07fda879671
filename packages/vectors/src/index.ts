export { CODECS, type Codec, codecOf, LEVELS, type Level, levelOf, type Range, SLOTS } from './codecs.js'
export { type Degradation, degradationOf, type RecordSettings, recordOf, type Stage } from './degradation.js'
export { fromPhysical, PHYSICAL, shiftFromPhysical, toPhysical, unitOf } from './physical.js'
