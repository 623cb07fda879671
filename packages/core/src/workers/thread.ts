import { createRequire } from 'node:module'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { Job } from './job.js'
import { accept, type ToWorker, type WorkerSetup } from './protocol.js'

const require = createRequire(import.meta.url)

/** A worker thread and what it holds. */
export interface Thread {
  worker: Worker
  memory: MessagePort
  answered: Int32Array
  job: Job | undefined
  /** What it was sent to do after `job`, so that it need not wait for it. */
  ahead: { readonly job: Job; readonly place: number } | undefined
  /** Tasks that it was sent ahead and has not begun, at two places: `job` may be one as long as it is not known that the task before it is done. */
  offers: Int32Array
  /** Where `job` stood, if it was sent ahead. */
  place: number
  /** What it is called in the heap. */
  number: number
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
  'cancelled' | 'pixels' | 'number' | 'memory' | 'idleSessionBytes' | 'cacheDir' | 'provider'
> & {
  readonly modelPlugins: readonly string[]
}

/** Starts a thread. */
export function createThread({
  cancelled,
  pixels,
  number,
  modelPlugins,
  memory,
  idleSessionBytes,
  cacheDir,
  provider,
}: ThreadOptions): Thread {
  const channel = new MessageChannel()
  const answered = new Int32Array(new SharedArrayBuffer(4))
  const offers = new Int32Array(new SharedArrayBuffer(8))
  const sessionBytes = new Float64Array(new SharedArrayBuffer(8))
  const setup: WorkerSetup = {
    cancelled,
    answered,
    offers,
    requests: channel.port2,
    pixels,
    number,
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
  })
  return {
    worker,
    memory: channel.port1,
    answered,
    offers,
    number,
    job: undefined,
    ahead: undefined,
    place: 0,
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

/** Sends a thread what it does next while it does something else. */
export function sendAhead(thread: Thread, job: Job): void {
  const place = 1 - thread.place
  thread.ahead = { job, place }
  Atomics.store(thread.offers, place, job.task)
  post(thread, { ...job.message(job.task), offer: place })
}

/** Has a thread go on with what it was sent ahead; the job, or `undefined` if there is none. */
export function goOn(thread: Thread): Job | undefined {
  thread.job = thread.ahead?.job
  thread.place = thread.ahead?.place ?? thread.place
  thread.ahead = undefined
  return thread.job
}

/** Takes back what was sent ahead, unless there is nothing or the thread has begun it. */
export function recall(thread: Thread): Job | undefined {
  if (thread.ahead === undefined) return undefined
  const { job, place } = thread.ahead
  if (!accept(thread.offers, place, job.task)) return undefined
  thread.ahead = undefined
  return job
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
