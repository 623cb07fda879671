import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { KintsugiError } from '../errors/error.js'
import {
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from './onnx_pb.js'

/** Field numbers of onnx.proto that `encodeModel` writes itself, each with wire type 2 (length-delimited). */
const GRAPH_IN_MODEL = 7
const INITIALIZER_IN_GRAPH = 5
const RAW_DATA_IN_TENSOR = 9

/**
 * Reads the bytes of an ONNX file. Weights stay views of `bytes`: nothing is copied.
 * Throws `E_MODEL_FORMAT` for anything that is not an ONNX model with a graph.
 */
export function decodeModel(bytes: Uint8Array, name = 'model'): ModelProto {
  let model: ModelProto
  try {
    model = fromBinary(ModelProtoSchema, bytes)
  } catch (cause) {
    throw notOnnx(name, 'bytes that are no protobuf message, or a truncated one', cause)
  }
  if (model.graph === undefined || model.graph.node.length === 0) throw notOnnx(name, 'a file without a graph')
  return model
}

/**
 * Writes a model as the bytes of an ONNX file. Raw weights are copied once, straight into the result, so that memory peaks at
 * model plus file.
 */
export function encodeModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  const { graph } = model
  if (graph === undefined) return toBinary(ModelProtoSchema, model)
  const initializers = graph.initializer.map(tensorChunks)
  const graphBody = toBinary(GraphProtoSchema, { ...graph, initializer: [] })
  const rest = toBinary(ModelProtoSchema, { ...model, graph: undefined })
  const tensors = initializers.flatMap((chunks) => [...header(INITIALIZER_IN_GRAPH, byteLength(chunks)), ...chunks])
  const chunks = [rest, ...header(GRAPH_IN_MODEL, graphBody.length + byteLength(tensors)), graphBody, ...tensors]
  return concatenate(chunks)
}

function tensorChunks(tensor: TensorProto): Uint8Array[] {
  if (tensor.rawData.length === 0) return [toBinary(TensorProtoSchema, tensor)]
  const head: Partial<TensorProto> = { ...tensor }
  delete head.rawData
  const encoded = toBinary(TensorProtoSchema, head as TensorProto)
  return [encoded, ...header(RAW_DATA_IN_TENSOR, tensor.rawData.length), tensor.rawData]
}

function header(field: number, length: number): Uint8Array[] {
  const bytes = [(field << 3) | 2]
  let rest = length
  while (rest >= 128) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return [Uint8Array.from(bytes)]
}

function byteLength(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength(chunks))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** The model's metadata as a map from key to text. */
export function readMetadata(model: ModelProto): Map<string, string> {
  return new Map(model.metadataProps.map(({ key, value }) => [key, value]))
}

/** Sets metadata entries of the model in place; entries under other keys stay. */
export function writeMetadata(model: ModelProto, entries: ReadonlyMap<string, string>): void {
  const kept = model.metadataProps.filter(({ key }) => !entries.has(key))
  const added = [...entries].map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }))
  model.metadataProps = [...kept, ...added]
}

function notOnnx(name: string, found: string, cause?: unknown): KintsugiError {
  return new KintsugiError('E_MODEL_FORMAT', {
    message: `${name} cannot be read as an ONNX model.`,
    expected: 'an ONNX file (.onnx)',
    found,
    fix: 'Check that the file is complete; checkpoints (.pth, .pt, .safetensors) are converted with `kintsugi convert`.',
    cause,
  })
}
