import { availableParallelism } from 'node:os'
import { KintsugiError, toErrorData } from '../errors/index.js'
import type { Image } from '../image/image.js'
import type { BufferPool } from '../memory/buffer-pool.js'
import {
  isKeyed,
  releaseOutputs,
  releaseValue,
  retainValue,
  type StoredOutputs,
  type StoredValue,
  samplesOf,
  storePacked,
} from '../memory/stored-value.js'
import type { PortType } from '../plugin/port-type.js'
import type { RegisteredNode, Registry } from '../plugin/registry.js'
import { services } from '../services.js'
import type { InlineTaskRunner, SeriesSource, TaskInput, TaskRunner } from '../workers/task.js'
import { ForeignError } from '../workers/thread-errors.js'
import { directInputs, type ImageHistory, REFERENCE } from './history.js'
import { modelHash, modelOfRecord } from './model-record.js'
import type { RecordInput, WrittenRecord } from './record.js'

export interface ReplayOptions {
  /** Node types, models and readers. */
  registry: Registry
  /** Finds a source or model file by its content. */
  findSource: (name: string, sha256: string) => Promise<string>
  /** Execution provider of onnxruntime. Default: the one of the record. */
  provider?: string
  /** Worker threads. Default: the number of processors. */
  jobs?: number
  signal?: AbortSignal
  warn?: (message: string) => void
}

/**
 * Makes an image again from its records: runs every task behind it, without a cache. All records and their node types must be there.
 * Throws `E_REPLAY` when a source or a value is not there, and what a node throws.
 */
export async function replayRecords(history: ImageHistory, options: ReplayOptions): Promise<Image> {
  const { registry } = options
  const cancelled = new Int32Array(new SharedArrayBuffer(4))
  const abort = (): void => void Atomics.store(cancelled, 0, 1)
  if (options.signal?.aborted === true) abort()
  options.signal?.addEventListener('abort', abort, { once: true })
  const portType = (name: string): PortType => {
    const type = registry.portType(name)
    if (type === undefined)
      throw new KintsugiError('E_PLUGIN', { message: `No loaded plugin provides the port type "${name}".` })
    return type
  }
  // Loaded when something runs: listing and validating need no services.
  const { composeRun } = await import('../composition.js')
  const container = composeRun({
    jobs: options.jobs ?? availableParallelism(),
    memory: Number.POSITIVE_INFINITY,
    cacheDir: undefined,
    cacheLimit: 0,
    provider: options.provider ?? history.provider,
    modelPlugins: registry.modelPlugins(),
    readers: registry.readers.map(({ reader }) => reader),
    makers: registry.makers.map(({ maker }) => maker),
    portType,
    cancelled,
    evict: () => false,
    warn: options.warn ?? (() => undefined),
  })
  const workers = container.get(services.workers)
  const pool = container.get(services.pool)
  try {
    const replayer = new Replayer(history, {
      ...options,
      pool,
      portType,
      workers,
      inline: container.get(services.inline),
    })
    return await replayer.image()
  } finally {
    options.signal?.removeEventListener('abort', abort)
    await workers.close()
    pool.close()
  }
}

interface ReplayerSetup extends ReplayOptions {
  pool: BufferPool
  portType: (name: string) => PortType
  workers: TaskRunner
  inline: InlineTaskRunner
}

/** Outputs of a task while somebody reads them. */
interface Held {
  outputs: Promise<StoredOutputs>
  pins: number
}

class Replayer {
  private readonly held = new Map<string, Held>()
  /** How often a task is still needed as a direct input; members of series are computed when they are asked for. */
  private readonly uses = new Map<string, number>()

  constructor(
    private readonly history: ImageHistory,
    private readonly setup: ReplayerSetup,
  ) {
    for (const { inputs } of history.records.values()) {
      for (const input of Object.values(inputs).flatMap(directInputs)) {
        const key = REFERENCE.exec(input)?.[1]
        if (key !== undefined) this.uses.set(key, (this.uses.get(key) ?? 0) + 1)
      }
    }
  }

  async image(): Promise<Image> {
    const { pool, portType } = this.setup
    const stored = await this.take(this.history.value)
    try {
      return portType('image').unpack({
        json: stored.json,
        buffers: samplesOf(stored).map((samples) => samples.slice()),
      }) as Image
    } finally {
      releaseValue(pool, stored)
    }
  }

  /** A value by its identity, with a reference of its own. */
  private async take(id: string): Promise<StoredValue> {
    const [, key, port, entry] = REFERENCE.exec(id) ?? []
    if (key === undefined || port === undefined) return this.literalOf(id)
    const held = this.hold(key)
    held.pins++
    try {
      const outputs = await held.outputs
      const output = outputs.get(port)
      const value = output !== undefined && isKeyed(output) ? output.get(entry ?? '') : output
      if (value === undefined)
        throw notReplayable(`Task ${key.slice(0, 8)} gave no "${port}".`, 'the outputs of the record')
      retainValue(this.setup.pool, value)
      return value
    } finally {
      held.pins--
      this.drop(key, held)
    }
  }

  private hold(key: string): Held {
    const known = this.held.get(key)
    if (known !== undefined) return known
    const held: Held = { outputs: this.runTask(key), pins: 0 }
    this.held.set(key, held)
    return held
  }

  private drop(key: string, held: Held): void {
    if (held.pins > 0 || (this.uses.get(key) ?? 0) > 0 || this.held.get(key) !== held) return
    this.held.delete(key)
    held.outputs.then(
      (outputs) => releaseOutputs(this.setup.pool, outputs),
      () => undefined,
    )
  }

