import { KintsugiError } from '@kintsugi/core/errors'
import { type Tensor, type Tensors, toFloat32 } from './checkpoint/tensor.js'

/** One member of a mixture. */
export interface MixTerm {
  /** Any real number; coefficients need not add up to 1. */
  readonly coefficient: number
  readonly tensors: Tensors
  /** What messages call it, such as its file name. */
  readonly name?: string
}

/**
 * Mixes weights, theta = sum of a_k theta_k over every named tensor: ESRGAN's network interpolation (Wang et al. 2018, eq. 4),
 * Real-ESRGAN's denoising strength, HyperRes's levels and DASR's experts. Sums are formed in double precision and rounded to
 * float32 once; integer tensors, which count things, must be equal and stay.
 * Throws `E_MIX` naming the first tensor that the members do not share in name and shape, or a coefficient that is not finite.
 */
export function mixTensors(terms: readonly MixTerm[]): Tensors {
  const [head, ...others] = terms
  if (head === undefined) throw mixError('at least one set of weights', 'none')
  for (const term of terms) {
    if (!Number.isFinite(term.coefficient))
      throw mixError('finite coefficients', `${term.coefficient} for ${label(term, terms)}`)
  }
  for (const other of others) checkNames(head, other, terms)
  return new Map([...head.tensors.keys()].map((name) => [name, mixOne(name, terms)]))
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
  const data = new Float32Array(first.data.length)
  for (let i = 0; i < data.length; i++) {
    let sum = 0
    for (const { coefficient, data: values } of members) sum += coefficient * values[i]!
    data[i] = sum
  }
  return { dtype: 'float32', shape: first.shape, data }
}

function unmixable(name: string, tensor: Tensor, terms: readonly MixTerm[]): Tensor {
  for (const term of terms) {
    const { data } = term.tensors.get(name)!
    if (data.some((value: number | bigint, i: number) => value !== tensor.data[i])) {
      throw mixError(`the integers of ${name} to be equal`, `others in ${label(term, terms)}`)
    }
  }
  return tensor
}

function label(term: MixTerm, terms: readonly MixTerm[]): string {
  return term.name ?? `member ${terms.indexOf(term) + 1}`
}

function mixError(expected: string, found: string): KintsugiError {
  return new KintsugiError('E_MIX', {
    message: 'These weights cannot be mixed.',
    expected,
    found,
    fix: 'Mix checkpoints of one network, best where one was fine-tuned from the other.',
  })
}
