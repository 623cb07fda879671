import { fromErrorData, KintsugiError, toErrorData } from '../errors/index.js'
import type { BufferPool } from '../memory/buffer-pool.js'
import { releaseValue, retainOutputs, type StoredOutputs, type StoredValue } from '../memory/stored-value.js'
import type {
  AllocateAnswer,
  AllocateRequest,
  EncodeMessage,
  FromWorker,
  TaskMessage,
  ToWorker,
  WireValue,
} from './protocol.js'
import type { EncodeRequest, TaskRequest, TaskResult, TaskRunner } from './task.js'
import { createThread, type Job, post, sessionBytes, spareSessions, type Thread, type ThreadOptions } from './thread.js'
import { memoryOf, wireInput, wireValue } from './wire.js'

export interface WorkerPoolOptions extends Omit<ThreadOptions, 'pixels'> {
  /** Most threads. */
  size: number
  pool: BufferPool
}

/** What came back for an encoded image. */
export interface Encoded {
  /** Absent when they were written to the staged file. */
  bytes: Uint8Array | undefined
  /** Hash of the samples as they were encoded. */
  pixels: string
}

/**
 * Worker threads that run nodes. Threads start when they are needed, run one task at a time and are never terminated: a network
 * session that is running when its thread is torn down aborts the whole process.
 */
export class WorkerPool implements TaskRunner {
  private readonly threads: Thread[] = []
  private readonly queue: Job[] = []
  private nextTask = 1
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