  private async runTask(key: string): Promise<StoredOutputs> {
    // Long chains of tasks would exhaust the stack if each began inside the one before.
    await Promise.resolve()
    const record = this.history.records.get(key)
    const registered = record === undefined ? undefined : this.setup.registry.node(record.use)
    if (record === undefined || registered === undefined) throw new Error(`task ${key} has no record or no node type`)
    const inputs: Record<string, TaskInput> = {}
    const taken: StoredValue[] = []
    try {
      const params = await this.paramsOf(record, registered)
      await Promise.all(
        Object.entries(record.inputs).map(async ([port, input]) => {
          inputs[port] = await this.inputOf(input, registered.inputs.get(port)?.type ?? 'image', taken)
        }),
      )
      const inline = registered.runs === 'inline' || registered.plugin.specifier === undefined
      const { outputs } = await (inline ? this.setup.inline : this.setup.workers).run({
        registered,
        inputs,
        params,
        random: record.random === undefined ? undefined : Buffer.from(record.random, 'hex'),
        order: 0,
        model: Object.values(record.inputs)
          .map(modelHash)
          .find((hash) => hash !== undefined),
        onProgress: () => undefined,
        onWarning: (message) => this.setup.warn?.(`${record.node}: ${message}`),
      })
      return outputs
    } catch (error) {
      throw located(error, record, registered)
    } finally {
      for (const value of taken) releaseValue(this.setup.pool, value)
      for (const id of Object.values(record.inputs).flatMap(directInputs)) this.give(id)
    }
  }

  /** One direct use less. */
  private give(id: string): void {
    const key = REFERENCE.exec(id)?.[1]
    if (key === undefined) return
    this.uses.set(key, (this.uses.get(key) ?? 0) - 1)
    const held = this.held.get(key)
    if (held !== undefined) this.drop(key, held)
  }

  /** Parameters with the paths of files that have the recorded content. */
  private async paramsOf(record: WrittenRecord, registered: RegisteredNode): Promise<Record<string, unknown>> {
    const params = { ...(record.with as Record<string, unknown>) }
    for (const name of registered.files) {
      const source = params[name] as { file?: unknown; sha256?: unknown } | undefined
      if (typeof source?.file !== 'string' || typeof source.sha256 !== 'string') continue
      params[name] = await this.setup.findSource(source.file, source.sha256)
    }
    return params
  }

  private async inputOf(input: RecordInput, type: string, taken: StoredValue[]): Promise<TaskInput> {
    const keep = (value: StoredValue): StoredValue => {
      taken.push(value)
      return value
    }
    if (typeof input === 'string' || 'literal' in input || 'model' in input)
      return { kind: 'one', value: keep(await this.valueOf(input, type)) }
    if ('series' in input) return { kind: 'series', series: this.series(input) }
    const entries = Object.entries(input.many)
    if (entries.some(([, entry]) => typeof entry === 'object' && 'series' in entry)) {
      const series = entries.flatMap(([name, entry]) =>
        typeof entry === 'object' && 'series' in entry ? [[name, this.series(entry)] as const] : [],
      )
      return { kind: 'many-series', series: Object.fromEntries(series) }
    }
    const values: Record<string, StoredValue> = {}
    for (const [name, entry] of entries) values[name] = keep(await this.valueOf(entry, type))
    return { kind: 'many', values }
  }

  private series({ series, missing }: Extract<RecordInput, { series: unknown }>): SeriesSource {
    return { members: series.map(({ keys }) => keys), missing, load: (index) => this.take(series[index]?.value ?? '') }
  }

  private async valueOf(input: RecordInput, type: string): Promise<StoredValue> {
    const { pool, portType } = this.setup
    if (typeof input === 'string') return this.take(input)
    if ('model' in input) {
      const model = await modelOfRecord(input, this.setup.findSource)
      return storePacked(pool, portType('model').pack(model))
    }
    if ('literal' in input && type !== 'image') return storePacked(pool, portType(type).pack(input.literal))
    throw notReplayable('The image came from a program, which did not write down its pixels.', 'images read from files')
  }

  /** A literal of a series, known by its port type and content. */
  private literalOf(id: string): StoredValue {
    const at = id.indexOf(':')
    const type = this.setup.registry.portType(id.slice(0, at))
    const content = id.slice(at + 1)
    if (type === undefined || /^[0-9a-f]{64}$/.test(content)) {
      throw notReplayable(
        `The value "${id.slice(0, 80)}" is known by its hash alone.`,
        'values that records hold in full',
      )
    }
    const packed = { json: JSON.parse(content) as unknown, buffers: [] }
    return storePacked(this.setup.pool, packed)
  }
}

function located(error: unknown, record: WrittenRecord, { plugin: { plugin } }: RegisteredNode): KintsugiError {
  const place = { node: record.node }
  if (error instanceof KintsugiError) return error.at(place)
  const cause = error instanceof ForeignError ? error.cause : error
  return new KintsugiError('E_NODE_FAILED', {
    message: `"${record.node}" (${record.use} of ${plugin.name} ${plugin.version}) failed: ${toErrorData(cause).message}`,
    expected: 'a node that gives its outputs or says why it cannot',
    fix: `Report it to the authors of ${plugin.name}.`,
    place,
    cause,
  })
}

function notReplayable(message: string, expected: string, fix?: string): KintsugiError {
  return new KintsugiError('E_REPLAY', { message, expected, ...(fix === undefined ? {} : { fix }) })
}
