import { resolve } from 'node:path'
import { readRecord } from '../lineage/read-record.js'
import {
  releaseOutputs,
  releaseValue,
  retainOutputs,
  retainValue,
  type StoredOutputs,
  type StoredValue,
  unpackStored,
} from '../memory/stored-value.js'
import type { Axis } from '../plan/axes.js'
import type { GivenNode, Source, TaskNode } from '../plan/plan.js'
import type { Label } from '../plugin/values.js'
import { absent, type Bound, type Cell, type Identity, type Outcome, present } from './cell.js'
import { computeOutputs } from './compute.js'
import { Domains } from './domains.js'
import { formValue } from './form-values.js'
import { type Frame, instanceId, type Keys, withKeys } from './frame.js'
import type { Homes } from './homes.js'
import { identifyTask } from './identify.js'
import { computeLine, entryOf, identifyLine, outputBound, type Waiting } from './line.js'
import { recordOf } from './lineage-record.js'
import { literalBound } from './literals.js'
import { isReplay, replayTask } from './replay-task.js'
import { resolvePort } from './resolve-port.js'
import type { RunState } from './run-state.js'
import type { TaskParams } from './task-params.js'

/** Deepest chain of calls before the rest is put off, so that long graphs do not exhaust the stack. */
const MAX_DEPTH = 40

/** A value with a reference of its own; `release` gives it back. */
export interface Acquired {
  value: StoredValue
  release: () => void
}

/** Finds out what every value of a plan is, and computes those that are asked for. */
export class Evaluator {
  readonly domains: Domains
  private readonly given = new Map<GivenNode, Bound>()
  /** Parameters of nodes that are the same for every instance. */
  readonly constants = new Map<TaskNode, TaskParams>()
  /** Where cells live in the stage that is being gone through. */
  homes: Homes = new Map()
  private readonly holding = new Set<Cell>()
  private depth = 0
  private clock = 0

  constructor(readonly state: RunState) {
    this.domains = new Domains(this, state.plan)
  }

  /** What a source is at these keys: a task's output, or a literal. */
  resolve(source: Source, keys: Keys, frame: Frame): Promise<Outcome<Bound>> {
    const at =
      source.index.length === 0
        ? keys
        : withKeys(
            keys,
            source.index.map(({ axis, key }) => [axis, key] as const),
          )
    if (source.record) return this.resolveRecord(source, at, frame)
    return source.node.kind === 'task'
      ? this.resolveTask(source.node, source.port, at, frame)
      : resolvePort(this, source.node, source.port, at, frame)
  }

  private async resolveRecord(source: Source, keys: Keys, frame: Frame): Promise<Outcome<Bound>> {
    const record = await recordOf(this, { ...source, record: false }, keys, frame)
    return record.ok ? present(literalBound(this.state, 'record', record.value)) : record
  }

  private async resolveTask(node: TaskNode, port: string, keys: Keys, frame: Frame): Promise<Outcome<Bound>> {
    if (isReplay(node)) return this.replayed(node, keys, frame)
    const cell = this.cell(node, keys, frame)
    const identity = await this.identify(cell)
    return identity.ok ? present(outputBound(cell, identity.value, node, port, keys)) : identity
  }

  /** What a task of `core/replay` stands for at these keys: the result of the steps that it carries out. */
  replayed(node: TaskNode, keys: Keys, frame: Frame): Promise<Outcome<Bound>> {
    const cell = this.cell(node, keys, frame)
    cell.replayed ??= this.deep(async () => {
      try {
        return await replayTask(this, cell)
      } catch (error) {
        return absent({ kind: 'failed', error: this.state.failure(error, cell) })
      }
    })
    return cell.replayed
  }

  /** A value that the program gave; its content is hashed once. */
  givenBound(node: GivenNode): Bound {
    const known = this.given.get(node)
    if (known !== undefined) return known
    const bound = literalBound(this.state, node.type, node.value)
    this.given.set(node, bound)
    return bound
  }

  /** The literal that a form is at these keys. */
  form(
    form: Parameters<typeof formValue>[0],
    draw: Parameters<typeof formValue>[1],
    keys: Keys,
    frame: Frame,
  ): Promise<Outcome<unknown>> {
    return formValue(form, draw, keys, this.state.plan.seed, async (source) => {
      const value = await this.value(source, keys, frame)
      if (value.ok && source.type === 'label') return present((value.value as Label).label)
      return value
    })
  }

