import { basename } from 'node:path'
import { KintsugiError } from '@kintsugi/core/errors'
import {
  TensorProto_DataType as DataType,
  decodeModel,
  deriveReceptiveField,
  type GraphProto,
  type ModelFacts,
  type ModelProto,
  type NodeProto,
  readPartialFacts,
  tensorNumbers,
  type ValueInfoProto,
  writeFacts,
} from '@kintsugi/core/onnx'
import type { Dimension } from './graph/graph-builder.js'
import { attribute, initializer, node, valueInfo } from './graph/protos.js'

/** Element types of images. */
const FLOAT: number = DataType.FLOAT
const FLOAT16: number = DataType.FLOAT16
const UINT8: number = DataType.UINT8

/** What a foreign ONNX file may not tell of itself. */
export interface OnnxConventions {
  /** Order of the image's dimensions; found where one place alone has the size of channels. */
  readonly layout?: 'nchw' | 'nhwc'
  /** Numbers for black and white; found for byte images and graphs that begin with a division by 255, else 0 and 1. */
  readonly range?: readonly [number, number]
  /** Order of the colours, RGB unless stated. */
  readonly order?: 'rgb' | 'bgr'
  /** Output size divided by input size, where the graph does not tell. */
  readonly scale?: number
}

/**
 * Makes an ONNX file from elsewhere (path or bytes) one that the core runs: a float32 image in RGB, batch x channels x rows x columns,
 * goes in as `input` and comes out as `output`, and the facts stand in the metadata. Throws `E_MODEL_FORMAT` for files that are no ONNX
 * model, and `E_MODEL_CONVENTIONS` for networks that are not from one image to one image, and where a convention is neither found nor
 * stated.
 */
export function adoptOnnx(bytes: Uint8Array, name: string, conventions: OnnxConventions = {}): ModelProto {
  const model = decodeModel(bytes, basename(name))
  const graph = model.graph!
  const [input, output] = [theImage(graph.input, graph, 'input', name), theImage(graph.output, graph, 'output', name)]
  const layout = conventions.layout ?? findLayout(input, name)
  const channelAxis = layout === 'nchw' ? 1 : 3
  const channels = { input: sizeOf(input, channelAxis) ?? 3, output: sizeOf(output, channelAxis) ?? 3 }
  const range = conventions.range ?? findRange(input, graph)
  const order = conventions.order ?? 'rgb'
  const before = entrance(input, layout, order, channels.input)
  const after = exit(output, layout, order, channels.output)
  const adopted: ModelProto = {
    ...model,
    graph: {
      ...graph,
      node: [...before.nodes, ...graph.node, ...after.nodes],
      initializer: [...graph.initializer, ...before.constants, ...after.constants],
      input: graph.input.map((value) => (value === input ? before.value : value)),
      output: graph.output.map((value) => (value === output ? after.value : value)),
    },
    metadataProps: [...model.metadataProps],
  }
  writeFacts(adopted, facts(adopted, name, { channels, range, scale: conventions.scale }) as ModelFacts)
  return adopted
}

function facts(
  model: ModelProto,
  name: string,
  found: { channels: ModelFacts['channels']; range: readonly [number, number]; scale: number | undefined },
): Partial<ModelFacts> {
  const field = tryReceptiveField(model)
  const scale = found.scale ?? (field?.halo === 'global' ? undefined : field?.scale)
  return {
    family: 'onnx',
    architecture: model.producerName === '' ? 'unknown' : `unknown, made by ${model.producerName}`,
    halo: field?.halo ?? 'global',
    sizeMultiple: field?.sizeMultiple ?? 1,
    ...readPartialFacts(model, name),
    channels: found.channels,
    inputRange: found.range,
    ...(scale !== undefined && { scale }),
  }
}

function tryReceptiveField(model: ModelProto): ReturnType<typeof deriveReceptiveField> | undefined {
  try {
    return deriveReceptiveField(model)
  } catch (error) {
    if (error instanceof KintsugiError) return undefined
    throw error
  }
}

/** The only value of a list that is no constant, if it is an image. */
function theImage(values: readonly ValueInfoProto[], graph: GraphProto, side: string, name: string): ValueInfoProto {
  const constants = new Set(graph.initializer.map((tensor) => tensor.name))
  const [image, ...others] = values.filter((value) => !constants.has(value.name))
  if (image !== undefined && others.length === 0 && shapeOf(image)?.length === 4 && elementType(image) !== undefined)
    return image
  const describe = (value: ValueInfoProto) => `${value.name} (${shapeOf(value)?.join('x') ?? 'unknown shape'})`
  throw conventionsError(
    `${name} is no network from one image to one image.`,
    `one ${side} of four dimensions, float32, float16 or bytes`,
    [image, ...others]
      .flatMap((value) => value ?? [])
      .map(describe)
      .join(', ') || 'none',
    'Export the network alone, without the steps before and after it.',
  )
}

function shapeOf({ type }: ValueInfoProto): Dimension[] | undefined {
  if (type?.value.case !== 'tensorType') return undefined
  return type.value.value.shape?.dim.map(({ value }) => {
    return value.case === 'dimValue' ? Number(value.value) : value.case === 'dimParam' ? value.value : '?'
  })
}

function elementType({ type }: ValueInfoProto): number | undefined {
  const found = type?.value.case === 'tensorType' ? type.value.value.elemType : undefined
  return found === FLOAT || found === FLOAT16 || found === UINT8 ? found : undefined
}

function sizeOf(value: ValueInfoProto, axis: number): number | undefined {
  const size = shapeOf(value)?.[axis]
  return typeof size === 'number' && size > 0 ? size : undefined
}

