import { KintsugiError } from '@kintsugi/core/errors'
import type { Tensor, Tensors } from '../checkpoint/tensor.js'

/** How a checkpoint's tensors differ from what an architecture has. */
export interface TensorFaults {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  readonly misshapen: readonly { name: string; expected: readonly number[]; found: readonly number[] }[]
}

const NAMES_SHOWN = 5

/** One error for all faults; undefined if there are none. */
export function tensorsError(
  file: string,
  architecture: string,
  { missing, unexpected, misshapen }: TensorFaults,
): KintsugiError | undefined {
  const found = [
    ...(missing.length > 0 ? [`missing: ${list(missing)}`] : []),
    ...(misshapen.length > 0 ? [`of another shape: ${list(misshapen.map(describeShape))}`] : []),
    ...(unexpected.length > 0 ? [`not part of it: ${list(unexpected)}`] : []),
  ]
  if (found.length === 0) return undefined
  return new KintsugiError('E_ARCHITECTURE_TENSORS', {
    message: `${file} is nearest to ${architecture}, but its tensors do not fit.`,
    expected: `exactly the tensors of ${architecture}`,
    found: found.join('; '),
    fix: 'Check that the file is complete and holds this network alone; variants of it need an architecture of their own.',
  })
}

/** A tensor that hyper-parameters are read off. Throws `E_ARCHITECTURE_TENSORS` if it is missing, empty or of another rank. */
export function requireTensor(tensors: Tensors, name: string, rank: number, architecture: string): Tensor {
  const tensor = tensors.get(name)
  if (tensor?.shape.length === rank && tensor.data.length > 0) return tensor
  throw new KintsugiError('E_ARCHITECTURE_TENSORS', {
    message: `The checkpoint is nearest to ${architecture}, but lacks a tensor that tells its size.`,
    expected: `${name} with ${rank} dimensions`,
    found: tensor === undefined ? 'no such tensor' : `one of shape ${tensor.shape.join('x')}`,
    fix: 'Check that the file is complete.',
  })
}

function describeShape({ name, expected, found }: TensorFaults['misshapen'][number]): string {
  return `${name} (${found.join('x') || 'scalar'} instead of ${expected.join('x')})`
}

function list(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN
  return names.slice(0, NAMES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
