import { KintsugiError } from '@kintsugi/core/errors'
import type { Coefficients, WeightBasis } from './architecture.js'

/**
 * Coefficients in the order of a network's basis; an empty list for networks without one. Throws `E_COEFFICIENTS` if they are
 * missing, too many, misnamed or not finite.
 */
export function coefficientList(
  basis: WeightBasis | undefined,
  given: Coefficients | undefined,
  file: string,
): readonly number[] {
  if (basis === undefined) {
    if (given === undefined) return []
    throw new KintsugiError('E_COEFFICIENTS', {
      message: `${file} holds the weights of one network, not a basis of weights.`,
      expected: 'no coefficients',
      found: JSON.stringify(given),
      fix: 'Leave the coefficients out.',
    })
  }
  const { names } = basis
  if (given === undefined) {
    throw basisError(
      `${file} holds a basis of weights, which makes a network only with coefficients.`,
      basis,
      'no coefficients',
    )
  }
  const known = isList(given) ? given.length === names.length : Object.keys(given).every((name) => names.includes(name))
  const list = isList(given) ? given : names.map((name) => given[name])
  if (known && list.every((value): value is number => Number.isFinite(value))) return list
  throw basisError(`The coefficients for ${file} do not fit its basis of weights.`, basis, JSON.stringify(given))
}

function isList(given: Coefficients): given is readonly number[] {
  return Array.isArray(given)
}

function basisError(message: string, { names, node }: WeightBasis, found: string): KintsugiError {
  return new KintsugiError('E_COEFFICIENTS', {
    message,
    expected: `finite numbers for ${names.join(', ')}`,
    found,
    fix: `Run it by the node type ${node}, which finds them.`,
  })
}