function findLayout(input: ValueInfoProto, name: string): 'nchw' | 'nhwc' {
  const isChannels = (axis: number) => [1, 3, 4].includes(sizeOf(input, axis) ?? 0)
  if (isChannels(1) !== isChannels(3)) return isChannels(1) ? 'nchw' : 'nhwc'
  throw conventionsError(
    `${name} does not tell where the channels of its images stand.`,
    'a stated layout',
    `an input of shape ${shapeOf(input)?.join('x')}`,
    'State --layout nchw (as PyTorch has it) or --layout nhwc (as TensorFlow has it).',
  )
}

function findRange(input: ValueInfoProto, graph: GraphProto): readonly [number, number] {
  if (elementType(input) === UINT8) return [0, 255]
  const first = graph.node.find((candidate) => candidate.input.includes(input.name))
  const factor = first && factorOf(first, input.name, graph)
  return factor !== undefined && Math.abs(factor - 255) < 0.5 ? [0, 255] : [0, 1]
}

/** What a node divides the image by; undefined for other nodes. */
function factorOf({ opType, input: inputs }: NodeProto, image: string, graph: GraphProto): number | undefined {
  if (opType !== 'Div' && opType !== 'Mul') return undefined
  const other = inputs.find((name) => name !== image)
  const tensor =
    graph.initializer.find(({ name }) => name === other) ??
    graph.node.find(({ output }) => output[0] === other)?.attribute.find(({ name }) => name === 'value')?.t
  const [number, ...more] = (tensor && tensorNumbers(tensor)) ?? []
  if (number === undefined || more.length > 0) return undefined
  return opType === 'Div' ? number : 1 / number
}

interface Adapter {
  readonly nodes: NodeProto[]
  readonly constants: GraphProto['initializer']
  /** What the file shows in place of the original input or output. */
  readonly value: ValueInfoProto
}

const REVERSED = 'kintsugi.reversed'

/** From `input` to what the graph takes. */
function entrance(input: ValueInfoProto, layout: string, order: string, channels: number): Adapter {
  const steps: Step[] = []
  if (order === 'bgr') steps.push(reverseChannels)
  if (layout === 'nhwc') steps.push((from, to) => transposed(from, to, [0, 2, 3, 1]))
  const type = elementType(input)!
  if (type === UINT8) {
    steps.push((from, to) => node('Round', { inputs: [from], outputs: [to] }, [], to))
    steps.push((from, to) =>
      node('Clip', { inputs: [from, 'kintsugi.black', 'kintsugi.white'], outputs: [to] }, [], to),
    )
  }
  if (type !== FLOAT) steps.push((from, to) => cast(from, to, type))
  const limits =
    type === UINT8
      ? [initializer('kintsugi.black', Float32Array.of(0), []), initializer('kintsugi.white', Float32Array.of(255), [])]
      : []
  // With nothing to adapt the graph keeps its own input.
  if (steps.length === 0) return { nodes: [], constants: [], value: input }
  return {
    nodes: chain(steps, 'kintsugi.input', input.name, 'input'),
    constants: [...limits, ...(order === 'bgr' ? [reversed(channels)] : [])],
    value: valueInfo('kintsugi.input', imageShape(input, layout, channels)),
  }
}

/** From what the graph gives to `output`. */
function exit(output: ValueInfoProto, layout: string, order: string, channels: number): Adapter {
  const steps: Step[] = []
  if (elementType(output) !== FLOAT) steps.push((from, to) => cast(from, to, FLOAT))
  if (layout === 'nhwc') steps.push((from, to) => transposed(from, to, [0, 3, 1, 2]))
  if (order === 'bgr') steps.push(reverseChannels)
  if (steps.length === 0) return { nodes: [], constants: [], value: output }
  return {
    nodes: chain(steps, output.name, 'kintsugi.output', 'output'),
    constants: [],
    value: valueInfo('kintsugi.output', imageShape(output, layout, channels)),
  }
}

type Step = (from: string, to: string) => NodeProto

function chain(steps: readonly Step[], from: string, to: string, side: string): NodeProto[] {
  const name = (i: number) => (i === 0 ? from : i === steps.length ? to : `kintsugi.${side}.${i}`)
  return steps.map((step, i) => step(name(i), name(i + 1)))
}

function transposed(from: string, to: string, order: readonly number[]): NodeProto {
  return node('Transpose', { inputs: [from], outputs: [to] }, [attribute('perm', order)], `${to}.transpose`)
}

function reverseChannels(from: string, to: string): NodeProto {
  return node('Gather', { inputs: [from, REVERSED], outputs: [to] }, [attribute('axis', 1)], `${to}.reverse`)
}

function reversed(channels: number): GraphProto['initializer'][number] {
  const order = BigInt64Array.from({ length: channels }, (_, i) => BigInt(i < 3 ? 2 - i : i))
  return initializer(REVERSED, order, [channels])
}

function cast(from: string, to: string, type: number): NodeProto {
  return node('Cast', { inputs: [from], outputs: [to] }, [attribute('to', type)], `${to}.cast`)
}

function imageShape(value: ValueInfoProto, layout: string, channels: number): Dimension[] {
  const [batch = '?', a = '?', b = '?', c = '?'] = shapeOf(value) ?? []
  const named = (size: Dimension, name: string) => (size === '?' || size === '' ? `${value.name}_${name}` : size)
  const [height, width] = layout === 'nchw' ? [b, c] : [a, b]
  return [named(batch, 'batch'), channels, named(height, 'height'), named(width, 'width')]
}

function conventionsError(message: string, expected: string, found: string, fix: string): KintsugiError {
  return new KintsugiError('E_MODEL_CONVENTIONS', { message, expected, found, fix })
}
