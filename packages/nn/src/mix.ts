import { KintsugiError } from '@kintsugi/core/errors'
import { combination } from './architectures/combination.js'
import { type Tensor, type Tensors, toFloat32 } from './checkpoint/tensor.js'

/** One member of a mixture. */
export interface MixTerm {
  /** Any real number; coefficients need not add up to 1. */
  readonly coefficient: number
  readonly tensors: Tensors
  /** What messages call it, such as its file name. */
  readonly name?: string
}

/** Which tensors of a mixture are mixed. */
export interface MixSelection {
  /** Whether a tensor is mixed, by its name; those of other names pass through from the first member. Default: all are. */
  readonly mixes?: (name: string) => boolean
}

/** Batch normalisation's count of the batches it was trained on: it differs between trainings and changes no output. */
const BATCH_COUNT = /(^|\.)num_batches_tracked$/

/**
 * Mixes weights, theta = sum of a_k theta_k over every named tensor: ESRGAN's network interpolation (Wang et al. 2018, eq. 4),
 * Real-ESRGAN's denoising strength, HyperRes's levels and DASR's experts. Sums are formed in double precision and rounded to
 * float32 once; integer tensors, which count things, must be equal and stay.
 * Throws `E_MIX` naming the first tensor that the members do not share in name and shape, or a coefficient that is not finite.
 */
export function mixTensors(terms: readonly MixTerm[], { mixes = () => true }: MixSelection = {}): Tensors {
  const [head, ...others] = terms
  if (head === undefined) throw mixError('at least one set of weights', 'none')
  checkCoefficients(terms)
  for (const other of others) checkNames(head, other, terms)
  return new Map([...head.tensors].map(([name, tensor]) => [name, mixes(name) ? mixOne(name, terms) : tensor] as const))
}

/** Throws `E_MIX` for a coefficient that is not finite. */
export function checkCoefficients(terms: readonly Omit<MixTerm, 'tensors'>[]): void {
  for (const [i, { coefficient, name = memberName(i) }] of terms.entries()) {
    if (!Number.isFinite(coefficient)) throw mixError('finite coefficients', `${coefficient} for ${name}`)
  }
}

/** sum of a_k x_k, element by element, in double precision, rounded to float32 once. All lengths are equal. */
export function weightedSum(
  terms: readonly { readonly coefficient: number; readonly data: Float32Array }[],
): Float32Array {
  return combination(
    terms.map(({ data }) => data),
    terms.map(({ coefficient }) => coefficient),
  )
}

function checkNames(head: MixTerm, other: MixTerm, terms: readonly MixTerm[]): void {
  for (const [name, { shape }] of head.tensors) {
    const found = other.tensors.get(name)
    if (found === undefined) throw mixError(`${name} in ${label(other, terms)}`, 'no such tensor')
    if (found.shape.join() !== shape.join()) {
      throw mixError(
        `${name} of shape ${shape.join('x')}, as in ${label(head, terms)}`,
        `${found.shape.join('x')} in ${label(other, terms)}`,
      )
    }
  }
  const extra = [...other.tensors.keys()].find((name) => !head.tensors.has(name))
  if (extra !== undefined) throw mixError(`${extra} in ${label(head, terms)} too`, 'no such tensor')
}

function mixOne(name: string, terms: readonly MixTerm[]): Tensor {
  const first = terms[0]!.tensors.get(name)!
  if (!(first.data instanceof Float32Array || first.data instanceof Float64Array)) return unmixable(name, first, terms)
  const members = terms.map(({ coefficient, tensors }) => ({ coefficient, data: toFloat32(tensors.get(name)!) }))
  return { dtype: 'float32', shape: first.shape, data: weightedSum(members) }
}

function unmixable(name: string, tensor: Tensor, terms: readonly MixTerm[]): Tensor {
  if (BATCH_COUNT.test(name)) return tensor
  for (const term of terms) {
    const { data } = term.tensors.get(name)!
    if (data.some((value: number | bigint, i: number) => value !== tensor.data[i])) {
      throw mixError(`the integers of ${name} to be equal`, `others in ${label(term, terms)}`)
    }
  }
  return tensor
}

function label(term: MixTerm, terms: readonly MixTerm[]): string {
  return term.name ?? memberName(terms.indexOf(term))
}

function memberName(index: number): string {
  return `member ${index + 1}`
}

/** Weights that do not fit each other. */
export function mixError(expected: string, found: string): KintsugiError {
  return new KintsugiError('E_MIX', {
    message: 'These weights cannot be mixed.',
    expected,
    found,
    fix: 'Mix checkpoints of one network, best where one was fine-tuned from the other.',
  })
}
