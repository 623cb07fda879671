import { definePlugin } from '@kintsugi/core'
import { gmsd } from './nodes/gmsd.js'
import { msSsim } from './nodes/ms-ssim.js'
import { mae, mse, rmse } from './nodes/pixel-errors.js'
import { psnr } from './nodes/psnr.js'
import { ssim } from './nodes/ssim.js'
import { maxNode, meanNode, medianNode, minNode, stdNode } from './nodes/statistics.js'
import { table } from './nodes/table.js'

export { codes } from './errors.js'
export { gmsd, mae, maxNode, meanNode, medianNode, minNode, mse, msSsim, psnr, rmse, ssim, stdNode, table }

/** The plugin: node types of the families `metrics` and `stats`. */
export default definePlugin({
  name: '@kintsugi/plugin-metrics',
  version: '0.1.0',
  nodes: [psnr, ssim, msSsim, mse, rmse, mae, gmsd, meanNode, medianNode, minNode, maxNode, stdNode, table],
})
