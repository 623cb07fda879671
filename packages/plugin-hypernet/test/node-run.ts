import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createImage, type Image, type Model, type NodeContext, type Plugin } from '@kintsugi/core'
import { createModelEnvironment } from '../../core/src/models/index.js'
import { type GoldenTensor, readNpy } from '../../nn/test/golden.js'
import hypernet from '../src/index.js'

/** Runs node types outside of an executor, with the readers and makers of a plugin; collects warnings. */
export class NodeRun {
  readonly models
  readonly warnings: string[] = []
  readonly context: NodeContext

  constructor({ modelReaders = [], modelMakers = [] }: Plugin = hypernet) {
    this.models = createModelEnvironment({ readers: modelReaders, makers: modelMakers })
    const hooks = { createImage, throwIfCancelled: () => undefined, progress: () => undefined }
    this.context = {
      ...hooks,
      get random(): never {
        throw new Error('not declared')
      },
      openModel: (model, options) => this.models.open(model, hooks, options),
      warn: (message) => void this.warnings.push(message),
    }
  }
}

/** A model in a file. */
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

/** One of the plugin's own models. */
export const builtin = (name: string): Promise<Model> => modelAt(hypernet.models![name]!)

/** The images of a NumPy file. */
export function readImages(url: URL): Image[] {
  return imagesOf(readNpy(url))
}

function imagesOf({ data, shape }: GoldenTensor): Image[] {
  const [batch, channels, height, width] = shape as [number, 1 | 3, number, number]
  return Array.from({ length: batch }, (_, i) => {
    const image = createImage({ width, height, channels })
    image.data.set(data.subarray(i * image.data.length, (i + 1) * image.data.length))
    return image
  })
}
