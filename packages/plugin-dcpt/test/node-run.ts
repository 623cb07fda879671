import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createImage, type Image, type ModelFile, type NodeContext, type SeriesMember } from '@kintsugi/core'
import { createModelEnvironment } from '../../core/src/models/index.js'
import plugin from '../src/index.js'

export const shared = new URL('../../../../shared/', import.meta.url)

/** Skips a suite, with a message, where the reference data is not at hand. */
export function requireShared(context: Mocha.Context, path: string): void {
  if (existsSync(new URL(path, shared))) return
  console.log(`    skipped: the reference data shared/${path} is not here`)
  context.skip()
}

/** What nodes need to run outside of an executor. */
export function nodeContext(): { context: NodeContext; close: () => Promise<void> } {
  const models = createModelEnvironment({ readers: plugin.modelReaders!, makers: plugin.modelMakers! })
  const hooks = { createImage, throwIfCancelled: () => undefined, progress: () => undefined }
  const context: NodeContext = {
    ...hooks,
    get random(): never {
      throw new Error('not declared')
    },
    openModel: (model, options) => models.open(model, hooks, options),
    warn: () => undefined,
  }
  return { context, close: () => models.close() }
}

export async function modelAt(url: URL): Promise<ModelFile> {
  const path = fileURLToPath(url)
  const hash = createHash('sha256').update(await readFile(path))
  return { name: basename(path), path, hash: hash.digest('hex') }
}

/** A NumPy array file of version 1.0, float32, C order. */
export async function readNpy(url: URL): Promise<{ data: Float32Array; shape: number[] }> {
  const bytes = await readFile(url)
  const start = 10 + bytes.readUInt16LE(8)
  const shape = /\(([^)]*)\)/
    .exec(bytes.toString('latin1', 10, start))![1]!
    .split(',')
    .filter((size) => size.trim() !== '')
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))
  return { data, shape: shape.map(Number) }
}

/** One image of an array [batch, channels, height, width]. */
export function imageOf({ data, shape }: { data: Float32Array; shape: number[] }, index = 0): Image {
  const [, channels, height, width] = shape as [number, 1 | 3, number, number]
  const image = createImage({ width, height, channels })
  image.data.set(data.subarray(index * image.data.length, (index + 1) * image.data.length))
  return image
}

/** Values as a reducing node gets them, over the axis `item`. */
export function seriesOf<V>(values: readonly V[]) {
  const members = values.map((value, i): SeriesMember<V> & { value: V } => ({
    keys: { item: String(i) },
    value,
    load: () => Promise.resolve(value),
  }))
  return {
    length: values.length,
    missing: 0,
    values: () => Promise.resolve(members.map(({ keys, value }) => ({ keys, value }))),
    async *[Symbol.asyncIterator]() {
      yield* members
    },
  }
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}

export const builtin = async (): Promise<ModelFile> => ({
  ...(await modelAt(plugin.models!.kinds!)),
  name: 'builtin:kinds',
})
