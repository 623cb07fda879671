import {
  create,
  TensorProto_DataType as DataType,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  NodeProtoSchema,
  type TensorProto,
  toBinary,
} from '@kintsugi/core/onnx'
import { checkCoefficients, type MixSelection, mixError, weightedSum } from './mix.js'

/** One ONNX file of a mixture. */
export interface OnnxMixTerm {
  readonly coefficient: number
  readonly model: ModelProto
  /** What messages call it. */
  readonly name: string
}

/** Operators and the first of their inputs that is trained. */
const TRAINED_FROM: Readonly<Record<string, number>> = {
  Conv: 1,
  ConvTranspose: 1,
  Gemm: 0,
  MatMul: 0,
  PRelu: 1,
  BatchNormalization: 1,
  InstanceNormalization: 1,
  LayerNormalization: 1,
  GroupNormalization: 1,
  Gather: 0,
}
/** Operators whose float inputs are sizes, bounds and fills, never weights. */
const UNTRAINED: ReadonlySet<string> = new Set([
  'Resize',
  'Upsample',
  'Pad',
  'Clip',
  'Range',
  'ConstantOfShape',
  'OneHot',
])

/**
 * Mixes the weights of ONNX files with one graph: theta = sum of a_k theta_k over the float32 initializers that are weights, which are
 * the trained operands of convolutions, products and normalisations and all others of more than one number; numbers such as a residual
 * scaling, integers and what only resizing or padding reads stay. Gives a model that shares everything else with the first.
 * Throws `E_MIX` naming the first node or initializer that the files do not share.
 */
export function mixOnnx(terms: readonly OnnxMixTerm[], { mixes = () => true }: MixSelection = {}): ModelProto {
  const [head, ...others] = terms
  if (head === undefined) throw mixError('at least one model', 'none')
  checkCoefficients(terms)
  const graph = graphOf(head)
  for (const other of others) checkGraph(graph, head.name, graphOf(other), other.name)
  const weights = weightNames(graph)
  const initializers = terms.map((term) => byName(graphOf(term)))
  const mixed = graph.initializer.map((tensor) => {
    if (!weights.has(tensor.name) || !mixes(tensor.name)) return tensor
    const members = terms.map(({ coefficient, name }, i) => ({
      coefficient,
      data: floats(initializers[i]!.get(tensor.name)!, name),
    }))
    const data = weightedSum(members)
    return { ...tensor, floatData: [], rawData: new Uint8Array(data.buffer as ArrayBuffer) }
  })
  return { ...head.model, graph: { ...graph, initializer: mixed } }
}

function graphOf({ model }: OnnxMixTerm): GraphProto {
  return model.graph ?? create(GraphProtoSchema)
}

function byName({ initializer }: GraphProto): Map<string, TensorProto> {
  return new Map(initializer.map((tensor) => [tensor.name, tensor]))
}

function checkGraph(graph: GraphProto, name: string, other: GraphProto, otherName: string): void {
  const tensors = byName(other)
  for (const { name: tensor, dims, dataType } of graph.initializer) {
    const found = tensors.get(tensor)
    if (found === undefined) throw mixError(`${tensor} in ${otherName}`, 'no such tensor')
    if (found.dims.join() !== dims.join() || found.dataType !== dataType) {
      throw mixError(
        `${describe({ dims, dataType })} as ${tensor}, as in ${name}`,
        `${describe(found)} in ${otherName}`,
      )
    }
  }
  const known = byName(graph)
  const extra = other.initializer.find((tensor) => !known.has(tensor.name))
  if (extra !== undefined) throw mixError(`${extra.name} in ${name} too`, 'no such tensor')
  for (let i = 0; i < Math.max(graph.node.length, other.node.length); i++) {
    const [own, its] = [graph.node[i], other.node[i]]
    if (own !== undefined && its !== undefined && sameNode(own, its)) continue
    throw mixError(
      `node ${i + 1} to be ${own === undefined ? 'absent' : `the ${own.opType} that gives ${own.output[0]}`}, as in ${name}`,
      `${its === undefined ? 'nothing' : `the ${its.opType} that gives ${its.output[0]}`} in ${otherName}`,
    )
  }
}

type Node = GraphProto['node'][number]

function sameNode(a: Node, b: Node): boolean {
  const bytes = (node: Node) => toBinary(NodeProtoSchema, { ...node, name: '', docString: '' })
  return Buffer.compare(bytes(a), bytes(b)) === 0
}

function describe({ dims, dataType }: Pick<TensorProto, 'dims' | 'dataType'>): string {
  return `${DataType[dataType]?.toLowerCase() ?? 'a tensor'} of shape ${dims.join('x') || '1'}`
}

function weightNames({ node, initializer }: GraphProto): Set<string> {
  const numbers = new Set(initializer.filter(isNumber).map(({ name }) => name))
  const trained = new Set<string>()
  for (const { opType, input } of node) {
    if (UNTRAINED.has(opType)) continue
    const from = TRAINED_FROM[opType]
    input.forEach((name, i) => {
      if (from === undefined ? !numbers.has(name) : i >= from) trained.add(name)
    })
  }
  return new Set(
    initializer.filter(({ name, dataType }) => trained.has(name) && FLOATING.has(dataType)).map(({ name }) => name),
  )
}

const FLOAT32: number = DataType.FLOAT
const FLOATING: ReadonlySet<number> = new Set([DataType.FLOAT, DataType.FLOAT16, DataType.BFLOAT16, DataType.DOUBLE])

function isNumber({ dims }: TensorProto): boolean {
  return dims.every((size) => size === 1n)
}

function floats(tensor: TensorProto, name: string): Float32Array {
  if (tensor.dataType !== FLOAT32) {
    throw mixError('weights of float32', `${tensor.name} of ${DataType[tensor.dataType]?.toLowerCase()} in ${name}`)
  }
  if (tensor.rawData.length === 0) return Float32Array.from(tensor.floatData)
  // A copy, for raw data may lie anywhere in the file.
  return new Float32Array(new Uint8Array(tensor.rawData).buffer)
}
