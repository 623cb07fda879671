import { KintsugiError } from '../errors/index.js'
import { createImage } from '../image/image.js'
import type { BufferPool, PooledBuffer } from '../memory/buffer-pool.js'
import { KnownBuffers } from '../memory/known-buffers.js'
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
import { missingOutput } from './missing-output.js'
import { makeSeries } from './node-inputs.js'
import type { InlineTaskRunner, SeriesSource, TaskInput, TaskRequest, TaskResult } from './task.js'

export interface InlineRunnerOptions {
  pool: BufferPool
  portType: (name: string) => PortType
  cancelled: () => boolean
  models: () => Promise<ModelEnvironment>
}

/** Runs nodes on the main thread: inline ones, and those that a program defines itself. */
export class InlineRunner implements InlineTaskRunner {
  private models: Promise<ModelEnvironment> | undefined

  constructor(private readonly options: InlineRunnerOptions) {}

  async close(): Promise<void> {
    await this.models?.then((models) => models.close()).catch(() => undefined)
  }

  /** Throws, or rejects, as the node does. A promise only if the node gives one. */
  run(request: TaskRequest): TaskResult | Promise<TaskResult> {
    const task = new InlineTask(request, this.options)
    const started = performance.now()
    const finish = (values: Record<string, unknown>): TaskResult => {
      try {
        return { outputs: task.store(values), milliseconds: performance.now() - started }
      } catch (error) {
        return fail(error)
      } finally {
        task.end()
      }
    }
    const fail = (error: unknown): never => {
      task.discard()
      task.end()
      throw error
    }
    let values: Record<string, unknown> | Promise<Record<string, unknown>>
    try {
      const { definition } = request.registered
      values = definition.run(task.inputs() as never, request.params as never, this.context(request, task))
    } catch (error) {
      return fail(error)
    }
    return values instanceof Promise ? values.then(finish, fail) : finish(values)
  }

  private context(request: TaskRequest, task: InlineTask): NodeContext {
    const { options } = this
    const stream = request.random === undefined ? undefined : createStream(request.random)
    const throwIfCancelled = (): void => {
      if (options.cancelled()) throw new KintsugiError('E_CANCELLED', { message: 'The run was cancelled.' })
    }
    const makeImage: NodeContext['createImage'] = (shape) =>
      createImage(shape, (length, cleared) => task.allocate(length, cleared))
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
        (await (this.models ??= options.models())).open(
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

/** Values and memory of one task on this thread. */
class InlineTask {
  /** Buffers in the pool that this task has seen; made when there is one, for most inline tasks see none. */
  private known: KnownBuffers<PooledBuffer> | undefined
  private readonly allocated: PooledBuffer[] = []
  private readonly loaded: StoredValue[] = []
  private readonly stored: StoredValue[] = []
  private ended = false

  constructor(
    private readonly request: TaskRequest,
    private readonly options: InlineRunnerOptions,
  ) {}

  /** Inputs as `run` receives them. */
  inputs(): Record<string, unknown> {
    const { registered, inputs } = this.request
    return mapEntries(inputs, (name, input) => this.read(registered.inputs.get(name)?.type ?? 'image', input))
  }

  /** What `run` gave, with references of its own. */
  store(values: Readonly<Record<string, unknown>>): StoredOutputs {
    const outputs = new Map<string, StoredValue | Map<string, StoredValue>>()
    for (const [name, { type }] of this.request.registered.outputs) {
      const value = values[name]
      if (value === undefined) throw missingOutput(this.request.registered.name, name, type)
      outputs.set(
        name,
        value instanceof Map
          ? new Map([...(value as Map<string, unknown>)].map(([key, one]) => [key, this.storeOne(type, one)]))
          : this.storeOne(type, value),
      )
    }
    return outputs
  }

  allocate(length: number, cleared: boolean): Float32Array {
    if (this.ended) throw new KintsugiError('E_NODE_FAILED', { message: 'A node asked for memory after it had ended.' })
    const buffer = this.options.pool.allocate(length * 4)
    this.allocated.push(buffer)
    this.remember(buffer)
    const samples = new Float32Array(buffer.memory, buffer.byteOffset, length)
    return cleared ? samples.fill(0) : samples
  }

  /** Gives stored outputs back that nobody will receive. */
  discard(): void {
    for (const value of this.stored) releaseValue(this.options.pool, value)
  }

  /** Gives back what the task held besides its outputs. */
  end(): void {
    if (this.ended) return
    this.ended = true
    for (const buffer of this.allocated) this.options.pool.release(buffer)
    for (const value of this.loaded) releaseValue(this.options.pool, value)
  }

  private remember(buffer: PooledBuffer): void {
    this.known ??= new KnownBuffers()
    this.known.add(buffer)
  }

  private storeOne(type: string, value: unknown): StoredValue {
    const { pool, portType } = this.options
    const stored = storePacked(pool, portType(type).pack(value), this.known)
    this.stored.push(stored)
    return stored
  }

  private read(type: string, input: TaskInput): unknown {
    switch (input.kind) {
      case 'one':
        return this.unpack(type, input.value)
      case 'many':
        return mapEntries(input.values, (_name, value) => this.unpack(type, value))
      case 'series':
        return this.series(type, input.series)
      case 'many-series':
        return mapEntries(input.series, (_name, source) => this.series(type, source))
    }
  }

  private series(type: string, source: SeriesSource): unknown {
    return makeSeries(source.members, source.missing, async (index) => {
      const value = await source.load(index)
      if (!this.ended) this.loaded.push(value)
      else releaseValue(this.options.pool, value)
      return this.unpack(type, value)
    })
  }

  private unpack(type: string, value: StoredValue): unknown {
    for (const { buffer } of value.slices) this.remember(buffer)
    return unpackStored(this.options.portType(type), value)
  }
}

function mapEntries<T, R>(record: Readonly<Record<string, T>>, map: (key: string, value: T) => R): Record<string, R> {
  const out: Record<string, R> = {}
  for (const key of Object.keys(record)) out[key] = map(key, record[key] as T)
  return out
}
