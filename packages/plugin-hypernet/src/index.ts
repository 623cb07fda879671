import { definePlugin } from '@kintsugi/core'
import { basisMaker, checkpointReader } from '@kintsugi/nn'
import { estimateLevel } from './nodes/estimate-level.js'
import { materialise } from './nodes/materialise.js'
import { restore } from './nodes/restore.js'

export { estimateLevel, materialise, restore }

/** Restoration of a chosen strength by hypernetworks (HyperRes), with `builtin:denoise` and, to choose it, `builtin:noise-level`. */
export default definePlugin({
  name: '@kintsugi/plugin-hypernet',
  version: '0.1.0',
  nodes: [materialise, restore, estimateLevel],
  models: {
    // A basis of weights is no network by itself, so that it is no ONNX file.
    denoise: new URL('../models/denoise.safetensors', import.meta.url),
    'noise-level': new URL('../models/noise-level.onnx', import.meta.url),
  },
  modelReaders: [checkpointReader],
  modelMakers: [basisMaker],
})
