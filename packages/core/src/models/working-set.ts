import { intAttribute, intsAttribute, tensorNumbers } from '../onnx/attributes.js'
import type { GraphProto, ModelProto, NodeProto, Stages, TensorProto, ValueInfoProto } from '../onnx/index.js'

/** A tensor's size: channels, and samples of each channel per pixel of the input. */
interface Volume {
  readonly channels: number
  readonly area: number
  /** Dimensions where a reshape stated them; undefined ones are free. */
  readonly shape?: readonly (number | undefined)[]
}

/**
 * Peak memory of a run over the largest pair of a node's inputs and outputs: measured between 1.4 and 2.2 for RRDBNets with
 * onnxruntime 1.30 under the options of `sessions.ts`.
 */
const OVERHEAD = 2.2
/** The same where only one value is needed at a time, as in the tails of enlarging networks: measured between 1.5 and 1.6. */
const OVERHEAD_OF_TAILS = 1.7
const BYTES_PER_SAMPLE = 4
/** For graphs in which no tensor grows with the input: 64 channels in and out. */
const SMALLEST = 2 * 64 * BYTES_PER_SAMPLE

/**
 * Estimates the bytes that one run of an image network takes for each input pixel, from the sizes of its tensors. Scores of
 * attention are counted where reshapes state the number of keys, as those of windows are. Other operators than convolutions,
 * resizings, shuffles, matrix products and concatenations are taken to keep the size of their first input, so memory that grows
 * with the square of the image, as of attention over all pixels, is not seen.
 */
export function estimateWorkingBytes(model: ModelProto): number {
  return workingBytes(model.graph?.node ?? [], tensorVolumes(model))
}

/** The same for the two parts of a network, still for each pixel of the image, and the channels of the value between them. */
export function estimateStages(
  model: ModelProto,
  { head, tail, features }: Stages,
): { channels: number; headBytes: number; tailBytes: number } {
  const volumes = tensorVolumes(model)
  return {
    channels: volumes.get(features)!.channels,
    headBytes: workingBytes(head.graph!.node, volumes),
    tailBytes: workingBytes(tail.graph!.node, volumes, OVERHEAD_OF_TAILS),
  }
}

type Volumes = ReadonlyMap<string, Volume>

/** Sizes of all values that depend on the image. */
function tensorVolumes({ graph }: ModelProto): Volumes {
  const volumes = new Map<string, Volume>()
  if (graph === undefined) return volumes
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]))
  for (const { opType, input, output } of graph.node) {
    const stored = opType === 'Cast' ? constants.get(input[0]!) : undefined
    if (stored !== undefined) constants.set(output[0]!, stored)
  }
  for (const [name, volume] of imageInputs(graph, constants)) volumes.set(name, volume)
  for (const node of graph.node) {
    const inputs = imageValues(node, volumes)
    if (inputs.length === 0) continue
    const output = outputVolume(node, inputs, constants)
    for (const name of node.output) volumes.set(name, output)
  }
  return volumes
}

function imageValues(node: NodeProto, volumes: Volumes): Volume[] {
  return node.opType === 'Shape' ? [] : node.input.flatMap((name) => volumes.get(name) ?? [])
}

function workingBytes(nodes: readonly NodeProto[], volumes: Volumes, overhead = OVERHEAD): number {
  let largest = 0
  for (const node of nodes) {
    const inputs = imageValues(node, volumes)
    if (inputs.length === 0) continue
    const output = volumes.get(node.output[0]!)!
    largest = Math.max(
      largest,
      inputs.reduce((sum, volume) => sum + samples(volume), samples(output)),
    )
  }
  return Math.max(SMALLEST, Math.ceil(largest * BYTES_PER_SAMPLE * overhead))
}

function samples({ channels, area }: Volume): number {
  return channels * area
}

function imageInputs(graph: GraphProto, constants: ReadonlyMap<string, TensorProto>): Map<string, Volume> {
  const images = graph.input.filter((input) => !constants.has(input.name) && rank(input) === 4)
  return new Map(images.map((input) => [input.name, { channels: channelCount(input), area: 1 }]))
}

function rank({ type }: ValueInfoProto): number {
  return type?.value.case === 'tensorType' ? (type.value.value.shape?.dim.length ?? 0) : 0
}

function channelCount({ type }: ValueInfoProto): number {
  const size = type?.value.case === 'tensorType' ? type.value.value.shape?.dim[1]?.value : undefined
  return size?.case === 'dimValue' ? Number(size.value) : 3
}

function outputVolume(node: NodeProto, inputs: readonly Volume[], constants: ReadonlyMap<string, TensorProto>): Volume {
  const first = inputs[0]!
  const weightDims = constants.get(node.input[1] ?? '')?.dims.map(Number)
  const strides = intsAttribute(node, 'strides')?.reduce((product, stride) => product * stride, 1) ?? 1
  switch (node.opType) {
    case 'Conv':
      return { channels: weightDims?.[0] ?? first.channels, area: first.area / strides }
    case 'ConvTranspose':
      return {
        channels: weightDims === undefined ? first.channels : weightDims[1]! * intAttribute(node, 'group', 1),
        area: first.area * strides,
      }
    case 'MaxPool':
    case 'AveragePool':
      return { ...first, area: first.area / strides }
    case 'DepthToSpace':
    case 'SpaceToDepth': {
      const block = intAttribute(node, 'blocksize', 1) ** (node.opType === 'DepthToSpace' ? 2 : -2)
      return { channels: first.channels / block, area: first.area * block }
    }
    case 'Resize':
    case 'Upsample': {
      const scales = constants.get(node.input[node.opType === 'Resize' ? 2 : 1] ?? '')
      const [, , y = 1, x = 1] = (scales && tensorNumbers(scales)) ?? []
      return { ...first, area: first.area * y * x }
    }
    case 'Concat':
      return { channels: inputs.reduce((sum, { channels }) => sum + channels, 0), area: first.area }
    case 'Gemm':
      return {
        channels: weightDims?.[intAttribute(node, 'transB', 0) === 1 ? 0 : 1] ?? first.channels,
        area: first.area,
      }
    case 'MatMul':
      return weightDims?.length === 2 ? { channels: weightDims[1]!, area: first.area } : matrixProduct(inputs)
    case 'Split':
      return { channels: first.channels / node.output.length, area: first.area }
    case 'Reshape': {
      const sizes = constants.get(node.input[1] ?? '')
      const shape = sizes && tensorNumbers(sizes)?.map((dimension) => (dimension > 0 ? dimension : undefined))
      return { channels: first.channels, area: first.area, ...(shape && { shape }) }
    }
    case 'Transpose': {
      const order = intsAttribute(node, 'perm')
      const shape = order && first.shape && order.map((axis) => first.shape![axis])
      return { channels: first.channels, area: first.area, ...(shape && { shape }) }
    }
    default:
      return first
  }
}

/** The product of two computed values, such as queries and keys: rows of the first as long as rows of the second. */
function matrixProduct([left, right]: readonly Volume[]): Volume {
  const inner = left!.shape?.at(-1)
  const outer = right?.shape?.at(-1)
  if (inner === undefined || outer === undefined) return left!
  return { channels: (left!.channels * outer) / inner, area: left!.area, shape: [...left!.shape!.slice(0, -1), outer] }
}
