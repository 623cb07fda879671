import { existsSync, readFileSync } from 'node:fs'
import { elementCount, type Tensor, type Tensors } from '../src/index.js'

/** A tensor as the golden files hold it. */
export interface GoldenTensor {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

const shared = new URL('../../../../shared/', import.meta.url)

/** A file of the shared reference data. */
export function sharedFile(path: string): URL {
  return new URL(path, shared)
}

/** A case of the reference data, as its README describes it. */
export interface GoldenCase {
  readonly folder: URL
  readonly details: {
    readonly hyperParameters: Readonly<Record<string, unknown>>
    readonly scale: number
    readonly checkpoints: Readonly<Record<string, { readonly file: string; readonly wrapper: string }>>
    readonly syntheticWeights?: { readonly seed: number }
    readonly runs: readonly {
      readonly name: string
      readonly inputs: Readonly<Record<string, { readonly file: string }>>
      readonly outputs: Readonly<Record<string, { readonly file: string }>>
      readonly normalisedLevels?: readonly number[]
    }[]
  }
}

/** Reads a case, such as `esrgan/srvgg-x4`. */
export function goldenCase(name: string): GoldenCase {
  const folder = sharedFile(`golden/${name}/`)
  return { folder, details: JSON.parse(readFileSync(new URL('case.json', folder), 'utf8')) as GoldenCase['details'] }
}

/** The tensors of a `release-*` case. */
export function releaseTensors({ folder, details }: GoldenCase, list = 'tensors.json'): Tensors {
  const described = JSON.parse(readFileSync(new URL(list, folder), 'utf8')) as {
    key: string
    shape: number[]
    amplitude: number
    offset: number
  }[]
  const { seed } = details.syntheticWeights!
  return new Map(
    described.map(({ key, shape, amplitude, offset }): [string, Tensor] => {
      const data = syntheticWeights(key, seed, elementCount(shape), amplitude, offset)
      return [key, { dtype: 'float32', shape, data }]
    }),
  )
}

/** Skips a suite, with a message, where the reference data is not at hand. */
export function requireShared(context: Mocha.Context, path: string): void {
  if (existsSync(sharedFile(path))) return
  console.log(`    skipped: the reference data shared/${path} is not here`)
  context.skip()
}

/** Reads a version 1.0 .npy file of little-endian float32 in C order. */
export function readNpy(path: URL): GoldenTensor {
  const bytes = readFileSync(path)
  const length = bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', 10, 10 + length)
  if (!header.includes("'descr': '<f4'") || !header.includes("'fortran_order': False"))
    throw new Error(`unexpected ${header}`)
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)![1]!
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number)
  const data = new Float32Array(new Uint8Array(bytes.subarray(10 + length)).buffer)
  return { data, shape }
}

/** Pads rows and columns by reflection (edge pixel not repeated) at the bottom and right to a multiple. */
export function reflectPad({ data, shape }: GoldenTensor, multiple: number): GoldenTensor {
  const [batch = 1, channels = 1, height = 1, width = 1] = shape
  const rows = Math.ceil(height / multiple) * multiple
  const columns = Math.ceil(width / multiple) * multiple
  const padded = new Float32Array(batch * channels * rows * columns)
  const mirror = (i: number, size: number) => (i < size ? i : 2 * (size - 1) - i)
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const from = (plane * height + mirror(y, height)) * width + mirror(x, width)
        padded[(plane * rows + y) * columns + x] = data[from]!
      }
    }
  }
  return { data: padded, shape: [batch, channels, rows, columns] }
}

/** The upper left part of each plane. */
export function crop({ data, shape }: GoldenTensor, rows: number, columns: number): GoldenTensor {
  const [batch = 1, channels = 1, height = 1, width = 1] = shape
  const cropped = new Float32Array(batch * channels * rows * columns)
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < rows; y++) {
      const from = (plane * height + y) * width
      cropped.set(data.subarray(from, from + columns), (plane * rows + y) * columns)
    }
  }
  return { data: cropped, shape: [batch, channels, rows, columns] }
}

/** The largest difference divided by the reference's range (maximum minus minimum). */
export function relativeError(found: GoldenTensor, reference: GoldenTensor): number {
  if (found.shape.join() !== reference.shape.join())
    throw new Error(`shape ${found.shape.join('x')} instead of ${reference.shape.join('x')}`)
  let [low, high, error] = [Infinity, -Infinity, 0]
  for (let i = 0; i < reference.data.length; i++) {
    low = Math.min(low, reference.data[i]!)
    high = Math.max(high, reference.data[i]!)
    error = Math.max(error, Math.abs(found.data[i]! - reference.data[i]!))
  }
  return error / (high - low)
}

/**
 * The weights of the `release-*` cases: a function of the tensor's name and the case's seed, as the reference data's README
 * defines it.
 */
export function syntheticWeights(
  key: string,
  seed: number,
  count: number,
  amplitude: number,
  offset: number,
): Float32Array {
  let hash = 2166136261
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 16777619)
  const start = hash ^ seed
  return Float32Array.from({ length: count }, (_, i) => {
    let h = (start + Math.imul(i, 0x9e3779b9)) >>> 0
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    h = (h ^ (h >>> 16)) >>> 0
    return (2 * (h / 2 ** 32) - 1) * amplitude + offset
  })
}
