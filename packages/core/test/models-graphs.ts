import { create } from '@bufbuild/protobuf'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../src/onnx/onnx_pb.js'

type AttributeValue = number | readonly number[] | string | { float: number }

/** A linear chain of nodes over one image tensor `image` [1, C, H, W] with the result `output`; enough for test networks. */
export class TestGraph {
  private readonly nodes: NodeProto[] = []
  private readonly tensors: TensorProto[] = []
  private readonly inputs: ValueInfoProto[]
  private names = 0

  constructor(readonly inputChannels: number) {
    this.inputs = [imageInfo('image', inputChannels)]
  }

  /** Appends a node and gives the name of its output. */
  node(opType: string, input: readonly string[], attributes: Record<string, AttributeValue> = {}): string {
    const output = `t${this.names++}`
    const attribute = Object.entries(attributes).map(([name, value]) => makeAttribute(name, value))
    this.nodes.push(create(NodeProtoSchema, { opType, name: output, input: [...input], output: [output], attribute }))
    return output
  }

  floats(dims: readonly number[], values: ArrayLike<number>): string {
    const rawData = new Uint8Array(Float32Array.from(values).buffer)
    return this.tensor(DataType.FLOAT, dims, rawData)
  }

  integers(values: readonly number[]): string {
    return this.tensor(DataType.INT64, [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer))
  }

  /** A convolution with bias and zero padding that keeps the size divided by the stride. */
  conv(input: string, shape: readonly [o: number, i: number, k: number], random: () => number, stride = 1): string {
    const [o, i, k] = shape
    const spread = Math.sqrt(2 / (i * k * k))
    const weight = this.floats(
      [o, i, k, k],
      Array.from({ length: o * i * k * k }, () => spread * (2 * random() - 1) * 1.7),
    )
    const bias = this.floats(
      [o],
      Array.from({ length: o }, () => 0.2 * (2 * random() - 1)),
    )
    const pad = (k - 1) >> 1
    const pads = stride === 1 ? [pad, pad, pad, pad] : [0, 0, 0, 0]
    return this.node('Conv', [input, weight, bias], { kernel_shape: [k, k], pads, strides: [stride, stride] })
  }

  model(result: string, outputChannels: number): ModelProto {
    this.nodes.push(
      create(NodeProtoSchema, { opType: 'Identity', name: 'output', input: [result], output: ['output'] }),
    )
    const graph = create(GraphProtoSchema, {
      name: 'test',
      node: this.nodes,
      initializer: this.tensors,
      input: this.inputs,
      output: [imageInfo('output', outputChannels, 'out_')],
    })
    return create(ModelProtoSchema, {
      irVersion: 8n,
      producerName: 'test',
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: 17n })],
      graph,
    })
  }

  private tensor(dataType: DataType, dims: readonly number[], rawData: Uint8Array): string {
    const name = `w${this.names++}`
    this.tensors.push(create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData }))
    return name
  }
}

function imageInfo(name: string, channels: number, prefix = ''): ValueInfoProto {
  const dims = [1, channels, `${prefix}height`, `${prefix}width`]
  const dim = dims.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof size === 'string' ? { case: 'dimParam', value: size } : { case: 'dimValue', value: BigInt(size) },
    }),
  )
  const tensorType = create(TypeProto_TensorSchema, {
    elemType: DataType.FLOAT,
    shape: create(TensorShapeProtoSchema, { dim }),
  })
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensorType } }),
  })
}

function makeAttribute(name: string, value: AttributeValue) {
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) })
  }
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) })
  if (Array.isArray(value)) {
    return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map((v) => BigInt(v as number)) })
  }
  return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: (value as { float: number }).float })
}

/** Numbers in [0, 1), the same for the same seed (mulberry32, public domain by Tommy Ettinger). */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
