import type { StoredOutputs, StoredValue } from '../memory/stored-value.js'
import type { RegisteredNode } from '../plugin/registry.js'

/** Members of a reduced input; a loaded value carries a reference of its own. */
export interface SeriesSource {
  members: readonly Readonly<Record<string, string>>[]
  missing: number
  load(index: number): Promise<StoredValue>
}

/** What fills an input port of a task. */
export type TaskInput =
  | { kind: 'one'; value: StoredValue }
  | { kind: 'many'; values: Readonly<Record<string, StoredValue>> }
  | { kind: 'series'; series: SeriesSource }
  | { kind: 'many-series'; series: Readonly<Record<string, SeriesSource>> }

/** One run of a node type. The values of its inputs stay in memory until it is done. */
export interface TaskRequest {
  registered: RegisteredNode
  inputs: Readonly<Record<string, TaskInput>>
  params: unknown
  /** Starts the node's random stream. */
  random: Uint8Array | undefined
  /** Tasks with smaller numbers go first. */
  order: number
  /** Hash of the model it uses: such tasks go to the worker that has it open. */
  model: string | undefined
  onProgress: (fraction: number) => void
  onWarning: (message: string) => void
}

/** An image to encode for saving. */
export interface EncodeRequest {
  image: StoredValue
  format: string
  options: Readonly<Record<string, unknown>>
  lineage: string | undefined
  /** Path of the new file that it is written to. */
  staged: string
  order: number
}

/** What a run of a node gave. */
export interface TaskResult {
  /** Hold a reference to their buffers. */
  outputs: StoredOutputs
  /** Time that the node itself took, waiting for a thread left out. */
  milliseconds: number
}

/** Where nodes run. */
export interface TaskRunner {
  /** Throws what the node throws. */
  run(request: TaskRequest): Promise<TaskResult>
  /** Bytes in use that the next task with this model would take over. */
  reusableSessionBytes(model: string): number
  /** Ends what it keeps between tasks, once the running ones have ended. */
  close(): Promise<void>
}

/** Where inline nodes run: on the main thread, at once where the node allows it. */
export interface InlineTaskRunner {
  /** Throws, or rejects, as the node does. */
  run(request: TaskRequest): TaskResult | Promise<TaskResult>
  /** Ends what it keeps between tasks. */
  close(): Promise<void>
}
