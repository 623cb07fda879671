import { KintsugiError } from '@kintsugi/core'
import { Matrix, pseudoInverse } from '../statistics/matrix.js'
import { FEATURES } from './niqe-features.js'

/** Mean and covariance of the features of pristine blocks. */
export interface NiqeModel {
  readonly mean: Float64Array
  /** 36 x 36, row by row. */
  readonly covariance: Float64Array
}

/**
 * Mean (ignoring NaN) and sample covariance of blocks without NaN. Throws `E_METRIC_BLOCKS` when fewer than two are left: the
 * covariance of one is not defined.
 */
export function fitModel(blocks: readonly Float64Array[], metric: string): NiqeModel {
  const whole = blocks.filter((block) => block.every((value) => Number.isFinite(value)))
  if (whole.length < 2) {
    throw new KintsugiError('E_METRIC_BLOCKS', {
      message: `${metric} has too few blocks with structure`,
      expected: 'at least two blocks of 96x96 px that are not flat',
      found: `${whole.length} of ${blocks.length}`,
      fix: 'use images of at least 192x96 px inside the border that show something',
    })
  }
  const mean = new Float64Array(FEATURES)
  const centre = new Float64Array(FEATURES)
  for (let f = 0; f < FEATURES; f++) {
    let sum = 0
    let count = 0
    for (const block of blocks) {
      if (Number.isNaN(block[f]!)) continue
      sum += block[f]!
      count++
    }
    mean[f] = sum / count
    for (const block of whole) centre[f]! += block[f]! / whole.length
  }
  const covariance = new Float64Array(FEATURES ** 2)
  for (const block of whole) {
    for (let i = 0; i < FEATURES; i++) {
      const scaled = (block[i]! - centre[i]!) / (whole.length - 1)
      for (let j = 0; j < FEATURES; j++) covariance[i * FEATURES + j]! += scaled * (block[j]! - centre[j]!)
    }
  }
  return { mean, covariance }
}

/** sqrt(d^T ((C1 + C2) / 2)^+ d) with d the difference of the means. */
export function modelDistance(a: NiqeModel, b: NiqeModel): number {
  const pooled = new Matrix(FEATURES, FEATURES)
  for (let i = 0; i < FEATURES; i++) {
    for (let j = 0; j < FEATURES; j++) {
      const at = i * FEATURES + j
      pooled.set(i, j, (a.covariance[at]! + b.covariance[at]!) / 2)
    }
  }
  // numpy.linalg.pinv drops singular values below 1e-15 of the largest; the library multiplies its threshold by the size.
  const inverse = pseudoInverse(pooled, 1e-15 / FEATURES)
  const difference = Matrix.columnVector(Array.from(a.mean, (value, i) => value - b.mean[i]!))
  return Math.sqrt(Math.max(difference.transpose().mmul(inverse).mmul(difference).get(0, 0), 0))
}
