import { definePlugin } from '@kintsugi/core'
import { mixMaker } from '@kintsugi/nn'
import { checkpointReader } from './checkpoint-reader.js'
import { blend } from './nodes/blend.js'
import { interpolate } from './nodes/interpolate.js'
import { restore } from './nodes/restore.js'

export { blend, checkpointReader, interpolate, restore }

/** Super-resolution by networks of the ESRGAN family, with the small RRDBNet `builtin:x4`. */
export default definePlugin({
  name: '@kintsugi/plugin-esrgan',
  version: '0.1.0',
  nodes: [blend, interpolate, restore],
  models: { x4: new URL('../models/x4.onnx', import.meta.url) },
  modelReaders: [checkpointReader],
  modelMakers: [mixMaker],
})
