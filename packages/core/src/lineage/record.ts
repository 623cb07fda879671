import type { ModelRecord } from './model-record.js'

/** Where an input of a task came from. */
export type RecordInput =
  /** `<task key>:<port>`, with `[key]` behind it for one entry of an axis. */
  | string
  | { literal: unknown }
  | ModelRecord
  | { many: Readonly<Record<string, RecordInput>> }
  | { series: readonly { keys: Readonly<Record<string, string>>; value: string }[]; missing: number }

/** What made one value: enough to make it again. */
export interface TaskRecord {
  /** Identity of the task: a hash of all that follows. */
  key: string
  /** Node type. */
  use: string
  /** Path of the node in the graph. */
  node: string
  /** Plugin name and version. */
  plugin: string
  /** Parameters as `run` received them; files are `{ file, sha256 }`. */
  with: unknown
  inputs: Readonly<Record<string, RecordInput>>
  /** Hex of the key that started the node's random stream. */
  random?: string
  /** Records of the tasks that the inputs came from; not written out. */
  readonly parents: readonly TaskRecord[]
}

/** A record as it is written. */
export type WrittenRecord = Omit<TaskRecord, 'parents'>

export function writtenRecord({ parents: _parents, ...record }: TaskRecord): WrittenRecord {
  return record
}

/** A record and all that it rests on, each once, the oldest first. */
export function closureOf(record: TaskRecord, seen: Set<string> = new Set()): TaskRecord[] {
  const order: TaskRecord[] = []
  const stack: { record: TaskRecord; next: number }[] = []
  const enter = (entered: TaskRecord): void => {
    if (seen.has(entered.key)) return
    seen.add(entered.key)
    stack.push({ record: entered, next: 0 })
  }
  enter(record)
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const parent = top.record.parents[top.next++]
    if (parent !== undefined) enter(parent)
    else {
      order.push(top.record)
      stack.pop()
    }
  }
  return order
}
