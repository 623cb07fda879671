import { definePlugin } from '@kintsugi/core'
import { psnr, psnrMetric } from './nodes/psnr.js'
import { ssim, ssimMetric } from './nodes/ssim.js'
import { maxNode, meanNode, medianNode, minNode, stdNode } from './nodes/statistics.js'
import { table } from './nodes/table.js'

export { codes } from './errors.js'
export {
  type Conventions,
  type ExplainableMetric,
  explainable,
  explainScore,
  type ScoreExplanation,
  type ScoreStep,
  scoresByPreset,
} from './protocol/explain.js'
export { type PresetName, presetNames, presets } from './protocol/presets.js'
export { type PublishedRow, type PublishedSet, publishedSchema, publishedSets } from './published/published.js'
export { mean, median, standardDeviation } from './statistics/statistics.js'
export { halfWidth } from './statistics/student.js'
export { maxNode, meanNode, medianNode, minNode, psnr, psnrMetric, ssim, ssimMetric, stdNode, table }

/** The plugin: node types of the families `metrics` and `stats`. */
export default definePlugin({
  name: '@kintsugi/plugin-metrics',
  version: '0.1.0',
  nodes: [psnr, ssim, meanNode, medianNode, minNode, maxNode, stdNode, table],
})
