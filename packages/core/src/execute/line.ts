import { releaseValue, retainValue, type StoredOutputs, type StoredValue } from '../memory/stored-value.js'
import type { InputBinding, TaskNode } from '../plan/plan.js'
import type { TaskInput, TaskResult } from '../workers/task.js'
import { absent, type Bound, type BoundInput, type Cell, type Identity, type Outcome, present } from './cell.js'
import { isCached, settled, taskRequest } from './compute.js'
import type { Evaluator } from './evaluator.js'
import { type Keys, withKeys } from './frame.js'
import { identityOf, reduces } from './identify.js'
import { isReplay } from './replay-task.js'
import { constantParams } from './task-params.js'

// Most of a graph can be identified, and its inline nodes run, without waiting for anything. Doing so along whole lines of tasks
// costs a fraction of one promise chain a task, and needs no deep stack.

/** Identifies a task and what leads to it, as far as nothing has to be waited for. Gives the task that has, or undefined when all are. */
export function identifyLine(evaluator: Evaluator, cell: Cell): Cell | undefined {
  const line = [cell]
  for (let at = line.at(-1); at !== undefined; at = line.at(-1)) {
    if (at.known === undefined) {
      if (at.identity !== undefined && at !== cell) return at
      const step = identifyDirectly(evaluator, at)
      if (step === undefined) return at
      if (!('ok' in step)) {
        line.push(step)
        continue
      }
      at.known = step
    }
    line.pop()
  }
  return undefined
}

/** What a task is; or the task that must be identified before it; or undefined if an input is not simply the output of a task. */
function identifyDirectly(evaluator: Evaluator, cell: Cell): Outcome<Identity> | Cell | undefined {
  const { node, keys, frame } = cell
  const inputs: Record<string, BoundInput> = {}
  for (const port of Object.keys(node.inputs)) {
    const binding = node.inputs[port] as InputBinding
    if (binding.kind !== 'source' || binding.source.record || reduces(node, port)) return undefined
    const { source } = binding
    if (source.node.kind !== 'task' || isReplay(source.node)) return undefined
    const at =
      source.index.length === 0
        ? keys
        : withKeys(
            keys,
            source.index.map(({ axis, key }) => [axis, key] as const),
          )
    const before = evaluator.cell(source.node, at, frame)
    if (before.known === undefined) return before
    if (!before.known.ok) return before.known
    inputs[port] = { kind: 'one', bound: outputBound(before, before.known.value, source.node, source.port, at) }
  }
  const params = constantParams(evaluator, node)
  if (params === undefined) return undefined
  try {
    return present(identityOf(evaluator.state, cell, inputs, params))
  } catch (error) {
    return absent({ kind: 'failed', error: evaluator.state.failure(error, cell) })
  }
}

/** An output of an identified task; of a port that opens an axis, the entry at these keys. */
export function outputBound(cell: Cell, identity: Identity, node: TaskNode, port: string, keys: Keys): Bound {
  const output = node.outputs.get(port)
  if (output === undefined) throw new Error(`${node.path} has no output ${port}`)
  const extra =
    output.axes.length > node.axes.length ? output.axes.find((axis) => !node.axes.includes(axis)) : undefined
  const key = extra === undefined ? undefined : keys[extra.order]
  const id = `${identity.key}:${port}${key === undefined ? '' : `[${key}]`}`
  return { kind: 'output', id, type: output.type, cell, port, key, record: identity.record }
}

/** The value of a bound output among its task's outputs. */
export function entryOf(outputs: StoredOutputs, bound: Bound & { kind: 'output' }): Outcome<StoredValue> {
  const output = outputs.get(bound.port)
  const value =
    output instanceof Map
      ? (output as ReadonlyMap<string, StoredValue>).get(bound.key ?? '')
      : (output as StoredValue | undefined)
  return value === undefined
    ? absent({ kind: 'skipped', message: `"${bound.cell.node.path}" has no entry "${bound.key ?? ''}"` })
    : present(value)
}

/** Tasks to wait for; what waits for a node that is running already comes with it. */
export type Waiting = ReadonlyMap<Cell, Promise<Outcome<StoredOutputs>> | undefined>

