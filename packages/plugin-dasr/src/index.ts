import { definePlugin } from '@kintsugi/core'
import { basisMaker, checkpointReader } from '@kintsugi/nn'
import { mappingMaker } from './mapping.js'
import { adjust } from './nodes/adjust.js'
import { compare } from './nodes/compare.js'
import { encode } from './nodes/encode.js'
import { estimate } from './nodes/estimate.js'
import { restore } from './nodes/restore.js'

export { adjust, compare, encode, estimate, restore }

/** Restoration by a network that is mixed for each image of experts, by the degradation that is estimated (DASR). */
export default definePlugin({
  name: '@kintsugi/plugin-dasr',
  version: '0.1.0',
  nodes: [estimate, adjust, restore, encode, compare],
  modelReaders: [checkpointReader],
  modelMakers: [basisMaker, mappingMaker],
})
