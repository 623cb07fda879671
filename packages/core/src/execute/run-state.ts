import type { DiskCache } from '../cache/cache.js'
import type { KintsugiError } from '../errors/index.js'
import type { MemoryBudget } from '../memory/budget.js'
import type { BufferPool } from '../memory/buffer-pool.js'
import type { StoredValue } from '../memory/stored-value.js'
import type { Plan } from '../plan/plan.js'
import type { PortType } from '../plugin/port-type.js'
import type { RegisteredNode } from '../plugin/registry.js'
import type { Model, PortTypeName } from '../plugin/values.js'
import type { InlineTaskRunner, TaskRunner } from '../workers/task.js'
import type { Captured } from './captured.js'
import type { Bound, Cell } from './cell.js'
import type { RunListener } from './events.js'
import type { FileHashes } from './file-hashes.js'
import type { SmallOutputs } from './small-outputs.js'

/** Which keys of an axis a run enumerates. */
export type AxisFilter = (axis: string, keys: readonly string[]) => readonly string[]

/** What all parts of one run share. */
export interface RunState {
  plan: Plan
  pool: BufferPool
  budget: MemoryBudget
  cache: DiskCache | undefined
  workers: TaskRunner
  inline: InlineTaskRunner
  files: FileHashes
  provider: string
  filter: AxisFilter
  captured: Captured
  small: SmallOutputs
  /** By task key, the cell that computes a task or keeps its outputs in memory: equal tasks share them. */
  owners: Map<string, Cell>
  /** Cache writes that have not ended. */
  writes: Set<Promise<void>>
  emit: RunListener
  warn: (message: string) => void
  totals: { ran: number; cached: number; computeMilliseconds: number }
  portType: (name: PortTypeName) => PortType
  /** A model as the bytes of an ONNX file. */
  onnxOf: (model: Model) => Promise<Uint8Array>
  /** The model that a literal names, its file hashed. */
  findModel: (literal: string, folder: string) => Promise<Model>
  /** A node type by name, its plugin loaded if need be; for replaying records. */
  findNode: (name: string) => Promise<RegisteredNode | undefined>
  /** A literal in pooled memory, with a reference of its own. */
  storeLiteral: (bound: Bound & { kind: 'literal' }) => StoredValue
  /** Any thrown value as a fault of this instance. */
  failure: (error: unknown, cell: Cell) => KintsugiError
  throwIfCancelled: () => void
}
