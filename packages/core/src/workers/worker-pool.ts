import { fromErrorData, KintsugiError, toErrorData } from '../errors/index.js'
import { hashFile } from '../files/hash-file.js'
import type { BufferPool } from '../memory/buffer-pool.js'
import { releaseValue, type StoredOutputs } from '../memory/stored-value.js'
import { answerMemory } from './answer-memory.js'
import { Job } from './job.js'
import type { AllocateRequest, FromWorker, ToWorker } from './protocol.js'
import { SPARE_AFTER } from './spare-threads.js'
import type { EncodeRequest, TaskRequest, TaskResult, TaskRunner } from './task.js'
import {
  createThread,
  goOn,
  post,
  recall,
  sendAhead,
  sessionBytes,
  spareSessions,
  type Thread,
  type ThreadOptions,
} from './thread.js'
import { ForeignError, lossOf } from './thread-errors.js'
import { wireInput, wireValue } from './wire.js'

export interface WorkerPoolOptions extends Omit<ThreadOptions, 'pixels' | 'number'> {
  /** Threads at work at once. */
  size: number
  /** So many more may run tasks without networks once a run lasts: threads that wait for codecs leave processors idle, which these use. */
  spare: number
  pool: BufferPool
}

/** What came back for an encoded image. */
export interface Encoded {
  /** Hash of the file. */
  sha256: string
  /** Hash of the samples as they were encoded. */
  pixels: string
}

/**
 * Worker threads that run nodes. Threads start when they are needed, run one task at a time and are never terminated: a network
 * session that is running when its thread is torn down aborts the whole process. While all are at work, each is sent its next task ahead; it is called
 * back when another thread has nothing to do, or when the task before it waits for others.
 */
export class WorkerPool implements TaskRunner {
  private readonly threads: Thread[] = []
  private readonly queue: Job[] = []
  private nextTask = 1
  private nextThread = 1
  /** When the first task was done. */
  private begun: number | undefined
  private closed: (() => void) | undefined
  private closing: Promise<void> | undefined

  constructor(private readonly options: WorkerPoolOptions) {}

  async run(request: TaskRequest): Promise<TaskResult> {
    const { registered } = request
    const reply = await this.submit(request.order, request.model, request, (task) => ({
      type: 'task',
      task,
      plugin: registered.plugin.specifier === CORE ? undefined : registered.plugin.specifier,
      node: registered.name,
      inputs: Object.fromEntries(
        Object.entries(request.inputs).map(([name, input]) => [
          name,
          wireInput(registered.inputs.get(name)?.type ?? 'image', input),
        ]),
      ),
      params: request.params,
      random: request.random,
    }))
    if (reply.type !== 'done') throw new Error('a task was answered with something else')
    return { outputs: this.outputs.get(reply) ?? new Map(), milliseconds: reply.milliseconds }
  }

  /** Encodes an image to its staged file in a thread. Throws `E_FILE` with what hinders it if that cannot be written. */
  async encode(request: EncodeRequest): Promise<Encoded> {
    const reply = await this.submit(request.order, undefined, undefined, (task) => ({
      type: 'encode',
      task,
      image: wireValue('image', request.image),
      format: request.format,
      options: { ...request.options },
      lineage: request.lineage,
      staged: request.staged,
    }))
    if (reply.type !== 'encoded') throw new Error('an image was answered with something else')
    return { sha256: reply.sha256, pixels: reply.pixels }
  }

  /** Hex SHA-256 of a file's content, read by a thread: the main thread has enough to do. Where none has started yet none is for this. */
  async hash(path: string): Promise<string> {
    if (this.threads.length === 0 || this.closing !== undefined) return hashFile(path)
    const reply = await this.submit(0, undefined, undefined, (task) => ({ type: 'hash', task, path }))
    if (reply.type !== 'hashed') throw new Error('a file was answered with something else')
    return reply.hash
  }

  /** Lets running tasks end, then ends the threads. Waiting tasks are refused. */
  close(): Promise<void> {
    this.closing ??= new Promise<void>((resolve) => {
      this.closed = resolve
      this.refuse()
      for (const thread of this.threads) if (thread.job === undefined) this.dismiss(thread)
      if (this.threads.length === 0) resolve()
    })
    return this.closing
  }

