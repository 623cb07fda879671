import { floatsAttribute, intAttribute, intsAttribute, tensorNumbers, textAttribute } from './attributes.js'
import {
  asSpatial,
  type Dependence,
  describeNode,
  join,
  mapSpatial,
  operatorError,
  pool,
  type Spatial,
} from './dependence.js'
import type { NodeProto } from './onnx_pb.js'
import {
  asFraction,
  gather,
  type Resizing,
  resizing,
  shift,
  slidingWindow,
  spread,
  transposedWindow,
  type Window,
} from './sampling.js'

/** How an operator's outputs depend on the image, given how its inputs do. Absent optional inputs are `fixed`. */
type Rule = (node: NodeProto, inputs: readonly Dependence[]) => Dependence

const pointwise =
  'Abs Acos Add And BatchNormalization BitShift Cast CastLike Ceil Celu Clip Cos DequantizeLinear Div Dropout Elu Equal Erf Exp ' +
  'Floor Gelu Greater GreaterOrEqual HardSigmoid HardSwish Identity IsInf IsNaN LRN LeakyRelu Less LessOrEqual Log Max Mean Min ' +
  'Mish Mod Mul Neg Not Or PRelu Pow QuantizeLinear Reciprocal Relu Round Selu Sigmoid Sign Sin Softplus Softsign Sqrt Sub Sum ' +
  'Swish Tan Tanh ThresholdedRelu Where Xor'
const wholeImage = 'GlobalAveragePool GlobalMaxPool GlobalLpPool'
const normalisedOverSpace = 'InstanceNormalization GroupNormalization'
const alongOneAxis = 'Softmax LogSoftmax Hardmax LpNormalization CumSum GatherElements Split'
const reductions =
  'ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare'
const rearrangements = 'Reshape Flatten Squeeze Unsqueeze Expand Tile'
const mixing = 'Einsum Gemm TopK'
const ofShapeAlone = 'Shape Size'

/** Operators of the default ONNX domain that the analysis knows. */
export const operatorRules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...each(pointwise, join),
  ...each(wholeImage, (node, inputs) => pool(node, inputs, false)),
  ...each(normalisedOverSpace, (node, inputs) => pool(node, inputs, true)),
  ...each(alongOneAxis, (node, inputs) => alongAxes(node, inputs, [defaultAxis(node)])),
  ...each('ArgMax ArgMin', (node, inputs) => reduce(node, inputs, [intAttribute(node, 'axis', 0)])),
  ...each(reductions, (node, inputs) => reduce(node, inputs, reducedAxes(node, inputs))),
  ...each(rearrangements, (node, inputs) => pool(node, inputs, true, false)),
  ...each(mixing, (node, inputs) => pool(node, inputs, true)),
  ...each(ofShapeAlone, () => ({ kind: 'fixed' })),
  ['LayerNormalization', layerNormalization],
  ['Gather', gatherAlong],
  ['MatMul', matMul],
  ['Transpose', transpose],
  ['Concat', (node, inputs) => (axisIsSpatial(node, inputs) ? pool(node, inputs, true) : join(node, inputs))],
  ['Conv', convolution],
  ['ConvTranspose', transposedConvolution],
  ...each('MaxPool AveragePool LpPool', pooling),
  ['DepthToSpace', (node, inputs) => shuffle(node, inputs, spread(intAttribute(node, 'blocksize', 1)))],
  ['SpaceToDepth', (node, inputs) => shuffle(node, inputs, gather(intAttribute(node, 'blocksize', 1)))],
  ['Resize', resize],
  ['Upsample', resize],
  ['Pad', padding],
  ['Slice', slice],
])

function each(names: string, rule: Rule): [string, Rule][] {
  return names.split(' ').map((name) => [name, rule])
}

/** Softmax over channels and the like; over an image axis it makes everything depend on everything along it. */
function alongAxes(node: NodeProto, inputs: readonly Dependence[], axes: readonly number[]): Dependence {
  const [image] = inputs
  if (image?.kind !== 'spatial') return pool(node, inputs, true)
  return axes.some((axis) => isSpatialAxis(image, axis)) ? pool(node, inputs, true) : join(node, inputs)
}

