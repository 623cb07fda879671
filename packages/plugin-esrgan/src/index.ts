import { definePlugin } from '@kintsugi/core'
import { checkpointReader } from './checkpoint-reader.js'
import { restore } from './nodes/restore.js'

export { checkpointReader, restore }

/** Super-resolution by networks of the ESRGAN family, with the small RRDBNet `builtin:x4`. */
export default definePlugin({
  name: '@kintsugi/plugin-esrgan',
  version: '0.1.0',
  nodes: [restore],
  models: { x4: new URL('../models/x4.onnx', import.meta.url) },
  modelReaders: [checkpointReader],
})
