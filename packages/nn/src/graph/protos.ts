import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  create,
  TensorProto_DataType as DataType,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '@kintsugi/core/onnx'
import type { Dimension } from './graph-builder.js'

/** An operator's attribute: an integer, integers, a text, or floats, which are marked because ONNX tells 1 from 1.0. */
export type AttributeValue =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] }

export function attribute(name: string, value: AttributeValue): AttributeProto {
  return create(AttributeProtoSchema, { name, ...attributeContent(value) })
}

function attributeContent(value: AttributeValue) {
  if (typeof value === 'number') return { type: AttributeType.INT, i: BigInt(value) }
  if (typeof value === 'string') return { type: AttributeType.STRING, s: new TextEncoder().encode(value) }
  if ('float' in value) return { type: AttributeType.FLOAT, f: value.float }
  if ('floats' in value) return { type: AttributeType.FLOATS, floats: [...value.floats] }
  return { type: AttributeType.INTS, ints: value.map(BigInt) }
}

export function node(
  opType: string,
  { inputs, outputs }: { inputs: string[]; outputs: string[] },
  attributes: AttributeProto[],
  name: string,
): NodeProto {
  return create(NodeProtoSchema, { opType, input: inputs, output: outputs, attribute: attributes, name })
}

/** A constant whose raw bytes are the array's own (little-endian hosts, as all that Node supports with onnxruntime). */
export function initializer(name: string, data: Float32Array | BigInt64Array, shape: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: data instanceof Float32Array ? DataType.FLOAT : DataType.INT64,
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  })
}

/** A float32 input or output of the graph. */
export function valueInfo(name: string, shape: readonly Dimension[]): ValueInfoProto {
  const dim = shape.map((size) => {
    return {
      value:
        typeof size === 'number'
          ? { case: 'dimValue' as const, value: BigInt(size) }
          : { case: 'dimParam' as const, value: size },
    }
  })
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: DataType.FLOAT, shape: { dim } } } },
  })
}
