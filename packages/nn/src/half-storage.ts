import {
  create,
  TensorProto_DataType as DataType,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TensorProtoSchema,
} from '@kintsugi/core/onnx'
import { attribute, node } from './graph/protos.js'

/** Weights with fewer numbers stay as they are: scales of resizings and the like must stay exact, and take no room. */
const SMALLEST = 64
const FLOAT: number = DataType.FLOAT
/** The largest number of float16. */
const LARGEST = 65504

/**
 * The model with its weights stored as float16, rounded to nearest, half the file. A Cast widens each, which onnxruntime does once when it
 * opens the file: the network computes in float32 as before, with weights of 11 significant bits. Tensors with numbers that float16 cannot
 * hold stay float32.
 */
export function storeHalf(model: ModelProto): ModelProto {
  const { graph } = model
  if (graph === undefined) return model
  const visible = new Set([...graph.input, ...graph.output].map(({ name }) => name))
  const casts: NodeProto[] = []
  const initializer = graph.initializer.map((tensor) => {
    const half = visible.has(tensor.name) ? undefined : halfTensor(tensor)
    if (half === undefined) return tensor
    const names = { inputs: [half.name], outputs: [tensor.name] }
    casts.push(node('Cast', names, [attribute('to', DataType.FLOAT)], `${tensor.name}.widened`))
    return half
  })
  return { ...model, graph: { ...graph, initializer, node: [...casts, ...graph.node] } }
}

function halfTensor(tensor: TensorProto): TensorProto | undefined {
  if (tensor.dataType !== FLOAT || tensor.rawData.length < 4 * SMALLEST) return undefined
  const floats = aligned(tensor.rawData)
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length)
  const halves = new Uint16Array(floats.length)
  for (let i = 0; i < halves.length; i++) {
    if (!(Math.abs(floats[i]!) <= LARGEST)) return undefined
    halves[i] = toHalf(bits[i]!)
  }
  return create(TensorProtoSchema, {
    name: `${tensor.name}.half`,
    dims: tensor.dims,
    dataType: DataType.FLOAT16,
    rawData: new Uint8Array(halves.buffer),
  })
}

/** The numbers themselves where they lie at a multiple of four, a copy elsewhere. */
function aligned(bytes: Uint8Array): Float32Array {
  const from = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
  return new Float32Array(from.buffer, from.byteOffset, from.byteLength / 4)
}

/** IEEE 754 binary32 to binary16, to nearest, ties to even, of a number that does not overflow. */
function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  const exponent = magnitude >>> 23
  if (exponent < 102) return sign
  if (exponent >= 113) return sign | roundedShift(magnitude - 0x38000000, 13)
  return sign | roundedShift((magnitude & 0x7fffff) | 0x800000, 126 - exponent)
}

function roundedShift(value: number, shift: number): number {
  const floor = value >>> shift
  const rest = value & (2 ** shift - 1)
  const middle = 2 ** (shift - 1)
  return rest > middle || (rest === middle && (floor & 1) === 1) ? floor + 1 : floor
}
