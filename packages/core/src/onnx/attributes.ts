import { type NodeProto, type TensorProto, TensorProto_DataType } from './onnx_pb.js'

/** An integer attribute of a node. */
export function intAttribute(node: NodeProto, name: string, otherwise: number): number {
  const attribute = node.attribute.find((candidate) => candidate.name === name)
  return attribute === undefined ? otherwise : Number(attribute.i)
}

/** A list of integers; undefined if the node does not have it. */
export function intsAttribute(node: NodeProto, name: string): number[] | undefined {
  return node.attribute.find((candidate) => candidate.name === name)?.ints.map(Number)
}

/** A list of floats; undefined if the node does not have it. */
export function floatsAttribute(node: NodeProto, name: string): number[] | undefined {
  return node.attribute.find((candidate) => candidate.name === name)?.floats
}

/** A text attribute of a node. */
export function textAttribute(node: NodeProto, name: string, otherwise: string): string {
  const attribute = node.attribute.find((candidate) => candidate.name === name)
  return attribute === undefined ? otherwise : new TextDecoder().decode(attribute.s)
}

/** How the numbers of each element type lie in raw bytes, and where they stand otherwise. */
const numberReaders: Readonly<
  Record<
    number,
    { bytes: number; read: (view: DataView, at: number) => number; listed: (tensor: TensorProto) => number[] }
  >
> = {
  [TensorProto_DataType.FLOAT]: {
    bytes: 4,
    read: (view, at) => view.getFloat32(at, true),
    listed: (tensor) => tensor.floatData,
  },
  [TensorProto_DataType.DOUBLE]: {
    bytes: 8,
    read: (view, at) => view.getFloat64(at, true),
    listed: (tensor) => tensor.doubleData,
  },
  [TensorProto_DataType.INT32]: {
    bytes: 4,
    read: (view, at) => view.getInt32(at, true),
    listed: (tensor) => tensor.int32Data,
  },
  [TensorProto_DataType.INT64]: {
    bytes: 8,
    read: (view, at) => Number(view.getBigInt64(at, true)),
    listed: (tensor) => tensor.int64Data.map(Number),
  },
}

/** The numbers of a constant tensor of type float, double, int32 or int64; undefined for other types and external data. */
export function tensorNumbers(tensor: TensorProto): number[] | undefined {
  const { dataType, rawData, externalData } = tensor
  const reader = numberReaders[dataType]
  if (reader === undefined || externalData.length > 0) return undefined
  if (rawData.length === 0) return reader.listed(tensor)
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
  return Array.from({ length: rawData.length / reader.bytes }, (_, i) => reader.read(view, i * reader.bytes))
}
