import type { ErrorData } from '../errors/index.js'
import type { LinearMemory, MemoryRegion } from '../memory/pixel-memory.js'

/** Samples in shared memory as they cross threads. */
export interface WireSlice {
  id: number
  /** The memory that they lie in; `undefined`: the linear memory that all threads have. */
  memory: SharedArrayBuffer | undefined
  byteOffset: number
  length: number
}

/** A port's value as it crosses threads. */
export interface WireValue {
  type: string
  json: unknown
  slices: WireSlice[]
}

/** Keys of a series whose values are asked for one at a time. */
export interface WireSeries {
  members: Readonly<Record<string, string>>[]
  missing: number
}

/** What fills an input port. */
export type WireInput =
  | { kind: 'one'; value: WireValue }
  | { kind: 'many'; values: Record<string, WireValue> }
  | { kind: 'series'; series: WireSeries }
  | { kind: 'many-series'; series: Record<string, WireSeries> }

/** What a worker gets when it starts. */
export interface WorkerSetup {
  /** Set to 1 when the run is cancelled. */
  cancelled: Int32Array
  /** Woken when an answer to a request for memory lies in its port. */
  answered: Int32Array
  /** Two places where tasks that are sent ahead are offered, 0 where there is none. */
  offers: Int32Array
  /** Where memory is asked for. */
  requests: import('node:worker_threads').MessagePort
  /** The linear memory that pixels lie in, the state of its heap, and what of it this thread's kernels work in. */
  pixels: { memory: LinearMemory; heap: SharedArrayBuffer; scratch: MemoryRegion } | undefined
  /** What the thread is called in the heap, above 0. */
  number: number
  /** Bytes that one task may take. */
  memory: number
  /** Bytes of network sessions that are kept between tasks. */
  idleSessionBytes: number
  /** Where the thread tells how many bytes its sessions take. */
  sessionBytes: Float64Array
  /** URLs of the plugins that read or make models. */
  modelPlugins: string[]
  cacheDir: string | undefined
  provider: string
}

/** What a thread does for the main thread. */
interface Work {
  task: number
  /** It is sent ahead: to be done after what the thread does now, if the thread is the first to `accept` it. The place where it is offered. */
  offer?: number
}

/** Whether this is the first to accept a task that stands at this place of the offers. */
export function accept(offers: Int32Array, place: number, task: number): boolean {
  return Atomics.compareExchange(offers, place, task, 0) === task
}

/** One run of a node. */
export interface TaskMessage extends Work {
  type: 'task'
  /** URL of the plugin, or `undefined` for the core's own nodes. */
  plugin: string | undefined
  node: string
  inputs: Record<string, WireInput>
  params: unknown
  random: Uint8Array | undefined
}

/** Encodes an image for saving. */
export interface EncodeMessage extends Work {
  type: 'encode'
  image: WireValue
  format: string
  options: Record<string, unknown>
  lineage: string | undefined
  /** Path of the new file that it is written to. */
  staged: string
}

/** Hashes a file. */
export interface HashMessage extends Work {
  type: 'hash'
  path: string
}

export type WorkMessage = TaskMessage | EncodeMessage | HashMessage

export type ToWorker =
  | WorkMessage
  | { type: 'loaded'; request: number; value?: WireValue; error?: ErrorData }
  | { type: 'release-sessions' }
  | { type: 'close' }

export type FromWorker =
  | {
      type: 'done'
      task: number
      milliseconds: number
      /** Numbers of the buffers that the task has taken from the heap. */
      taken: number[]
      outputs: [port: string, output: WireValue | [key: string, value: WireValue][]][]
    }
  | { type: 'encoded'; task: number; sha256: string; pixels: string }
  | { type: 'hashed'; task: number; hash: string }
  | { type: 'failed'; task: number; error: ErrorData; own: boolean; taken: number[] }
  | { type: 'load'; task: number; request: number; port: string; entry: string | undefined; index: number }
  | { type: 'progress'; task: number; fraction: number }
  | { type: 'warn'; task: number; message: string }

/** A request for memory where the heap has none. */
export interface AllocateRequest {
  task: number
  bytes: number
}

/** The answer to a request for memory. */
export type AllocateAnswer =
  | { id: number; memory: SharedArrayBuffer | undefined; byteOffset: number }
  | { error: ErrorData }