  /** Bytes of sessions that are kept and that no waiting task is going to take over. */
  get idleSessionBytes(): number {
    return this.spareSessions().reduce((sum, thread) => sum + sessionBytes(thread), 0)
  }

  /** Bytes of kept sessions of this model that no waiting task is going to take over: the next task with it gets one such thread if it is free. */
  reusableSessionBytes(model: string): number {
    const thread = this.spareSessions().find(({ models }) => models.has(model))
    return thread === undefined ? 0 : sessionBytes(thread)
  }

  /** Has threads release the sessions that neither run nor are going to be taken over by a waiting task. */
  releaseIdleSessions(): void {
    for (const thread of this.spareSessions()) {
      thread.sessionBytes[0] = 0
      post(thread, { type: 'release-sessions' })
    }
  }

  /** A waiting task has its bytes reserved: the sessions that it is going to take over are among them. */
  private spareSessions(): Thread[] {
    return spareSessions(this.threads, this.queue)
  }

  private readonly outputs = new WeakMap<FromWorker, StoredOutputs>()

  private submit(
    order: number,
    model: string | undefined,
    request: TaskRequest | undefined,
    message: Job['message'],
  ): Promise<FromWorker> {
    if (this.closing !== undefined)
      return Promise.reject(new KintsugiError('E_CANCELLED', { message: 'The run was cancelled.' }))
    return new Promise((resolve, reject) => {
      this.enqueue(new Job(this.nextTask++, order, model, request, message, { resolve, reject }))
      this.dispatch()
    })
  }

  private enqueue(job: Job): void {
    const at = this.queue.findIndex((other) => other.order > job.order)
    if (at < 0) this.queue.push(job)
    else this.queue.splice(at, 0, job)
  }

  private dispatch(): void {
    if (Atomics.load(this.options.cancelled, 0) === 1) this.refuse()
    for (;;) {
      // A task that waits for a member of its series leaves its turn to the tasks that make the member.
      const busy = this.threads.filter(({ job }) => job !== undefined && job.loading === 0)
      if (busy.length >= this.most(this.queue[0])) return this.dispatchAhead(busy)
      const job = this.queue.shift() ?? firstOf(busy, recall)
      if (job === undefined) return
      this.assign(job)
    }
  }

  /** How many threads may be at work with this task. */
  private most(job: Job | undefined): number {
    const { size, spare } = this.options
    const lasts = this.begun !== undefined && performance.now() - this.begun > SPARE_AFTER
    return lasts && job?.model === undefined ? size + spare : size
  }

  /** Has threads know what they do next. Tasks with networks take so long that they are left to the first thread that is free. */
  private dispatchAhead(busy: readonly Thread[]): void {
    for (const thread of busy) {
      const [next] = this.queue
      if (next === undefined || next.model !== undefined) return
      if (thread.ahead !== undefined || thread.job?.model !== undefined) continue
      this.queue.shift()
      try {
        sendAhead(thread, next)
      } catch (error) {
        recall(thread)?.end.reject(error)
      }
    }
  }

  private assign(job: Job): void {
    const { model } = job
    const idle = this.threads.filter((thread) => thread.job === undefined && !thread.lost)
    let thread = (model === undefined ? undefined : idle.find((t) => t.models.has(model))) ?? idle[0]
    try {
      thread ??= this.start()
      thread.job = job
      thread.worker.ref()
      if (model !== undefined) thread.models.add(model)
      post(thread, job.message(job.task))
    } catch (error) {
      if (thread !== undefined) this.free(thread)
      job.end.reject(error)
    }
  }

  /** Rejects the tasks that wait. */
  private refuse(): void {
    const ahead = this.threads.flatMap((thread) => recall(thread) ?? [])
    for (const job of [...this.queue.splice(0), ...ahead])
      job.end.reject(new KintsugiError('E_CANCELLED', { message: 'The run was cancelled.' }))
  }

