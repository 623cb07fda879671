import { KintsugiError, type Vector } from '@kintsugi/core'
import { FEATURES } from './niqe-features.js'
import type { NiqeModel } from './niqe-model.js'

/** Codec of a pristine model as a vector: 36 means, then the 36 x 36 covariances row by row. */
export const NIQE_CODEC = 'niqe/pristine@1'

const indices = Array.from({ length: FEATURES }, (_, i) => i)
const names = [...indices.map((i) => `mean_${i}`), ...indices.flatMap((i) => indices.map((j) => `cov_${i}_${j}`))]

export function vectorOfModel({ mean, covariance }: NiqeModel): Vector {
  return { codec: NIQE_CODEC, names, values: [...mean, ...covariance] }
}

/** Throws `E_METRIC_VECTOR` for vectors of another kind. */
export function modelOfVector({ codec, values }: Vector): NiqeModel {
  if (codec !== NIQE_CODEC || values.length !== names.length) {
    throw new KintsugiError('E_METRIC_VECTOR', {
      message: 'metrics/niqe cannot use this vector as its pristine model',
      expected: `${names.length} values of the codec ${NIQE_CODEC}`,
      found: `${values.length} values of the codec ${codec}`,
      fix: 'connect the port `pristine` to metrics/niqe-fit',
    })
  }
  return { mean: Float64Array.from(values.slice(0, FEATURES)), covariance: Float64Array.from(values.slice(FEATURES)) }
}