  /** Encodes an image in a thread. */
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
    return { bytes: reply.bytes, pixels: reply.pixels }
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
    message: (task: number) => TaskMessage | EncodeMessage,
  ): Promise<FromWorker> {
    if (this.closing !== undefined)
      return Promise.reject(new KintsugiError('E_CANCELLED', { message: 'The run was cancelled.' }))
    return new Promise((resolve, reject) => {
      const task = this.nextTask++
      const job: Job = { task, order, model, request, resolve, reject, send: (thread) => post(thread, message(task)) }
      const at = this.queue.findIndex((other) => other.order > order)
      if (at < 0) this.queue.push(job)
      else this.queue.splice(at, 0, job)
      this.dispatch()
    })
  }

  private dispatch(): void {
    if (Atomics.load(this.options.cancelled, 0) === 1) this.refuse()
    while (this.queue.length > 0) {
      // A task that waits for a member of its series leaves its turn to the tasks that make the member.
      const busy = this.threads.filter((thread) => thread.job !== undefined && thread.loading === 0)
      if (busy.length >= this.options.size) return
      const job = this.queue.shift()
      if (job !== undefined) this.assign(job)
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
      job.send(thread)
    } catch (error) {
      if (thread !== undefined) this.free(thread)
      job.reject(error)
    }
  }

  /** Rejects the tasks that wait. */
  private refuse(): void {
    for (const job of this.queue.splice(0))
      job.reject(new KintsugiError('E_CANCELLED', { message: 'The run was cancelled.' }))
  }

  private start(): Thread {
    const { arena } = this.options.pool
    const pixels = arena && { memory: arena.pixels.memory, scratch: arena.takeScratch() }
    const thread = createThread({ ...this.options, pixels })
    const { worker } = thread
    thread.memory.on('message', (request: AllocateRequest) => {
      thread.memory.postMessage(this.allocate(thread, request))
      Atomics.store(thread.answered, 0, 1)
      Atomics.notify(thread.answered, 0)
    })
    thread.memory.unref()
    worker.on('message', (message: FromWorker) => this.take(thread, message))
    worker.on('error', (error) => this.lose(thread, error))
    worker.on('exit', () => this.leave(thread))
    worker.unref()
    this.threads.push(thread)
    return thread
  }

  private allocate(thread: Thread, { task, bytes }: AllocateRequest): AllocateAnswer {
    if (thread.job?.task !== task)
      return { error: { code: 'E_NODE_FAILED', message: 'A node asked for memory after it had ended.' } }
    try {
      const buffer = this.options.pool.allocate(bytes)
      thread.allocated.set(buffer.id, buffer)
      return { id: buffer.id, memory: memoryOf(buffer), byteOffset: buffer.byteOffset }
    } catch (error) {
      return {
        error: {
          code: 'E_MEMORY',
          message: `The machine has no ${bytes} bytes of memory left: ${toErrorData(error).message}`,
          fix: 'Try smaller images or tiles, or fewer --jobs.',
        },
      }
    }
  }

  private take(thread: Thread, message: FromWorker): void {
    const job = thread.job
    if (job?.task !== message.task) return
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
        job.reject(message.own ? error : new ForeignError(error))
        this.dispatch()
        return
      }
      case 'done':
        try {
          this.outputs.set(message, this.keep(thread, job, message))
          job.resolve(message)
        } catch (error) {
          job.reject(error)
        }
        this.free(thread)
        this.dispatch()
        return
      case 'encoded':
        this.free(thread)
        job.resolve(message)
        this.dispatch()
    }
  }

  /** The outputs of a finished task, each buffer with a reference for them. */
  private keep(thread: Thread, job: Job, message: FromWorker & { type: 'done' }): StoredOutputs {
    const known = new Map(thread.allocated)
    const add = (value: StoredValue): void => {
      for (const { buffer } of value.slices) known.set(buffer.id, buffer)
    }
    for (const input of Object.values(job.request?.inputs ?? {})) {
      if (input.kind === 'one') add(input.value)
      else if (input.kind === 'many') Object.values(input.values).forEach(add)
    }
    thread.loaded.forEach(add)
    const store = (value: WireValue): StoredValue => ({
      json: value.json,
      slices: value.slices.map(({ id, byteOffset, length }) => {
        const buffer = known.get(id)
        if (buffer === undefined) throw new Error(`a worker gave back memory ${id} that it was never given`)
        return { buffer, byteOffset, length }
      }),
    })
    const outputs = new Map(
      message.outputs.map(([port, output]) => [
        port,
        Array.isArray(output) ? new Map(output.map(([key, value]) => [key, store(value)])) : store(output),
      ]),
    )
    retainOutputs(this.options.pool, outputs)
    return outputs
  }

  private async loadMember(
    thread: Thread,
    job: Job,
    { port, entry, index, request }: FromWorker & { type: 'load' },
  ): Promise<void> {
    const input = job.request?.inputs[port]
    const series =
      input?.kind === 'series'
        ? input.series
        : input?.kind === 'many-series' && entry !== undefined
          ? input.series[entry]
          : undefined
    let answer: ToWorker
    thread.loading++
    this.dispatch()
    try {
      if (series === undefined) throw new Error(`input ${port} is no series`)
      const value = await series.load(index)
      if (thread.job !== job) {
        releaseValue(this.options.pool, value)
        return
      }
      thread.loaded.push(value)
      const type = job.request?.registered.inputs.get(port)?.type ?? 'image'
      answer = { type: 'loaded', request, value: wireValue(type, value) }
    } catch (error) {
      answer = { type: 'loaded', request, error: toErrorData(error) }
    }
    if (thread.job !== job) return
    thread.loading--
    post(thread, answer)
  }

  /** Takes back what the finished task held. */
  private free(thread: Thread): void {
    thread.job = undefined
    thread.loading = 0
    thread.worker.unref()
    for (const buffer of thread.allocated.values()) this.options.pool.release(buffer)
    thread.allocated.clear()
    for (const value of thread.loaded.splice(0)) releaseValue(this.options.pool, value)
    if (this.closing !== undefined) this.dismiss(thread)
  }

  /** Lets a thread end; the process stays until it has. */
  private dismiss(thread: Thread): void {
    thread.worker.ref()
    post(thread, { type: 'close' })
  }

  private lose(thread: Thread, error: unknown): void {
    const job = thread.job
    thread.lost = true
    this.free(thread)
    job?.reject(
      new KintsugiError('E_WORKER', {
        message: `A worker thread ended while it ran ${job.request?.registered.name ?? 'an encoder'}: ${error instanceof Error ? error.message : String(error)}`,
        expected: 'a node that neither ends its thread nor uses up its memory',
        fix: 'Try smaller images or tiles, or fewer --jobs.',
        cause: error,
      }),
    )
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

/** Specifier of the core's own plugin. */
export const CORE = 'core'

/** An error that a node threw without meaning to tell the user. */
export class ForeignError extends Error {
  constructor(override readonly cause: KintsugiError) {
    super(cause.message)
  }
}
