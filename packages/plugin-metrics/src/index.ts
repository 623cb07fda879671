import { definePlugin } from '@kintsugi/core'
import { checkpointReader } from '@kintsugi/nn'
import { accuracy } from './nodes/accuracy.js'
import { brisque, brisqueFeatures } from './nodes/brisque.js'
import { ciede2000 } from './nodes/ciede2000.js'
import { colorDrift } from './nodes/color-drift.js'
import { confusionMatrix } from './nodes/confusion-matrix.js'
import { dists } from './nodes/dists.js'
import { frechetDistance } from './nodes/frechet-distance.js'
import { fsim } from './nodes/fsim.js'
import { gmsd } from './nodes/gmsd.js'
import { knnAccuracy } from './nodes/knn-accuracy.js'
import { lpips } from './nodes/lpips.js'
import { msSsim } from './nodes/ms-ssim.js'
import { niqe } from './nodes/niqe.js'
import { niqeFit } from './nodes/niqe-fit.js'
import { noiseLevel } from './nodes/noise-level.js'
import { perceptualIndex } from './nodes/perceptual-index.js'
import { mae, mse, rmse } from './nodes/pixel-errors.js'
import { psnr, psnrMetric } from './nodes/psnr.js'
import { regressionError } from './nodes/regression-error.js'
import { sharpness } from './nodes/sharpness.js'
import { ssim, ssimMetric } from './nodes/ssim.js'
import { maxNode, meanNode, medianNode, minNode, stdNode } from './nodes/statistics.js'
import { table } from './nodes/table.js'
import { vif } from './nodes/vif.js'
import { weightedPsnr } from './nodes/weighted-psnr.js'

export { codes } from './errors.js'
export {
  explainScore,
  type ScoreExplanation,
  type ScoreStep,
  scoresByPreset,
  type UnfollowedFact,
} from './protocol/explain.js'
export {
  type Conventions,
  type ExplainableMetric,
  explainable,
  type MetricFrame,
  metricFrame,
} from './protocol/explainable.js'
export { type PresetName, presetNames, presets } from './protocol/presets.js'
export { type PublishedRow, type PublishedSet, publishedSchema, publishedSets } from './published/published.js'
export { mean, median, standardDeviation } from './statistics/statistics.js'
export { halfWidth } from './statistics/student.js'
export {
  accuracy,
  brisque,
  brisqueFeatures,
  ciede2000,
  colorDrift,
  confusionMatrix,
  dists,
  frechetDistance,
  fsim,
  gmsd,
  knnAccuracy,
  lpips,
  mae,
  maxNode,
  meanNode,
  medianNode,
  minNode,
  mse,
  msSsim,
  niqe,
  niqeFit,
  noiseLevel,
  perceptualIndex,
  psnr,
  psnrMetric,
  regressionError,
  rmse,
  sharpness,
  ssim,
  ssimMetric,
  stdNode,
  table,
  vif,
  weightedPsnr,
}

/** The plugin: node types of the families `metrics` and `stats`. */
export default definePlugin({
  name: '@kintsugi/plugin-metrics',
  version: '0.1.0',
  nodes: [
    psnr,
    ssim,
    msSsim,
    mse,
    rmse,
    mae,
    gmsd,
    fsim,
    vif,
    ciede2000,
    weightedPsnr,
    niqe,
    niqeFit,
    lpips,
    dists,
    brisque,
    brisqueFeatures,
    perceptualIndex,
    sharpness,
    noiseLevel,
    colorDrift,
    regressionError,
    frechetDistance,
    accuracy,
    confusionMatrix,
    knnAccuracy,
    meanNode,
    medianNode,
    minNode,
    maxNode,
    stdNode,
    table,
  ],
  modelReaders: [checkpointReader],
})
