import type { BufferPool, PooledBuffer } from '../memory/buffer-pool.js'
import { releaseValue, retainOutputs, type StoredOutputs, type StoredValue } from '../memory/stored-value.js'
import type { FromWorker, WireValue, WorkMessage } from './protocol.js'
import type { SeriesSource, TaskRequest } from './task.js'

/** What is done with a task's answer. */
export interface JobEnd {
  resolve(reply: FromWorker): void
  reject(error: unknown): void
}

/** A task that waits for a thread or runs in one, and the memory that it holds meanwhile. */
export class Job {
  /** Members of series that it waits for. */
  loading = 0
  private readonly allocated = new Map<number, PooledBuffer>()
  private readonly loaded: StoredValue[] = []

  constructor(
    readonly task: number,
    /** Those with smaller numbers go first. */
    readonly order: number,
    /** Hash of the model it uses. */
    readonly model: string | undefined,
    /** Absent where no node is run. */
    readonly request: TaskRequest | undefined,
    /** What a thread is sent. */
    readonly message: (task: number) => WorkMessage,
    readonly end: JobEnd,
  ) {}

  /** A new buffer, which is the task's until `release`. */
  allocate(pool: BufferPool, bytes: number): PooledBuffer {
    const buffer = pool.allocate(bytes)
    this.allocated.set(buffer.id, buffer)
    return buffer
  }

  /** Buffers that the thread has taken for it, which are the task's until `release`. */
  adopt(pool: BufferPool, taken: readonly number[]): void {
    for (const id of taken) this.allocated.set(id, pool.adopt(id))
  }

  /** Keeps a member that was loaded for it until `release`. */
  keep(member: StoredValue): void {
    this.loaded.push(member)
  }

  /** The series that fills an input port, or the entry of one. */
  series(port: string, entry: string | undefined): SeriesSource | undefined {
    const input = this.request?.inputs[port]
    if (input?.kind === 'series') return input.series
    return input?.kind === 'many-series' && entry !== undefined ? input.series[entry] : undefined
  }

  /** The outputs of the finished task, each buffer with a reference for them. */
  outputs(pool: BufferPool, message: FromWorker & { type: 'done' }): StoredOutputs {
    const known = new Map(this.allocated)
    const add = (value: StoredValue): void => {
      for (const { buffer } of value.slices) known.set(buffer.id, buffer)
    }
    for (const input of Object.values(this.request?.inputs ?? {})) {
      if (input.kind === 'one') add(input.value)
      else if (input.kind === 'many') Object.values(input.values).forEach(add)
    }
    this.loaded.forEach(add)
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
    retainOutputs(pool, outputs)
    return outputs
  }

  /** Gives back the memory that it holds. */
  release(pool: BufferPool): void {
    for (const buffer of this.allocated.values()) pool.release(buffer)
    this.allocated.clear()
    for (const value of this.loaded.splice(0)) releaseValue(pool, value)
  }
}
