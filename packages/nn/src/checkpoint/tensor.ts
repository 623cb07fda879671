import type { MemoryAllowance } from './limits.js'

/** Element types of checkpoint tensors. `float16` and `bfloat16` are widened to float32 when they are read. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool'

export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Int16Array | Int8Array | Uint8Array

/** A dense row-major tensor. */
export interface Tensor {
  /** The type in the file. */
  readonly dtype: ElementType
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** Tensors by name, in file order. */
export type Tensors = ReadonlyMap<string, Tensor>

const elements: {
  readonly [type in ElementType]: { bytes: number; view: (bytes: Uint8Array, count: number) => TensorData }
} = {
  float32: { bytes: 4, view: (b, n) => new Float32Array(b.buffer, b.byteOffset, n) },
  float64: { bytes: 8, view: (b, n) => new Float64Array(b.buffer, b.byteOffset, n) },
  float16: { bytes: 2, view: (b, n) => widen(b, n, halfToFloatBits) },
  bfloat16: { bytes: 2, view: (b, n) => widen(b, n, (half) => half << 16) },
  int64: { bytes: 8, view: (b, n) => new BigInt64Array(b.buffer, b.byteOffset, n) },
  int32: { bytes: 4, view: (b, n) => new Int32Array(b.buffer, b.byteOffset, n) },
  int16: { bytes: 2, view: (b, n) => new Int16Array(b.buffer, b.byteOffset, n) },
  int8: { bytes: 1, view: (b, n) => new Int8Array(b.buffer, b.byteOffset, n) },
  uint8: { bytes: 1, view: (b, n) => b.subarray(0, n) },
  bool: { bytes: 1, view: (b, n) => b.subarray(0, n) },
}

/** Bytes that one element takes in a file. */
export function elementBytes(dtype: ElementType): number {
  return elements[dtype].bytes
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Little-endian elements as a typed array: a view of `bytes` where type and alignment permit, a copy otherwise. */
export function readElements(dtype: ElementType, bytes: Uint8Array, memory: MemoryAllowance): TensorData {
  const { bytes: size, view } = elements[dtype]
  const count = bytes.length / size
  const isAligned = bytes.byteOffset % size === 0
  if (dtype === 'float16' || dtype === 'bfloat16') memory.take(count * Float32Array.BYTES_PER_ELEMENT)
  if (!isAligned) memory.take(bytes.length)
  return view(isAligned ? bytes : new Uint8Array(bytes), count)
}

/** The tensor's values as float32: the data itself if it is of that type. Integers beyond 2^24 are rounded. */
export function toFloat32(tensor: Tensor): Float32Array {
  return tensor.data instanceof Float32Array
    ? tensor.data
    : Float32Array.from(tensor.data as ArrayLike<number | bigint>, Number)
}

function widen(bytes: Uint8Array, count: number, toBits: (half: number) => number): Float32Array {
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, count)
  const bits = new Uint32Array(count)
  for (let i = 0; i < count; i++) bits[i] = toBits(halves[i]!)
  return new Float32Array(bits.buffer)
}

/** IEEE 754 binary16 to binary32, bit for bit; subnormals are normalised. */
function halfToFloatBits(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13)
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13)
  if (fraction === 0) return sign
  const shift = Math.clz32(fraction) - 21
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)
}
