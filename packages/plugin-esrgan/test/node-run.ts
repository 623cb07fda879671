import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createImage, type Image, type Model, type NodeContext } from '@kintsugi/core'
import { createModelEnvironment } from '../../core/src/models/index.js'
import plugin, { checkpointReader, restore } from '../src/index.js'

export const shared = new URL('../../../../shared/', import.meta.url)
export const hasShared = existsSync(shared)

/** Runs `esrgan/restore` outside of an executor, its progress collected. */
export class RestoreRun {
  readonly models = createModelEnvironment({ readers: [checkpointReader] })
  progress: number[] = []
  private readonly context: NodeContext

  constructor() {
    const progress = (fraction: number) => void this.progress.push(fraction)
    const throwIfCancelled = () => undefined
    this.context = {
      get random(): never {
        throw new Error('not declared')
      },
      createImage,
      openModel: (model, options) => this.models.open(model, { createImage, throwIfCancelled, progress }, options),
      throwIfCancelled,
      progress,
      warn: () => undefined,
    }
  }

  async restore(image: Image, model: Model, settings: Partial<Parameters<typeof restore.run>[1]> = {}): Promise<Image> {
    this.progress = []
    return (
      await restore.run(
        { image, model },
        { tiles: 'auto', alpha: 'premultiplied', ensemble: false, ...settings },
        this.context,
      )
    ).image
  }
}

export async function modelAt(url: URL): Promise<Model> {
  const path = fileURLToPath(url)
  return {
    name: basename(path),
    path,
    hash: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  }
}

export const builtin = () => modelAt(plugin.models!.x4!)

/** A NumPy array file of version 1.0, float32, C order, [batch, channels, height, width], as one image for each batch entry. */
export async function readImages(url: URL): Promise<Image[]> {
  const bytes = await readFile(url)
  const start = 10 + bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', 10, start)
  const [batch, channels, height, width] = /\(([^)]*)\)/.exec(header)![1]!.split(',').map(Number) as [
    number,
    1 | 3,
    number,
    number,
  ]
  const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))
  return Array.from({ length: batch }, (_, i) => {
    const image = createImage({ width, height, channels })
    image.data.set(samples.subarray(i * image.data.length, (i + 1) * image.data.length))
    return image
  })
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}
