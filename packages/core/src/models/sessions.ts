import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { KintsugiError } from '../errors/error.js'
import { executionProviders, loadOnnxRuntime } from './onnx-runtime.js'
import type { TensorValue } from './runner.js'

/** What a graph takes or gives under one name; free sizes are `undefined`. */
export interface TensorInfo {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | undefined)[]
}

/** Which session is meant. */
export interface SessionRequest {
  /** What a person calls the model. */
  readonly name: string
  /** Identity of the model's content. */
  readonly hash: string
  /** Execution provider of onnxruntime, such as `cpu`. */
  readonly provider: string
  /** Gives the bytes of the ONNX file; called again if the session was released in between. */
  readonly load: () => Promise<Uint8Array>
}

/** A session of the pool. It stays usable after the pool released what lies behind it: the next run makes it anew. */
export interface PooledSession {
  readonly name: string
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly TensorInfo[]
  /**
   * Runs the graph once. `into` holds memory for outputs of known shape; the other outputs are allocated. `workingBytes` is an
   * estimate of the memory that the run takes, which a session keeps until it is released.
   */
  run(feeds: Tensors, into?: Tensors, workingBytes?: number): Promise<Record<string, TensorValue>>
}

export interface SessionPoolOptions {
  /** Most sessions kept. Default: 8. */
  maxSessions?: number
  /** Most bytes kept: weights and the estimated working memory of each session. Default: 4 GiB. */
  maxBytes?: number
}

type Tensors = Readonly<Record<string, TensorValue>>

interface Opened {
  readonly session: InferenceSession
  readonly weightBytes: number
}

interface Entry {
  readonly opened: Promise<Opened>
  bytes: number
  running: number
}

/**
 * The onnxruntime sessions of one thread, one for each model and provider, the least recently used released first.
 * Each has a single thread: several one-thread sessions beside each other beat one session with many threads.
 */
export class SessionPool {
  /** In order of last use. */
  private readonly entries = new Map<string, Entry>()
  private readonly maxSessions: number
  private readonly maxBytes: number
  private closed = false

  constructor({ maxSessions = 8, maxBytes = 4 * 2 ** 30 }: SessionPoolOptions = {}) {
    this.maxSessions = maxSessions
    this.maxBytes = maxBytes
  }

  /** Sessions that are open now. */
  get size(): number {
    return this.entries.size
  }

  /** Weights and estimated working memory of the open sessions. */
  get bytes(): number {
    let sum = 0
    for (const entry of this.entries.values()) sum += entry.bytes
    return sum
  }

  /**
   * Opens a session, or gives the one that is open. Throws `E_PROVIDER` if the provider is not there and `E_MODEL_FORMAT` if
   * onnxruntime does not take the file.
   */
  async open(request: SessionRequest): Promise<PooledSession> {
    const [inputs, outputs] = await this.use(request, 0, ({ inputMetadata, outputMetadata }) =>
      Promise.resolve([inputMetadata.map(tensorInfo), outputMetadata.map(tensorInfo)] as const),
    )
    return {
      name: request.name,
      inputs,
      outputs,
      run: (feeds, into, workingBytes = 0) =>
        this.use(request, workingBytes, (session) => runOnce(session, feeds, into)),
    }
  }

  /** Releases the sessions that are not running: all, or the least recently used until at most `keep` are open. */
  async release(keep = 0): Promise<void> {
    await this.releaseWhile(() => this.entries.size > keep)
  }

  /** Releases sessions that are not running, the least recently used first, until those left take at most so many bytes. */
  async releaseTo(bytes: number): Promise<void> {
    await this.releaseWhile(() => this.bytes > bytes)
  }

  /** Releases all sessions for good; waits for those that are running. */
  async close(): Promise<void> {
    this.closed = true
    await this.release()
    while (this.entries.size > 0) {
      await new Promise((resolve) => setImmediate(resolve))
      await this.release()
    }
  }

  private async use<T>(
    request: SessionRequest,
    workingBytes: number,
    work: (session: InferenceSession) => Promise<T>,
  ): Promise<T> {
    const entry = this.entry(request)
    entry.running++
    try {
      const { session, weightBytes } = await entry.opened
      entry.bytes = Math.max(entry.bytes, weightBytes + workingBytes)
      return await work(session)
    } finally {
      entry.running--
      await this.releaseWhile(() => this.entries.size > this.maxSessions || this.bytes > this.maxBytes, entry)
    }
  }

