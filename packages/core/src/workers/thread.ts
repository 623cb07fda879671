import { createRequire } from 'node:module'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { PooledBuffer } from '../memory/buffer-pool.js'
import type { StoredValue } from '../memory/stored-value.js'
import type { FromWorker, ToWorker, WorkerSetup } from './protocol.js'
import type { TaskRequest } from './task.js'

const require = createRequire(import.meta.url)

/** A task that waits for a thread or runs in one. */
export interface Job {
  task: number
  /** Those with smaller numbers go first. */
  order: number
  /** Hash of the model it uses. */
  model: string | undefined
  send(thread: Thread): void
  resolve(value: FromWorker): void
  reject(error: unknown): void
  request: TaskRequest | undefined
}

/** A worker thread and what it holds. */
export interface Thread {
  worker: Worker
  memory: MessagePort
  answered: Int32Array
  job: Job | undefined
  /** Buffers that the running task has asked for. */
  allocated: Map<number, PooledBuffer>
  /** Members of series that the running task has loaded. */
  loaded: StoredValue[]
  /** Members that the running task waits for. */
  loading: number
  /** Hashes of the models that it has run. */
  models: Set<string>
  /** One number: bytes that its sessions take, as it told after its last task. */
  sessionBytes: Float64Array
  /** The linear memory that it was given, with what of it its kernels work in. */
  pixels: WorkerSetup['pixels']
  /** It has failed and will exit. */
  lost: boolean
}

/** What a thread is told when it starts. */
export type ThreadOptions = Pick<
  WorkerSetup,
  'cancelled' | 'pixels' | 'memory' | 'idleSessionBytes' | 'cacheDir' | 'provider'
> & {
  readonly modelPlugins: readonly string[]
}

/**
 * Most MiB of a thread's young objects. V8 marks the whole heap, on all processors, once 8 MiB of files and pictures that codecs gave have come together;
 * those that are no longer used leave this count when young objects are collected, which must come sooner.
 */
const YOUNG_GENERATION = 6

/** Starts a thread. */
export function createThread({
  cancelled,
  pixels,
  modelPlugins,
  memory,
  idleSessionBytes,
  cacheDir,
  provider,
}: ThreadOptions): Thread {
  const channel = new MessageChannel()
  const answered = new Int32Array(new SharedArrayBuffer(4))
  const sessionBytes = new Float64Array(new SharedArrayBuffer(8))
  const setup: WorkerSetup = {
    cancelled,
    answered,
    requests: channel.port2,
    pixels,
    memory,
    idleSessionBytes,
    sessionBytes,
    modelPlugins: [...modelPlugins],
    cacheDir,
    provider,
  }
  const worker = new Worker(require.resolve('@kintsugi/core/worker'), {
    workerData: setup,
    transferList: [channel.port2],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
  })
  return {
    worker,
    memory: channel.port1,
    answered,
    job: undefined,
    allocated: new Map(),
    loaded: [],
    loading: 0,
    models: new Set(),
    sessionBytes,
    pixels,
    lost: false,
  }
}

/** Sends a thread a message. */
export function post(thread: Thread, message: ToWorker): void {
  thread.worker.postMessage(message)
}

/** Bytes that the network sessions of a thread take, as it told after its last task. */
export function sessionBytes(thread: Thread): number {
  return thread.sessionBytes[0]!
}

/** Threads that keep sessions and run no network now, less one for each waiting task whose model one of them has run. */
export function spareSessions(threads: readonly Thread[], waiting: readonly Job[]): Thread[] {
  const idle = threads.filter((thread) => thread.job?.model === undefined && !thread.lost && sessionBytes(thread) > 0)
  for (const { model } of waiting) {
    if (idle.length === 0) return idle
    const at = model === undefined ? -1 : idle.findIndex((thread) => thread.models.has(model))
    if (at >= 0) idle.splice(at, 1)
  }
  return idle
}
