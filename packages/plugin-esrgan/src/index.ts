import { definePlugin } from '@kintsugi/core'
import { mixMaker } from '@kintsugi/nn'
import { checkpointReader } from './checkpoint-reader.js'
import { backProject } from './nodes/back-project.js'
import { blend } from './nodes/blend.js'
import { colourMatch } from './nodes/colour-match.js'
import { interpolate } from './nodes/interpolate.js'
import { restore } from './nodes/restore.js'

export { type RestoreImageSettings, restoreImage } from './restore-image.js'
export { backProject, blend, checkpointReader, colourMatch, interpolate, restore }

/** Super-resolution by networks of the ESRGAN family, with the small RRDBNet `builtin:x4`. */
export default definePlugin({
  name: '@kintsugi/plugin-esrgan',
  version: '0.1.0',
  nodes: [backProject, blend, colourMatch, interpolate, restore],
  models: { x4: new URL('../models/x4.onnx', import.meta.url) },
  modelReaders: [checkpointReader],
  modelMakers: [mixMaker],
})
