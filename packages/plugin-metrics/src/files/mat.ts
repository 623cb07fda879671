import { inflateSync } from 'node:zlib'
import type { NumericArray } from './npy.js'

// MAT-file level 5 (MathWorks, "MAT-File Format"): elements of a type and a length, arrays of elements, some deflated.
const [COMPRESSED, MATRIX, SMALLEST_NUMERIC, LARGEST_NUMERIC] = [15, 14, 6, 15]
const MOST = 64 * 2 ** 20

interface Element {
  readonly type: number
  readonly content: Buffer
  readonly end: number
}

/** The real numeric matrices of a MATLAB file (level 5, little-endian) by name, row by row. Throws a plain error. */
export function readMat(bytes: Buffer): ReadonlyMap<string, NumericArray> {
  if (bytes.length < 136 || bytes.toString('latin1', 126, 128) !== 'IM') {
    throw new Error('it is no MATLAB file of level 5 (version 7.3 files are of another format; save with -v7)')
  }
  const arrays = new Map<string, NumericArray>()
  for (let at = 128; at < bytes.length; ) {
    const { type, content, end } = element(bytes, at)
    const inner = type === COMPRESSED ? element(inflateSync(content, { maxOutputLength: MOST }), 0) : { type, content }
    if (inner.type === MATRIX) addMatrix(arrays, inner.content)
    at = end
  }
  return arrays
}

function element(bytes: Buffer, at: number): Element {
  if (at + 8 > bytes.length) throw new Error('it is cut off')
  const small = bytes.readUInt16LE(at + 2)
  const type = small === 0 ? bytes.readUInt32LE(at) : bytes.readUInt16LE(at)
  const length = small === 0 ? bytes.readUInt32LE(at + 4) : small
  const start = small === 0 ? at + 8 : at + 4
  if (start + length > bytes.length) throw new Error('it is cut off')
  // Elements start at multiples of 8 bytes, except after a compressed one.
  const end = small === 0 ? start + (type === COMPRESSED ? length : Math.ceil(length / 8) * 8) : at + 8
  return { type, content: bytes.subarray(start, start + length), end }
}

function addMatrix(arrays: Map<string, NumericArray>, bytes: Buffer): void {
  const flags = element(bytes, 0)
  const dimensions = element(bytes, flags.end)
  const name = element(bytes, dimensions.end)
  const kind = flags.content[0]!
  if (kind < SMALLEST_NUMERIC || kind > LARGEST_NUMERIC) return
  const [rows = 0, columns = 0] = Array.from({ length: dimensions.content.length / 4 }, (_, i) =>
    dimensions.content.readInt32LE(4 * i),
  )
  const { type, content } = element(bytes, name.end)
  const read = readers[type]
  if (read === undefined || dimensions.content.length !== 8) return
  const [size, at] = read
  if (content.length < rows * columns * size) throw new Error('it is cut off')
  const data = new Float64Array(rows * columns)
  for (let x = 0; x < columns; x++) {
    for (let y = 0; y < rows; y++) data[y * columns + x] = at(content, (x * rows + y) * size)
  }
  arrays.set(name.content.toString('latin1'), { shape: [rows, columns], data })
}

/** Bytes and reader of each numeric type of data. */
const readers: Readonly<Record<number, readonly [size: number, at: (bytes: Buffer, offset: number) => number]>> = {
  1: [1, (bytes, i) => bytes.readInt8(i)],
  2: [1, (bytes, i) => bytes.readUInt8(i)],
  3: [2, (bytes, i) => bytes.readInt16LE(i)],
  4: [2, (bytes, i) => bytes.readUInt16LE(i)],
  5: [4, (bytes, i) => bytes.readInt32LE(i)],
  6: [4, (bytes, i) => bytes.readUInt32LE(i)],
  7: [4, (bytes, i) => bytes.readFloatLE(i)],
  9: [8, (bytes, i) => bytes.readDoubleLE(i)],
}