/** A list of indices keeps the dimensions; a single index takes one away. */
function gatherAlong(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  const [, indices] = inputs
  const keeps = indices?.kind === 'fixed' && indices.shape?.length === 1
  return keeps ? alongAxes(node, inputs, [defaultAxis(node)]) : pool(node, inputs, true, false)
}

function reduce(node: NodeProto, inputs: readonly Dependence[], axes: readonly number[]): Dependence {
  const [image] = inputs
  if (image?.kind !== 'spatial') return pool(node, inputs, true, false)
  if (axes.length === 0 || axes.some((axis) => isSpatialAxis(image, axis))) return pool(node, inputs, false)
  return intAttribute(node, 'keepdims', 1) === 1 ? image : pool(node, inputs, true, false)
}

function reducedAxes(node: NodeProto, inputs: readonly Dependence[]): readonly number[] {
  return intsAttribute(node, 'axes') ?? constant(inputs[1]) ?? []
}

function defaultAxis(node: NodeProto): number {
  const byOperator: Readonly<Record<string, number>> = { Softmax: -1, LogSoftmax: -1, Hardmax: -1, LpNormalization: -1 }
  return intAttribute(node, 'axis', byOperator[node.opType] ?? 0)
}

function layerNormalization(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  const [image] = inputs
  if (image?.kind !== 'spatial') return pool(node, inputs, true, false)
  const axis = intAttribute(node, 'axis', -1)
  const from = axis < 0 ? axis + image.rank : axis
  return image.axes.some((spatial) => spatial >= from) ? pool(node, inputs, true) : join(node, inputs)
}

/** A product with a matrix, over channels in the last dimension, is pointwise; every other product mixes positions. */
function matMul(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  const [left, right] = inputs
  const pointwise =
    left?.kind === 'spatial' && !left.axes.includes(left.rank - 1) && right !== undefined && isMatrix(right)
  return pointwise ? left : pool(node, inputs, true)
}

function isMatrix(value: Dependence): boolean {
  return value.kind === 'fixed' && value.shape?.length === 2
}

function transpose(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  const [image] = inputs
  const order = intsAttribute(node, 'perm')
  if (image?.kind !== 'spatial' || order === undefined) return pool(node, inputs, true, false)
  const axes = [order.indexOf(image.axes[0]), order.indexOf(image.axes[1])] as const
  return { ...image, axes }
}

function axisIsSpatial(node: NodeProto, inputs: readonly Dependence[]): boolean {
  const axis = intAttribute(node, 'axis', 1)
  return inputs.some((input) => input.kind === 'spatial' && isSpatialAxis(input, axis))
}

function isSpatialAxis(image: Spatial, axis: number): boolean {
  return image.axes.includes(axis < 0 ? axis + image.rank : axis)
}

/** The image among the inputs of an operator that needs one; tokens and means pass through as what they are. */
function withImage(node: NodeProto, inputs: readonly Dependence[], rule: (image: Spatial) => Spatial): Dependence {
  const [value, ...others] = inputs
  const image = value && asSpatial(value)
  if (image === undefined) return value?.kind === 'fixed' ? join(node, inputs) : pool(node, inputs, false, false)
  if (image.rank !== 4 || image.axes[0] !== 2 || image.axes[1] !== 3) {
    throw operatorError(
      node,
      `an input with image axes ${image.axes.join(' and ')} of ${image.rank}`,
      'an input of batch, channels, rows, columns',
    )
  }
  const result = rule(image)
  const dynamic = pool(node, others, false)
  const weighted = others.some((other) => other.kind !== 'fixed') && dynamic.kind === 'pooled'
  return weighted ? { ...result, global: result.global ?? dynamic.global } : result
}

function convolution(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  return withImage(node, inputs, (image) => {
    const [y, x] = windows(node, weightKernel(node, inputs[1]))
    return mapSpatial(image, slidingWindow(y), slidingWindow(x))
  })
}