  /** A literal of a port type; models are found and hashed. */
  async literal(type: Bound['type'], value: unknown, folder: string): Promise<Bound> {
    if (type === 'record' && typeof value === 'string')
      return literalBound(this.state, type, await readRecord(resolve(folder, value), value))
    return literalBound(
      this.state,
      type,
      type === 'model'
        ? await this.state.findModel(value as string, folder)
        : (this.state.portType(type).fromLiteral?.(value) ?? value),
    )
  }

  /** The instance of a task at these keys. */
  cell(node: TaskNode, keys: Keys, frame: Frame): Cell {
    const home = frame.homeOf(node, keys, this.homes.get(node)?.length ?? Infinity)
    const id = node.index + instanceId(node.axes, keys)
    let cell = home.cells.get(id)
    if (cell === undefined) {
      cell = {
        node,
        keys,
        frame: home,
        known: undefined,
        identity: undefined,
        replayed: undefined,
        outputs: undefined,
        done: undefined,
        pins: 0,
        lastUse: 0,
        dropped: false,
      }
      home.cells.set(id, cell)
    }
    return cell
  }

  /** What a task is: its key, found without running it. Failures are outcomes, not exceptions. */
  identify(cell: Cell): Promise<Outcome<Identity>> {
    if (cell.known !== undefined) return Promise.resolve(cell.known)
    cell.identity ??= this.identified(cell)
    return cell.identity
  }

  private identified(cell: Cell): Promise<Outcome<Identity>> {
    const first = identifyLine(this, cell)
    return first === undefined ? Promise.resolve(cell.known as Outcome<Identity>) : this.identifiedAfter(cell, first)
  }

  private async identifiedAfter(cell: Cell, first: Cell): Promise<Outcome<Identity>> {
    for (let next: Cell | undefined = first; next !== undefined; next = identifyLine(this, cell)) {
      if (next === cell) {
        cell.known = await this.deep(() => this.identifiedInParts(cell))
        break
      }
      await this.identify(next)
    }
    return cell.known as Outcome<Identity>
  }

  private async identifiedInParts(cell: Cell): Promise<Outcome<Identity>> {
    try {
      return await identifyTask(this, cell)
    } catch (error) {
      return absent({ kind: 'failed', error: this.state.failure(error, cell) })
    }
  }

  /** A task's outputs, computed if they are not in memory. */
  private outputsOf(cell: Cell): Promise<Outcome<StoredOutputs>> {
    if (cell.done !== undefined) return Promise.resolve(cell.done)
    cell.outputs ??= this.computed(cell)
    return cell.outputs
  }

  private computed(cell: Cell): Promise<Outcome<StoredOutputs>> {
    const waiting = computeLine(this, cell)
    if (waiting.has(cell)) return waiting.get(cell) ?? this.deep(() => this.computedAlone(cell))
    return waiting.size === 0 ? Promise.resolve(cell.done as Outcome<StoredOutputs>) : this.computedAfter(cell, waiting)
  }

  /** Waits for the tasks that a line needs, which stay in memory meanwhile, then goes on along it. */
  private async computedAfter(cell: Cell, first: Waiting): Promise<Outcome<StoredOutputs>> {
    const pinned = new Set<Cell>()
    try {
      for (let waiting = first; waiting.size > 0; waiting = computeLine(this, cell)) {
        if (waiting.has(cell)) return await (waiting.get(cell) ?? this.deep(() => this.computedAlone(cell)))
        for (const before of waiting.keys()) if (!pinned.has(before)) pinned.add(this.pin(before))
        await Promise.all([...waiting.keys()].map((before) => this.outputsOf(before)))
      }
      return cell.done as Outcome<StoredOutputs>
    } finally {
      for (const before of pinned) this.unpin(before)
    }
  }

  private async computedAlone(cell: Cell): Promise<Outcome<StoredOutputs>> {
    try {
      cell.done = await computeOutputs(this, cell)
      if (cell.done.ok && cell.node.registered.runs === 'worker') this.holding.add(cell)
    } catch (error) {
      cell.done = absent({ kind: 'failed', error: this.state.failure(error, cell) })
    }
    return cell.done
  }

