export { checkNode, checkPlugin } from './check-plugin.js'
export { packingFault } from './checks/ports.js'
export { describeNode, describePlugin } from './describe.js'
export { codes } from './errors.js'
export { exampleImage } from './example-image.js'
export type { NodeOptions, PluginOptions } from './options.js'
export {
  assertConforms,
  type CheckName,
  checkNames,
  type Finding,
  formatFinding,
  formatUncovered,
  type NodeReport,
  type PluginReport,
  type Uncovered,
} from './report.js'