function transposedConvolution(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  return withImage(node, inputs, (image) => {
    if (intsAttribute(node, 'output_shape') !== undefined) throw operatorError(node, 'a fixed output_shape', 'pads')
    const [y, x] = windows(node, weightKernel(node, inputs[1]))
    const [paddedY = 0, paddedX = 0] = intsAttribute(node, 'output_padding') ?? []
    return mapSpatial(image, transposedWindow(y, paddedY), transposedWindow(x, paddedX))
  })
}

function pooling(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  return withImage(node, inputs, (image) => {
    const [y, x] = windows(node, intsAttribute(node, 'kernel_shape') ?? [])
    return mapSpatial(image, slidingWindow(y), slidingWindow(x))
  })
}

function weightKernel(node: NodeProto, weight: Dependence | undefined): readonly number[] {
  const stated = intsAttribute(node, 'kernel_shape')
  return stated ?? (weight?.kind === 'fixed' ? (weight.shape ?? []) : []).slice(2)
}

/** The windows along rows and columns, automatic padding resolved for inputs that the stride divides. */
function windows(node: NodeProto, kernel: readonly number[]): readonly [Window, Window] {
  const [kernelY, kernelX] = kernel
  if (kernel.length !== 2 || !(kernelY! > 0) || !(kernelX! > 0)) {
    throw operatorError(
      node,
      `a kernel of ${kernel.length === 0 ? 'unknown size' : kernel.join('x')}`,
      'a two-dimensional kernel',
    )
  }
  const [strideY = 1, strideX = 1] = intsAttribute(node, 'strides') ?? []
  const [dilationY = 1, dilationX = 1] = intsAttribute(node, 'dilations') ?? []
  const [top = 0, left = 0, bottom = 0, right = 0] = intsAttribute(node, 'pads') ?? []
  const y = { kernel: kernelY!, stride: strideY, dilation: dilationY, begin: top, end: bottom }
  const x = { kernel: kernelX!, stride: strideX, dilation: dilationX, begin: left, end: right }
  const automatic = textAttribute(node, 'auto_pad', 'NOTSET')
  if (automatic === 'NOTSET') return [y, x]
  if (automatic === 'VALID')
    return [
      { ...y, begin: 0, end: 0 },
      { ...x, begin: 0, end: 0 },
    ]
  if (node.opType === 'ConvTranspose') throw operatorError(node, `auto_pad ${automatic}`, 'explicit pads')
  return [samePadding(y, automatic), samePadding(x, automatic)]
}

function samePadding(window: Window, automatic: string): Window {
  const total = Math.max(window.dilation * (window.kernel - 1) + 1 - window.stride, 0)
  const smaller = Math.floor(total / 2)
  const begin = automatic === 'SAME_LOWER' ? total - smaller : smaller
  return { ...window, begin, end: total - begin }
}

function shuffle(node: NodeProto, inputs: readonly Dependence[], sampling: ReturnType<typeof spread>): Dependence {
  return withImage(node, inputs, (image) => mapSpatial(image, sampling, sampling))
}

function resize(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  return withImage(node, inputs, (image) => {
    const scales =
      floatsAttribute(node, 'scales') ?? constant(inputs[node.opType === 'Upsample' || inputs.length === 2 ? 1 : 2])
    if (scales === undefined || scales.length === 0)
      throw operatorError(node, 'an output size computed at run time', 'constant scales')
    const axes = intsAttribute(node, 'axes') ?? scales.map((_, i) => i)
    const along = (axis: number) => scales[axes.indexOf(axis)] ?? 1
    const coordinates = textAttribute(
      node,
      'coordinate_transformation_mode',
      node.opType === 'Upsample' ? 'asymmetric' : 'half_pixel',
    )
    const sampling = (factor: number) => {
      const fraction = asFraction(factor)
      if (fraction === undefined) throw operatorError(node, `the scale ${factor}`, 'a scale that is a simple fraction')
      return factor === 1 ? shift(0, 0) : resizing({ ...fraction, ...resizeMode(node, coordinates) })
    }
    const result = mapSpatial(image, sampling(along(2)), sampling(along(3)))
    return coordinates === 'align_corners'
      ? { ...result, global: result.global ?? { operator: describeNode(node), certain: true } }
      : result
  })
}

