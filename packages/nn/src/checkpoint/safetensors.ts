import { formatError, tensorError } from './format-error.js'
import { checkLimit, limits, type MemoryAllowance } from './limits.js'
import { type ElementType, elementBytes, elementCount, readElements, type Tensor, type Tensors } from './tensor.js'

/** A safetensors file: an 8-byte length, a JSON header, the tensors' bytes without gaps. */
export interface SafetensorsFile {
  readonly tensors: Tensors
  readonly metadata: ReadonlyMap<string, string>
}

const elementTypes: ReadonlyMap<unknown, ElementType> = new Map<unknown, ElementType>([
  ['F32', 'float32'],
  ['F64', 'float64'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
])

const METADATA = '__metadata__'
const LENGTH_BYTES = 8

/** True if the bytes may be a safetensors file: a plausible header length before a brace. */
export function looksLikeSafetensors(bytes: Uint8Array): boolean {
  return (
    bytes.length > LENGTH_BYTES && bytes[LENGTH_BYTES] === 0x7b && headerLength(bytes) <= bytes.length - LENGTH_BYTES
  )
}

/**
 * Reads a safetensors file; tensors are views of `bytes` where type and alignment permit. Throws `E_CHECKPOINT_FORMAT` for a
 * damaged header, `E_CHECKPOINT_TENSOR` for a tensor that does not fit the file, `E_CHECKPOINT_LIMIT` for implausible sizes.
 */
export function readSafetensors(bytes: Uint8Array, name: string, memory: MemoryAllowance): SafetensorsFile {
  const length = bytes.length < LENGTH_BYTES ? Infinity : headerLength(bytes)
  if (length > bytes.length - LENGTH_BYTES)
    throw formatError(name, 'a header within the file', 'a file that ends before its header does')
  checkLimit(name, 'its header in bytes', length, limits.safetensorsHeaderBytes)
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), name)
  const data = bytes.subarray(LENGTH_BYTES + length)
  checkLimit(name, 'the number of its tensors', header.length, limits.tensors)
  const described = header
    .filter(([key]) => key !== METADATA)
    .map(([key, value]) => ({ key, ...describe(name, key, value, data.length) }))
  checkCoverage(name, described, data.length)
  const tensors = described.map(({ key, dtype, shape, begin, end }): [string, Tensor] => {
    return [key, { dtype, shape, data: readElements(dtype, data.subarray(begin, end), memory) }]
  })
  const metadata = (header.find(([key]) => key === METADATA)?.[1] ?? {}) as Record<string, unknown>
  return {
    tensors: new Map(tensors),
    metadata: new Map(Object.entries(metadata).map(([key, value]) => [key, String(value)])),
  }
}

function headerLength(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
}

function parseHeader(bytes: Uint8Array, name: string): [string, unknown][] {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw formatError(name, 'a JSON header', 'text that is no JSON', cause)
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw formatError(name, 'a JSON object as header', 'another value')
  return Object.entries(header)
}

interface Described {
  readonly dtype: ElementType
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

function describe(file: string, key: string, value: unknown, available: number): Described {
  const { dtype: typeName, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>
  const dtype = elementTypes.get(typeName)
  if (dtype === undefined)
    throw tensorError(file, key, `one of ${[...elementTypes.keys()].join(', ')}`, `the type ${String(typeName)}`)
  if (!isSizes(shape) || shape.length > limits.rank) throw tensorError(file, key, 'a shape', JSON.stringify(shape))
  if (!isSizes(offsets) || offsets.length !== 2) throw tensorError(file, key, 'two offsets', JSON.stringify(offsets))
  const [begin = 0, end = 0] = offsets
  const bytes = elementCount(shape) * elementBytes(dtype)
  if (end - begin !== bytes)
    throw tensorError(file, key, `${bytes} bytes for the shape ${shape.join('x')}`, `${end - begin}`)
  if (end > available)
    throw tensorError(file, key, `bytes within the file, which has ${available}`, `bytes up to ${end}`)
  return { dtype, shape, begin, end }
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

/** The format allows neither gaps nor overlaps nor bytes after the last tensor. */
function checkCoverage(file: string, described: readonly (Described & { key: string })[], available: number): void {
  let at = 0
  for (const { key, begin, end } of [...described].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw tensorError(file, key, `bytes from ${at}`, `bytes from ${begin}: a gap or an overlap`)
    at = end
  }
  if (at !== available) throw formatError(file, `${at} bytes of tensors`, `${available}`)
}

/** Writes tensors as a safetensors file. Widened half-precision tensors are written as float32. */
export function writeSafetensors(
  tensors: Tensors,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array<ArrayBuffer> {
  let at = 0
  const header: Record<string, unknown> = metadata.size > 0 ? { [METADATA]: Object.fromEntries(metadata) } : {}
  for (const [name, { shape, dtype, data }] of tensors) {
    header[name] = { dtype: typeName(dtype), shape, data_offsets: [at, at + data.byteLength] }
    at += data.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const length = Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES
  const bytes = new Uint8Array(LENGTH_BYTES + length + at)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + length)
  bytes.set(text, LENGTH_BYTES)
  at = LENGTH_BYTES + length
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return bytes
}

function typeName(dtype: ElementType): unknown {
  const written = dtype === 'float16' || dtype === 'bfloat16' ? 'float32' : dtype
  return [...elementTypes].find(([, type]) => type === written)?.[0]
}
