import { definePlugin } from '@kintsugi/core'
import { ciede2000 } from './nodes/ciede2000.js'
import { fsim } from './nodes/fsim.js'
import { gmsd } from './nodes/gmsd.js'
import { msSsim } from './nodes/ms-ssim.js'
import { niqe } from './nodes/niqe.js'
import { niqeFit } from './nodes/niqe-fit.js'
import { mae, mse, rmse } from './nodes/pixel-errors.js'
import { psnr } from './nodes/psnr.js'
import { ssim } from './nodes/ssim.js'
import { maxNode, meanNode, medianNode, minNode, stdNode } from './nodes/statistics.js'
import { table } from './nodes/table.js'
import { vif } from './nodes/vif.js'
import { weightedPsnr } from './nodes/weighted-psnr.js'

export { codes } from './errors.js'
export {
  ciede2000,
  fsim,
  gmsd,
  mae,
  maxNode,
  meanNode,
  medianNode,
  minNode,
  mse,
  msSsim,
  niqe,
  niqeFit,
  psnr,
  rmse,
  ssim,
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
    meanNode,
    medianNode,
    minNode,
    maxNode,
    stdNode,
    table,
  ],
})