  private start(): Thread {
    const { arena } = this.options.pool
    const pixels = arena && { memory: arena.pixels.memory, heap: arena.heap.state, scratch: arena.takeScratch() }
    const thread = createThread({ ...this.options, pixels, number: this.nextThread++ })
    const { worker } = thread
    thread.memory.on('message', (request: AllocateRequest) => {
      answerMemory(thread, this.options.pool, request)
    })
    thread.memory.unref()
    worker.on('message', (message: FromWorker) => this.take(thread, message))
    worker.on('error', (error) => this.lose(thread, error))
    worker.on('exit', () => this.leave(thread))
    worker.unref()
    this.threads.push(thread)
    return thread
  }

  private take(thread: Thread, message: FromWorker): void {
    const job = thread.job
    if (job?.task !== message.task) return
    this.begun ??= performance.now()
    if (message.type === 'done' || message.type === 'failed') job.adopt(this.options.pool, message.taken)
    switch (message.type) {
      case 'progress':
        job.request?.onProgress(message.fraction)
        return
      case 'warn':
        job.request?.onWarning(message.message)
        return
      case 'load':
        void this.loadMember(thread, job, message)
        return
      case 'failed': {
        const error = fromErrorData(message.error)
        this.free(thread)
        job.end.reject(message.own ? error : new ForeignError(error))
        this.dispatch()
        return
      }
      case 'done':
        try {
          this.outputs.set(message, job.outputs(this.options.pool, message))
          job.end.resolve(message)
        } catch (error) {
          job.end.reject(error)
        }
        this.free(thread)
        this.dispatch()
        return
      case 'encoded':
      case 'hashed':
        this.free(thread)
        job.end.resolve(message)
        this.dispatch()
    }
  }

  private async loadMember(
    thread: Thread,
    job: Job,
    { port, entry, index, request }: FromWorker & { type: 'load' },
  ): Promise<void> {
    const series = job.series(port, entry)
    let answer: ToWorker
    job.loading++
    const ahead = recall(thread)
    if (ahead !== undefined) this.enqueue(ahead)
    this.dispatch()
    try {
      if (series === undefined) throw new Error(`input ${port} is no series`)
      const value = await series.load(index)
      if (thread.job !== job) {
        releaseValue(this.options.pool, value)
        return
      }
      job.keep(value)
      const type = job.request?.registered.inputs.get(port)?.type ?? 'image'
      answer = { type: 'loaded', request, value: wireValue(type, value) }
    } catch (error) {
      answer = { type: 'loaded', request, error: toErrorData(error) }
    }
    if (thread.job !== job) return
    job.loading--
    post(thread, answer)
  }

  /** Takes back what the finished task held; the thread goes on with what it was sent ahead. */
  private free(thread: Thread): void {
    thread.job?.release(this.options.pool)
    if (goOn(thread) !== undefined) return
    thread.worker.unref()
    if (this.closing !== undefined) this.dismiss(thread)
  }

  /** Lets a thread end; the process stays until it has. */
  private dismiss(thread: Thread): void {
    thread.worker.ref()
    post(thread, { type: 'close' })
  }

  private lose(thread: Thread, error: unknown): void {
    const ahead = recall(thread)
    if (ahead !== undefined) this.enqueue(ahead)
    thread.lost = true
    for (let job = thread.job; job !== undefined; job = thread.job) {
      this.free(thread)
      job.end.reject(lossOf(job, error))
    }
    this.options.pool.freeAllOf(thread.number)
  }

  private leave(thread: Thread): void {
    thread.memory.close()
    if (thread.pixels !== undefined) this.options.pool.arena?.returnScratch(thread.pixels.scratch)
    if (thread.job !== undefined) this.lose(thread, new Error('it exited'))
    const at = this.threads.indexOf(thread)
    if (at >= 0) this.threads.splice(at, 1)
    if (this.closing === undefined) this.dispatch()
    else if (this.threads.length === 0) this.closed?.()
  }
}

function firstOf(threads: readonly Thread[], find: (thread: Thread) => Job | undefined): Job | undefined {
  for (const thread of threads) {
    const job = find(thread)
    if (job !== undefined) return job
  }
  return undefined
}

/** Specifier of the core's own plugin. */
export const CORE = 'core'
