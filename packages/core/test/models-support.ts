import { createHash, randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createImage, type Image } from '../src/image/image.js'
import {
  createModelRunner,
  describeModel,
  describeStages,
  type ModelRunner,
  type RunnerHooks,
  type SessionPool,
} from '../src/models/index.js'
import { encodeModel, type ModelProto, subgraph } from '../src/onnx/index.js'
import type { Model } from '../src/plugin/values.js'
import { seededNumbers } from './models-graphs.js'

export const plainHooks: RunnerHooks = { createImage, throwIfCancelled() {}, progress() {} }

/** Opens a graph whose facts can all be derived. `tailBytes` replaces what the tail of a network in stages is said to take. */
export async function openGraph(
  pool: SessionPool,
  graph: ModelProto,
  { tailBytes, ...hooks }: Partial<RunnerHooks> & { tailBytes?: number } = {},
): Promise<ModelRunner> {
  const open = (part: ModelProto) =>
    pool.open({ name: 'test.onnx', hash: randomUUID(), provider: 'cpu', load: async () => encodeModel(part) })
  const { facts, bytesPerPixel } = describeModel(encodeModel(graph), 'test.onnx')
  const estimate = describeStages(encodeModel(graph), 'test.onnx')
  const stages = async () =>
    estimate && {
      ...estimate,
      ...(tailBytes !== undefined && { tailBytes }),
      open: async () => ({
        head: await open(subgraph(graph, { outputs: [estimate.features] })),
        tail: await open(subgraph(graph, { feeds: [estimate.features] })),
      }),
    }
  const network = { session: await open(graph), bytesPerPixel, facts: { ...facts, scale: facts.scale! }, stages }
  return createModelRunner(network, { ...plainHooks, ...hooks })
}

/** Writes a file and gives it as a model value. */
export async function modelFile(folder: string, name: string, bytes: Uint8Array): Promise<Model> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return { name, path, hash: createHash('sha256').update(bytes).digest('hex') }
}

export function noiseImage(width: number, height: number, channels: 1 | 3, seed = 1): Image {
  const image = createImage({ width, height, channels })
  const random = seededNumbers(seed)
  for (let i = 0; i < image.data.length; i++) image.data[i] = random()
  return image
}

export function largestDifference(a: Image, b: Image): number {
  if (a.data.length !== b.data.length) return Infinity
  let largest = 0
  for (let i = 0; i < a.data.length; i++) largest = Math.max(largest, Math.abs(a.data[i]! - b.data[i]!))
  return largest
}
