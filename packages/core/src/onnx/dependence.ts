import { KintsugiError } from '../errors/error.js'
import { type Footprint, resample, type Sampling, unite } from './footprint.js'
import type { NodeProto, TensorProto } from './onnx_pb.js'

/** How a value in the graph depends on the input image. */
export type Dependence = Fixed | Spatial | Pooled

/** Does not depend on pixels: weights, further inputs, anything computed from shapes. */
export interface Fixed {
  readonly kind: 'fixed'
  /** Its numbers where the graph states them. */
  readonly tensor?: TensorProto
  /** Its dimensions where they are known. */
  readonly shape?: readonly number[]
}

/** A tensor with image rows along dimension `axes[0]` and image columns along `axes[1]`. */
export interface Spatial {
  readonly kind: 'spatial'
  readonly rank: number
  readonly axes: readonly [number, number]
  readonly y: Footprint
  readonly x: Footprint
  /** Set once every sample depends on the whole image, with the operator to blame. */
  readonly global?: Cause
}

/** A value without image positions that depends on the whole image, such as a mean or a list of tokens. */
export interface Pooled {
  readonly kind: 'pooled'
  readonly global: Cause
  /** The spatial tensor that it rearranges and may return to; undefined after a reduction. */
  readonly from?: Spatial
}

/** Why there is no halo: an operator, in words. `certain` is false for a reshape that later operators may explain better. */
export interface Cause {
  readonly operator: string
  readonly certain: boolean
}

/** The operator's name for messages, such as `GlobalAveragePool 'pool'`. */
export function describeNode(node: NodeProto): string {
  const name = node.name === '' ? node.output.find((output) => output !== '') : node.name
  return `${node.domain === '' || node.domain === 'ai.onnx' ? '' : `${node.domain}.`}${node.opType} '${name ?? ''}'`
}

export function operatorError(node: NodeProto, found: string, expected: string): KintsugiError {
  return new KintsugiError('E_ONNX_OPERATOR', {
    message: `The receptive field cannot be derived through ${describeNode(node)}.`,
    expected,
    found,
    fix: 'Run the model without tiles (mode whole), or state kintsugi.halo, kintsugi.scale and kintsugi.sizeMultiple in its metadata.',
  })
}

/** Moves both image axes through an operator. */
export function mapSpatial(input: Spatial, y: Sampling, x: Sampling): Spatial {
  return { ...input, y: resample(input.y, y), x: resample(input.x, x) }
}

/** The value after an operator that lets every position see the whole image and keeps no positions. */
export function pool(
  node: NodeProto,
  inputs: readonly Dependence[],
  keepPositions: boolean,
  certain = true,
): Dependence {
  const own = { operator: describeNode(node), certain }
  const earlier = inputs.flatMap((input) =>
    input.kind === 'fixed' || input.global === undefined ? [] : [input.global],
  )
  const global = earlier.find((cause) => cause.certain) ?? (certain ? own : (earlier[0] ?? own))
  const from = keepPositions ? inputs.map(spatialOrigin).find((origin) => origin !== undefined) : undefined
  return from === undefined ? { kind: 'pooled', global } : { kind: 'pooled', global, from }
}

function spatialOrigin(input: Dependence): Spatial | undefined {
  return input.kind === 'spatial' ? input : input.kind === 'pooled' ? input.from : undefined
}

/** A value that is used as an image again: tokens return to the positions that they came from. */
export function asSpatial(input: Dependence): Spatial | undefined {
  if (input.kind === 'spatial') return input
  return input.kind === 'pooled' && input.from !== undefined ? { ...input.from, global: input.global } : undefined
}

/** The value of an operator that combines its inputs place by place, as Add and Concat over channels do. */
export function join(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  const varying = inputs.filter((input): input is Spatial | Pooled => input.kind !== 'fixed')
  const spatial = varying.filter((input): input is Spatial => input.kind === 'spatial')
  if (varying.length === 0) return { kind: 'fixed' }
  const [head] = spatial
  if (head === undefined) return varying.length === 1 ? varying[0]! : pool(node, varying, true, false)
  let { y, x } = head
  for (const other of spatial.slice(1)) {
    const bothY = unite(y, other.y)
    const bothX = unite(x, other.x)
    if (bothY === undefined || bothX === undefined || other.axes.join() !== head.axes.join()) {
      throw operatorError(node, 'branches of different sizes', 'branches of one size and stride')
    }
    y = bothY
    x = bothX
  }
  const causes = varying.flatMap((input) => (input.global === undefined ? [] : [input.global]))
  const global = causes.find((cause) => cause.certain) ?? causes[0]
  return global === undefined ? { ...head, y, x } : { ...head, y, x, global }
}
