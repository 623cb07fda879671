import { KintsugiError, type Vector } from '@kintsugi/core'

/** The codec of the weights of experts: any sign, any sum. */
export const WEIGHTS = 'dasr/weights@1'

/** Weights of experts as a named vector. */
export function weightVector(values: readonly number[]): Vector {
  return { codec: WEIGHTS, names: values.map((_, i) => `expert${i + 1}`), values: [...values] }
}

/** The numbers of a vector of weights. Throws `E_PARAM` for a vector of another codec or numbers that are not finite. */
export function weightsOf({ codec, values }: Vector): readonly number[] {
  if (codec === WEIGHTS && values.length > 0 && values.every(Number.isFinite)) return values
  throw new KintsugiError('E_PARAM', {
    message: 'dasr/restore was given a vector that holds no weights of experts.',
    expected: `finite numbers of ${WEIGHTS}`,
    found: codec === WEIGHTS ? 'numbers that are not finite, or none' : `codec ${codec}`,
    fix: 'Wire the output `weights` of dasr/estimate to `weights`; a description of a degradation goes to `vector`, with a `predictor`.',
  })
}