  private entry(request: SessionRequest): Entry {
    if (this.closed)
      throw new KintsugiError('E_UNEXPECTED', {
        message: `${request.name} was used after its thread's sessions were closed.`,
      })
    const key = `${request.hash} ${request.provider}`
    let entry = this.entries.get(key)
    if (entry === undefined) {
      entry = { opened: openSession(request), bytes: 0, running: 0 }
      entry.opened.catch(() => this.entries.delete(key))
    }
    this.entries.delete(key)
    this.entries.set(key, entry)
    return entry
  }

  private async releaseWhile(tooMany: () => boolean, spared?: Entry): Promise<void> {
    for (const [key, entry] of [...this.entries]) {
      if (!tooMany()) return
      if (entry === spared || entry.running > 0) continue
      this.entries.delete(key)
      await (await entry.opened).session.release()
    }
  }
}

/**
 * One thread, all graph optimisations, the CPU arena but no memory patterns: with patterns an RRDBNet took 11 to 14 KB of
 * memory an input pixel instead of 8 at the same speed; without the arena 6 KB, but 20 to 60 % more time (onnxruntime 1.30).
 */
const sessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  enableCpuMemArena: true,
  enableMemPattern: false,
} as const

async function openSession({ name, provider, load }: SessionRequest): Promise<Opened> {
  const [ort, known] = await Promise.all([loadOnnxRuntime(), executionProviders()])
  if (!known.includes(provider)) throw providerError(provider, known, `an execution provider named ${provider}`)
  const bytes = await load()
  const create = (on: string) => ort.InferenceSession.create(bytes, { ...sessionOptions, executionProviders: [on] })
  try {
    return { session: await create(provider), weightBytes: bytes.byteLength }
  } catch (cause) {
    if (provider !== 'cpu' && (await loads(create)))
      throw providerError(provider, known, 'a provider that does not start', cause)
    throw new KintsugiError('E_MODEL_FORMAT', {
      message: `onnxruntime cannot load ${name}.`,
      expected: 'a valid ONNX graph',
      found: firstLine(cause),
      fix: 'Check that the file is complete, or convert the checkpoint again with `kintsugi convert`.',
      cause,
    })
  }
}

/** Whether the CPU takes the model, so that the fault is the provider's. */
async function loads(create: (provider: string) => Promise<InferenceSession>): Promise<boolean> {
  try {
    await (await create('cpu')).release()
    return true
  } catch {
    return false
  }
}

function providerError(provider: string, known: readonly string[], found: string, cause?: unknown): KintsugiError {
  return new KintsugiError('E_PROVIDER', {
    message: `The execution provider '${provider}' is not there.`,
    expected: `one of ${known.join(', ')}; all but cpu need their own drivers and libraries`,
    found: cause === undefined ? found : `${found}: ${firstLine(cause)}`,
    fix: 'Use the provider cpu, or install what the provider needs.',
    cause,
  })
}

async function runOnce(
  session: InferenceSession,
  feeds: Tensors,
  into?: Tensors,
): Promise<Record<string, TensorValue>> {
  const { Tensor } = await loadOnnxRuntime()
  const tensors = ({ data, shape }: TensorValue): Tensor => new Tensor('float32', unshared(data), shape)
  const results =
    into === undefined
      ? await session.run(mapValues(feeds, tensors))
      : await session.run(mapValues(feeds, tensors), mapValues(into, tensors))
  return mapValues(results, (tensor, name) => {
    if (!(tensor.data instanceof Float32Array)) {
      throw new KintsugiError('E_MODEL_FORM', {
        message: `The output '${name}' of the network cannot be used.`,
        expected: 'float32 values',
        found: tensor.type,
        fix: 'Export the network with float32 outputs.',
      })
    }
    return { data: tensor.data, shape: tensor.dims }
  })
}

/** onnxruntime-node refuses shared memory. */
function unshared(data: Float32Array): Float32Array {
  return data.buffer instanceof SharedArrayBuffer ? data.slice() : data
}

function tensorInfo(value: InferenceSession.ValueMetadata): TensorInfo {
  if (!value.isTensor) return { name: value.name, type: 'no tensor', shape: [] }
  return {
    name: value.name,
    type: value.type,
    shape: value.shape.map((size) => (typeof size === 'number' ? size : undefined)),
  }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]))
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