  /** A value, computed if need be, with a reference of its own. */
  async acquire(bound: Bound): Promise<Outcome<Acquired>> {
    if (bound.kind === 'literal') {
      const value = this.state.storeLiteral(bound)
      return present({ value, release: () => releaseValue(this.state.pool, value) })
    }
    const cell = this.pin(bound.cell)
    try {
      const outputs = await this.outputsOf(cell)
      if (!outputs.ok) return outputs
      const entry = entryOf(outputs.value, bound)
      if (!entry.ok) return entry
      const { value } = entry
      retainValue(this.state.pool, value)
      return present({ value, release: () => this.giveBack(value) })
    } finally {
      this.unpin(cell)
    }
  }

  /** The value of a source as a node would receive it; for scalars and labels. */
  async value(source: Source, keys: Keys, frame: Frame): Promise<Outcome<unknown>> {
    const bound = await this.resolve(source, keys, frame)
    if (!bound.ok) return bound
    if (bound.value.kind === 'literal') return present(bound.value.value)
    const acquired = await this.acquire(bound.value)
    if (!acquired.ok) return acquired
    const value = unpackStored(this.state.portType(bound.value.type), acquired.value.value)
    acquired.value.release()
    return present(value)
  }

  /** All keyed outputs of a task, for the keys of an axis that it opens. */
  async keysOpened(node: TaskNode, port: string, keys: Keys, frame: Frame): Promise<Outcome<readonly string[]>> {
    const cell = this.pin(this.cell(node, keys, frame))
    try {
      const outputs = await this.outputsOf(cell)
      if (!outputs.ok) return outputs
      const output = outputs.value.get(port)
      return present(output instanceof Map ? [...(output as ReadonlyMap<string, StoredValue>).keys()] : [])
    } finally {
      this.unpin(cell)
    }
  }

  /** Forgets a cell; its values are freed once nobody reads them. */
  drop(cell: Cell): void {
    cell.dropped = true
    if (cell.pins === 0) this.free(cell)
  }

  /** Frees the values that were read longest ago and can be computed again; returns whether there were any. */
  evict(): boolean {
    let oldest: Cell | undefined
    for (const cell of this.holding) {
      if (cell.pins === 0 && (oldest === undefined || cell.lastUse < oldest.lastUse)) oldest = cell
    }
    if (oldest === undefined) return false
    this.free(oldest)
    return true
  }

  /** Keys of an axis where it is enumerated, filters applied. */
  keysOf(axis: Axis, keys: Keys, frame: Frame): Promise<Outcome<readonly string[]>> {
    return this.domains.keysOf(axis, keys, frame)
  }

  /** Keeps a cell's outputs in memory until `unpin`. */
  private pin(cell: Cell): Cell {
    cell.pins++
    cell.lastUse = ++this.clock
    return cell
  }

  private unpin(cell: Cell): void {
    cell.pins--
    if (cell.pins === 0 && cell.dropped) this.free(cell)
  }

  private free(cell: Cell): void {
    this.holding.delete(cell)
    if (cell.known?.ok === true && this.state.owners.get(cell.known.value.key) === cell)
      this.state.owners.delete(cell.known.value.key)
    if (cell.done?.ok === true) {
      releaseOutputs(this.state.pool, cell.done.value)
      this.state.budget.admit()
    }
    cell.done = undefined
    cell.outputs = undefined
  }

  private giveBack(value: StoredValue): void {
    releaseValue(this.state.pool, value)
    this.state.budget.admit()
  }

  /** Starts work at once, or a turn later when the chain of calls has become deep. */
  private deep<T>(work: () => Promise<T>): Promise<T> {
    if (this.depth >= MAX_DEPTH) return Promise.resolve().then(() => this.deep(work))
    this.depth++
    try {
      return work()
    } finally {
      this.depth--
    }
  }

  /** Shares outputs that another cell computes, or has, under the same key. */
  async share(owner: Cell): Promise<Outcome<StoredOutputs>> {
    this.pin(owner)
    try {
      const outputs = await this.outputsOf(owner)
      if (outputs.ok) retainOutputs(this.state.pool, outputs.value)
      return outputs
    } finally {
      this.unpin(owner)
    }
  }
}

/** A label, text, number or boolean as a key. */
export function keyText(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'label' in value) return String((value as Label).label)
  return String(value)
}
