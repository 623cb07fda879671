import { definePlugin } from '@kintsugi/core'
import { checkpointReader } from '@kintsugi/nn'
import { featureMaker } from './features/feature-maker.js'
import { joinMaker } from './join-maker.js'
import { knnHeadMaker, knnMaker } from './knn/knn-maker.js'
import { classify } from './nodes/classify.js'
import { features } from './nodes/features.js'
import { join } from './nodes/join.js'
import { knn } from './nodes/knn.js'
import { knnFit } from './nodes/knn-fit.js'
import { restore } from './nodes/restore.js'
import { untrained } from './nodes/untrained.js'
import { untrainedMaker } from './untrained-maker.js'

export { codes } from './errors.js'
export { classify, features, join, knn, knnFit, restore, untrained }

/** Kinds of degradation and the networks of DCPT, with `builtin:kinds`, which tells seven kinds apart. */
export default definePlugin({
  name: '@kintsugi/plugin-dcpt',
  version: '0.1.0',
  nodes: [classify, features, join, knn, knnFit, restore, untrained],
  models: { kinds: new URL('../models/kinds.onnx', import.meta.url) },
  pipelines: { 'dcpt/seven-kinds': new URL('../pipelines/seven-kinds.yaml', import.meta.url) },
  modelReaders: [checkpointReader],
  modelMakers: [featureMaker, joinMaker, knnHeadMaker, knnMaker, untrainedMaker],
})