/** The sampling mode; with align_corners, where positions depend on the image's size, only the size is used. */
function resizeMode(node: NodeProto, coordinates: string): Omit<Resizing, 'up' | 'down'> {
  const mode = textAttribute(node, 'mode', 'nearest')
  const known = ['asymmetric', 'half_pixel', 'pytorch_half_pixel', 'half_pixel_symmetric', 'align_corners']
  if (!known.includes(coordinates)) throw operatorError(node, `coordinates ${coordinates}`, known.join(', '))
  if (mode !== 'nearest' && mode !== 'linear' && mode !== 'cubic')
    throw operatorError(node, `mode ${mode}`, 'nearest, linear or cubic')
  const upsample = node.opType === 'Upsample'
  return {
    mode,
    coordinates: coordinates === 'asymmetric' ? 'asymmetric' : 'half_pixel',
    nearest: textAttribute(node, 'nearest_mode', upsample ? 'floor' : 'round_prefer_floor') as Resizing['nearest'],
    antialias: intAttribute(node, 'antialias', 0) === 1,
  }
}

function padding(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  return withImage(node, inputs, (image) => {
    const pads = intsAttribute(node, 'pads') ?? constant(inputs[1])
    if (pads === undefined) throw operatorError(node, 'pads computed at run time', 'constant pads')
    const axes =
      (inputs.length > 3 ? constant(inputs[3]) : undefined) ?? Array.from({ length: pads.length / 2 }, (_, i) => i)
    const along = (axis: number) => {
      const at = axes.findIndex((candidate) => (candidate < 0 ? candidate + 4 : candidate) === axis)
      const begin = pads[at] ?? 0
      const end = pads[at + axes.length] ?? 0
      return at < 0 ? shift(0, 0) : shift(-begin, -begin - end)
    }
    const result = mapSpatial(image, along(2), along(3))
    const wraps = textAttribute(node, 'mode', 'constant') === 'wrap'
    return wraps ? { ...result, global: result.global ?? { operator: describeNode(node), certain: true } } : result
  })
}

function slice(node: NodeProto, inputs: readonly Dependence[]): Dependence {
  const [image] = inputs
  if (image?.kind !== 'spatial') return pool(node, inputs, true, false)
  const starts = intsAttribute(node, 'starts') ?? constant(inputs[1])
  const ends = intsAttribute(node, 'ends') ?? constant(inputs[2])
  const axes = intsAttribute(node, 'axes') ?? (inputs.length > 3 ? constant(inputs[3]) : starts?.map((_, i) => i))
  const steps = inputs.length > 4 ? constant(inputs[4]) : starts?.map(() => 1)
  if (axes?.every((axis) => !isSpatialAxis(image, axis))) return image
  if (!starts || !ends || !axes || !steps) return pool(node, inputs, true)
  const along = (axis: number) => {
    const at = axes.findIndex((candidate) => (candidate < 0 ? candidate + image.rank : candidate) === axis)
    if (at < 0) return shift(0, 0)
    const [start, end, step] = [starts[at]!, ends[at]!, steps[at]!]
    const toTheEnd = end >= 2 ** 31 - 1
    if (start < 0 || step < 1 || (end >= 0 && !toTheEnd)) return undefined
    return shift(start, start - (toTheEnd ? 0 : end), step)
  }
  const y = along(image.axes[0])
  const x = along(image.axes[1])
  return y === undefined || x === undefined ? pool(node, inputs, true) : mapSpatial(image, y, x)
}

function constant(value: Dependence | undefined): number[] | undefined {
  return value?.kind === 'fixed' && value.tensor !== undefined ? tensorNumbers(value.tensor) : undefined
}