/** Runs the inline nodes that lead to a task, and it, as far as nothing has to be waited for. Gives what has; nothing when the task is done. */
export function computeLine(evaluator: Evaluator, cell: Cell): Waiting {
  const waiting = new Map<Cell, Promise<Outcome<StoredOutputs>> | undefined>()
  const stuck = new Set<Cell>()
  const line = [cell]
  for (let at = line.at(-1); at !== undefined; at = line.at(-1)) {
    if (at.done !== undefined || stuck.has(at)) {
      line.pop()
      continue
    }
    const inputs = at.outputs !== undefined && at !== cell ? undefined : directInputs(evaluator, at)
    if (inputs === undefined) {
      waiting.set(at, undefined)
      stuck.add(at)
      continue
    }
    const before = inputs.filter(({ cell: input }) => input.done === undefined)
    if (before.some(({ cell: input }) => !stuck.has(input))) for (const { cell: input } of before) line.push(input)
    else if (before.length > 0) stuck.add(at)
    else {
      const running = runDirectly(evaluator, at)
      if (running === undefined) continue
      if (at !== cell) at.outputs = running
      waiting.set(at, running)
      stuck.add(at)
    }
  }
  return waiting
}

/** Outputs that an inline task takes, if it takes nothing else but literals, is not cached, and no equal task is under way or in memory. */
function directInputs({ state }: Evaluator, cell: Cell): (Bound & { kind: 'output' })[] | undefined {
  const { known, node } = cell
  const { registered } = node
  if (known === undefined || !(registered.runs === 'inline' || registered.plugin.specifier === undefined))
    return undefined
  if (!known.ok) return []
  if (isCached(state, registered) || state.owners.has(known.value.key)) return undefined
  const bounds: (Bound & { kind: 'output' })[] = []
  const { inputs } = known.value
  for (const port of Object.keys(inputs)) {
    const input = inputs[port] as BoundInput
    if (input.kind !== 'one') return undefined
    if (input.bound.kind === 'output') bounds.push(input.bound)
  }
  return bounds
}

/** Runs an inline node whose inputs are there. Gives a promise when the node itself does; else the cell is done. */
function runDirectly(evaluator: Evaluator, cell: Cell): Promise<Outcome<StoredOutputs>> | undefined {
  const { state } = evaluator
  const known = cell.known as Outcome<Identity>
  if (!known.ok) {
    cell.done = known
    return undefined
  }
  const identity = known.value
  const small = state.small.get(identity.key)
  if (small !== undefined) {
    cell.done = present(small)
    return undefined
  }
  const held: StoredValue[] = []
  const giveBack = (): void => {
    for (const value of held) releaseValue(state.pool, value)
  }
  try {
    state.throwIfCancelled()
    const inputs: Record<string, TaskInput> = {}
    for (const port of Object.keys(identity.inputs)) {
      const { bound } = identity.inputs[port] as BoundInput & { kind: 'one' }
      const value = takeValue(evaluator, bound)
      if (!value.ok) {
        giveBack()
        cell.done = value
        return undefined
      }
      held.push(value.value)
      inputs[port] = { kind: 'one', value: value.value }
    }
    const result = state.inline.run(taskRequest(state, cell, identity, inputs))
    if (result instanceof Promise) return finishLater(evaluator, cell, identity.key, result, giveBack)
    finish(evaluator, cell, identity.key, result)
  } catch (error) {
    fail(evaluator, cell, error)
  }
  giveBack()
  return undefined
}

/** A value with a reference of its own. */
function takeValue({ state }: Evaluator, bound: Bound): Outcome<StoredValue> {
  if (bound.kind === 'literal') return present(state.storeLiteral(bound))
  const outputs = bound.cell.done as Outcome<StoredOutputs>
  if (!outputs.ok) return outputs
  const value = entryOf(outputs.value, bound)
  if (value.ok) retainValue(state.pool, value.value)
  return value
}

function finish({ state }: Evaluator, cell: Cell, key: string, result: TaskResult): Outcome<StoredOutputs> {
  settled(state, cell, result)
  if (state.small.offer(key, result.outputs)) state.owners.delete(key)
  else state.owners.set(key, cell)
  return (cell.done = present(result.outputs))
}

function fail({ state }: Evaluator, cell: Cell, error: unknown): Outcome<StoredOutputs> {
  return (cell.done = absent({ kind: 'failed', error: state.failure(error, cell) }))
}

async function finishLater(
  evaluator: Evaluator,
  cell: Cell,
  key: string,
  running: Promise<TaskResult>,
  giveBack: () => void,
): Promise<Outcome<StoredOutputs>> {
  const { state } = evaluator
  state.owners.set(key, cell)
  try {
    return finish(evaluator, cell, key, await running)
  } catch (error) {
    state.owners.delete(key)
    return fail(evaluator, cell, error)
  } finally {
    giveBack()
  }
}
