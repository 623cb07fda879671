import { createStream, KintsugiError, type Model, type ModelMaker, makeModel, type RandomStream } from '@kintsugi/core'
import {
  TensorProto_DataType as DataType,
  decodeModel,
  encodeModel,
  type GraphProto,
  type ModelFacts,
  readPartialFacts,
  type TensorProto,
  writeFacts,
} from '@kintsugi/core/onnx'

const MAKER = 'dcpt/untrained@1'

/** A network like `model` whose weights are drawn; `key` starts the draws, 32 hexadecimal digits. */
export function untrainedModel(model: Model, key: string): Model {
  return makeModel(`${model.name} untrained`, { maker: MAKER, members: [model], params: { key } })
}

/**
 * Draws the weights of convolutions and linear layers anew, as PyTorch does before training: kernel and bias of a layer are uniform within
 * 1/sqrt(n), n the numbers that go into one of its outputs (`reset_parameters` of `torch.nn.Conv2d` and `Linear`). Everything else stays, such as the
 * scales of normalisations. Throws `E_DCPT_MODEL` for a graph without such layers. The number in its name changes with what it makes.
 */
export const untrainedMaker: ModelMaker = {
  name: MAKER,
  async make([member], params, name) {
    if (member === undefined)
      throw new KintsugiError('E_DCPT_MODEL', { message: 'A recipe of an untrained network has no network.' })
    const { key } = params as { key: string }
    const model = decodeModel(await member.onnx(), member.name)
    const graph = drawn(model.graph!, createStream(new Uint8Array(Buffer.from(key, 'hex'))), member.name)
    // What was said and measured of the trained weights does not hold of these, which are nobody's.
    const {
      description: _said,
      training: _trained,
      bounded: _measured,
      licence: _owned,
      ...kept
    } = readPartialFacts(model, member.name)
    const facts = { ...kept, source: name } as ModelFacts
    const made = { ...model, graph, metadataProps: [] }
    writeFacts(made, facts)
    return { onnx: encodeModel(made), facts }
  },
}

const FLOAT: number = DataType.FLOAT

function drawn(graph: GraphProto, stream: RandomStream, network: string): GraphProto {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]))
  // Weights may be stored as float16 behind a Cast.
  const casts = new Map(
    graph.node.flatMap((node) => {
      const tensor = node.opType === 'Cast' ? constants.get(node.input[0]!) : undefined
      return tensor === undefined ? [] : [[node.output[0]!, tensor] as const]
    }),
  )
  const fresh = new Map<string, TensorProto>()
  const draw = (name: string | undefined, bound: number): void => {
    const tensor = constants.get(name ?? '') ?? casts.get(name ?? '')
    if (name === undefined || tensor === undefined || fresh.has(name)) return
    const data = new Float32Array(tensor.dims.reduce((size, side) => size * Number(side), 1))
    stream.fillUniform(data)
    for (let i = 0; i < data.length; i++) data[i] = bound * (2 * data[i]! - 1)
    const rawData = new Uint8Array(data.buffer)
    fresh.set(name, { ...tensor, name, dataType: FLOAT, floatData: [], int32Data: [], rawData })
  }
  for (const node of graph.node) {
    const kernel = constants.get(node.input[1] ?? '') ?? casts.get(node.input[1] ?? '')
    const fan = kernel === undefined ? undefined : fanIn(node, kernel.dims.map(Number))
    if (fan === undefined) continue
    draw(node.input[1], 1 / Math.sqrt(fan))
    draw(node.input[2], 1 / Math.sqrt(fan))
  }
  if (fresh.size === 0) {
    throw new KintsugiError('E_DCPT_MODEL', {
      message: `${network} has no weights that could be drawn anew.`,
      expected: 'a network with convolutions or linear layers',
      found: [...new Set(graph.node.map(({ opType }) => opType))].slice(0, 12).join(', '),
      fix: 'Take the network itself.',
    })
  }
  const replaced = new Set([...fresh.keys()].flatMap((name) => casts.get(name)?.name ?? name))
  return {
    ...graph,
    node: graph.node.filter(({ opType, output }) => !(opType === 'Cast' && fresh.has(output[0]!))),
    initializer: [...graph.initializer.filter(({ name }) => !replaced.has(name)), ...fresh.values()],
  }
}

/** Numbers that go into one output of a layer; undefined for other operators. */
function fanIn({ opType, attribute }: GraphProto['node'][number], dims: readonly number[]): number | undefined {
  const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1)
  // PyTorch counts a transposed convolution by its second axis, too (torch.nn.init, `_calculate_fan_in_and_fan_out`).
  if (opType === 'Conv' || opType === 'ConvTranspose') return product(dims.slice(1))
  if (opType === 'MatMul') return dims.at(-2)
  if (opType !== 'Gemm') return undefined
  return Number(attribute.find(({ name }) => name === 'transB')?.i ?? 0n) === 1 ? dims[1] : dims[0]
}
