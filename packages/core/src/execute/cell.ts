import type { KintsugiError } from '../errors/index.js'
import type { TaskRecord } from '../lineage/record.js'
import type { StoredOutputs, StoredValue } from '../memory/stored-value.js'
import type { TaskNode } from '../plan/plan.js'
import type { PortTypeName } from '../plugin/values.js'
import type { Frame, Keys } from './frame.js'

/** Why a value is not there. */
export type Absence =
  /** Its node was bypassed, or it is not an output of the branch taken. */
  | { kind: 'skipped'; message: string }
  /** Its node failed. */
  | { kind: 'failed'; error: KintsugiError }

/** A value, or why it is absent. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; absence: Absence }

export function present<T>(value: T): Outcome<T> {
  return { ok: true, value }
}

export function absent(absence: Absence): { ok: false; absence: Absence } {
  return { ok: false, absence }
}

/** A value whose identity is known, though it may not have been computed: an output of a task, or a literal. */
export type Bound =
  | {
      kind: 'output'
      id: string
      type: PortTypeName
      cell: Cell
      port: string
      key: string | undefined
      record: TaskRecord
    }
  | { kind: 'literal'; id: string; type: PortTypeName; value: unknown; model: string | undefined }

/** Members of a reduced input that have been identified. */
export interface BoundSeries {
  members: {
    keys: Readonly<Record<string, string>>
    keysOf: Keys
    id: string
    captured: StoredValue | undefined
    record: TaskRecord | undefined
  }[]
  missing: number
  port: string
  entry: string | undefined
}

/** What fills an input port of a task, identified. */
export type BoundInput =
  | { kind: 'one'; bound: Bound }
  | { kind: 'many'; bounds: Readonly<Record<string, Bound>> }
  | { kind: 'series'; series: BoundSeries }
  | { kind: 'many-series'; series: Readonly<Record<string, BoundSeries>> }

/** A task whose identity is known. */
export interface Identity {
  key: string
  inputs: Readonly<Record<string, BoundInput>>
  params: unknown
  random: Uint8Array | undefined
  record: TaskRecord
  /** Hash of a model that it runs. */
  model: string | undefined
}

/** One instance of a task node. */
export interface Cell {
  node: TaskNode
  keys: Keys
  frame: Frame
  /** What the task is, once that has been found. */
  known: Outcome<Identity> | undefined
  /** Finding it, where that takes time. */
  identity: Promise<Outcome<Identity>> | undefined
  /** What a task of `core/replay` stands for: the result of the steps that it carries out. */
  replayed: Promise<Outcome<Bound>> | undefined
  /** The task's outputs, while they are in memory. */
  done: Outcome<StoredOutputs> | undefined
  /** Computing them, where that takes time. */
  outputs: Promise<Outcome<StoredOutputs>> | undefined
  /** Readers that need the outputs to stay. */
  pins: number
  lastUse: number
  dropped: boolean
}
