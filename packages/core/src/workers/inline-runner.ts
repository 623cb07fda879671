import { KintsugiError } from '../errors/index.js'
import { createImage } from '../image/image.js'
import type { BufferPool, PooledBuffer } from '../memory/buffer-pool.js'
import {
  releaseValue,
  type StoredOutputs,
  type StoredValue,
  storePacked,
  unpackStored,
} from '../memory/stored-value.js'
import type { ModelEnvironment } from '../models/index.js'
import type { NodeContext } from '../plugin/node.js'
import type { PortType } from '../plugin/port-type.js'
import { createStream } from '../random/generator.js'
import { makeSeries } from './node-inputs.js'
import type { SeriesSource, TaskInput, TaskRequest, TaskRunner } from './task.js'

export interface InlineRunnerOptions {
  pool: BufferPool
  portType: (name: string) => PortType
  cancelled: () => boolean
  models: () => Promise<ModelEnvironment>
}

/** Runs nodes on the main thread: inline ones, and those that a program defines itself. */
export class InlineRunner implements TaskRunner {
  constructor(private readonly options: InlineRunnerOptions) {}

  async run(request: TaskRequest): Promise<StoredOutputs> {
    const { pool, portType } = this.options
    const { registered } = request
    const known = new Map<SharedArrayBuffer, PooledBuffer>()
    const own: PooledBuffer[] = []
    const loaded: StoredValue[] = []
    const unpack = (type: string, value: StoredValue): unknown => {
      for (const { buffer } of value.slices) known.set(buffer.memory, buffer)
      return unpackStored(portType(type), value)
    }
    const series = (type: string, source: SeriesSource): unknown =>
      makeSeries(source.members, source.missing, async (index) => {
        const value = await source.load(index)
        loaded.push(value)
        return unpack(type, value)
      })
    const read = (type: string, input: TaskInput): unknown => {
      switch (input.kind) {
        case 'one':
          return unpack(type, input.value)
        case 'many':
          return mapValues(input.values, (value) => unpack(type, value))
        case 'series':
          return series(type, input.series)
        case 'many-series':
          return mapValues(input.series, (source) => series(type, source))
      }
    }
    const allocate = (length: number): Float32Array => {
      const buffer = pool.allocate(length * 4)
      own.push(buffer)
      known.set(buffer.memory, buffer)
      return new Float32Array(buffer.memory, 0, length).fill(0)
    }
    try {
      const inputs = mapEntries(request.inputs, (name, input) =>
        read(registered.inputs.get(name)?.type ?? 'image', input),
      )
      const result = await registered.definition.run(
        inputs as never,
        request.params as never,
        this.context(request, allocate),
      )
      const outputs = new Map<string, StoredValue | Map<string, StoredValue>>()
      for (const [name, { type }] of registered.outputs) {
        const value = result[name]
        if (value === undefined)
          throw new KintsugiError('E_NODE_FAILED', { message: `The node gave no output "${name}".`, expected: type })
        const store = (one: unknown): StoredValue => storePacked(pool, portType(type).pack(one), known)
        outputs.set(
          name,
          value instanceof Map
            ? new Map([...(value as Map<string, unknown>)].map(([key, one]) => [key, store(one)]))
            : store(value),
        )
      }
      return outputs
    } finally {
      for (const buffer of own) pool.release(buffer)
      for (const value of loaded) releaseValue(pool, value)
    }
  }

  private context(request: TaskRequest, allocate: (length: number) => Float32Array): NodeContext {
    const { options } = this
    const stream = request.random === undefined ? undefined : createStream(request.random)
    const throwIfCancelled = (): void => {
      if (options.cancelled()) throw new KintsugiError('E_CANCELLED', { message: 'The run was cancelled.' })
    }
    const makeImage: NodeContext['createImage'] = (shape) => createImage(shape, allocate)
    return {
      get random() {
        if (stream === undefined) {
          throw new KintsugiError('E_NODE_FAILED', {
            message: `${request.registered.name} uses random numbers without declaring "random: true".`,
          })
        }
        return stream
      },
      createImage: makeImage,
      openModel: async (model, open) =>
        (await options.models()).open(
          model,
          { createImage: makeImage, throwIfCancelled, progress: request.onProgress },
          open,
        ),
      throwIfCancelled,
      progress: request.onProgress,
      warn: request.onWarning,
    }
  }
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return mapEntries(record, (_key, value) => map(value))
}

function mapEntries<T, R>(record: Readonly<Record<string, T>>, map: (key: string, value: T) => R): Record<string, R> {
  const out: Record<string, R> = {}
  for (const key of Object.keys(record)) out[key] = map(key, record[key] as T)
  return out
}
