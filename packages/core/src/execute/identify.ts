import { hash } from 'node:crypto'
import { recordModel } from '../lineage/model-record.js'
import type { RecordInput, TaskRecord } from '../lineage/record.js'
import type { InputBinding, TaskNode } from '../plan/plan.js'
import type { Model } from '../plugin/values.js'
import { type Bound, type BoundInput, type Cell, type Identity, type Outcome, present } from './cell.js'
import type { Evaluator } from './evaluator.js'
import { drawKey } from './form-values.js'
import { mapRecord } from './map-record.js'
import type { RunState } from './run-state.js'
import { bindSeries } from './series.js'
import { constantParams, type TaskParams, taskParams } from './task-params.js'

/** Finds a task's key: binds its inputs, resolves its parameters, hashes the files it names. */
export async function identifyTask(evaluator: Evaluator, cell: Cell): Promise<Outcome<Identity>> {
  const { node, keys, frame } = cell
  const inputs: Record<string, BoundInput> = {}
  for (const port of Object.keys(node.inputs)) {
    const binding = node.inputs[port] as InputBinding
    if (binding.kind === 'source' && !reduces(node, port)) {
      const bound = await evaluator.resolve(binding.source, keys, frame)
      if (!bound.ok) return bound
      inputs[port] = { kind: 'one', bound: bound.value }
    } else {
      const bound = await bindInput(evaluator, cell, port, binding)
      if (!bound.ok) return bound
      inputs[port] = bound.value
    }
  }
  const constant = constantParams(evaluator, node)
  const params = constant === undefined ? await taskParams(evaluator, cell) : present(constant)
  return params.ok ? present(identityOf(evaluator.state, cell, inputs, params.value)) : params
}

/** The identity of a task whose inputs and parameters are known. */
export function identityOf(
  state: RunState,
  { node, keys }: Cell,
  inputs: Readonly<Record<string, BoundInput>>,
  params: TaskParams,
): Identity {
  const random = node.registered.random ? drawKey(state.plan.seed, node.pixels, 'run', keys) : undefined
  return taskIdentity(state, node, inputs, params, random)
}

/** What a task is, from all that goes into it. */
export function taskIdentity(
  state: Pick<RunState, 'provider'>,
  { path, registered }: Pick<TaskNode, 'path' | 'registered'>,
  inputs: Readonly<Record<string, BoundInput>>,
  params: TaskParams,
  random: Uint8Array | undefined,
): Identity {
  const { plugin } = registered.plugin
  const hex = random === undefined ? undefined : Buffer.from(random).toString('hex')
  const ports = Object.keys(inputs).sort()
  const ids = ports.map((port) => [port, idOf(inputs[port] as BoundInput)])
  const usesModel = ports.some((port) => registered.inputs.get(port)?.type === 'model')
  const parts = JSON.stringify(['kintsugi/task@1', ids, hex ?? null, usesModel ? state.provider : null])
  const key = hash('sha256', params.identity + parts)
  const record: TaskRecord = {
    key,
    use: registered.name,
    node: path,
    plugin: `${plugin.name}@${plugin.version}`,
    with: params.shown,
    inputs: mapRecord(inputs, recordInput),
    ...(hex === undefined ? {} : { random: hex }),
    parents: parentsOf(Object.values(inputs)),
  }
  return { key, inputs, params: params.run, random, record, model: modelOf(inputs) }
}

const NO_PARENTS: readonly TaskRecord[] = []

/** Whether a port takes a series. */
export function reduces({ registered }: TaskNode, port: string): boolean {
  const { kind } = registered
  return (kind === 'reduce' || kind === 'per-key') && registered.inputs.get(port)?.single !== true
}

async function bindInput(
  evaluator: Evaluator,
  cell: Cell,
  port: string,
  binding: InputBinding,
): Promise<Outcome<BoundInput>> {
  const { node, keys, frame } = cell
  if (binding.kind === 'form') {
    const value = await evaluator.form(binding.form, node.draw, keys, frame)
    if (!value.ok) return value
    return present({ kind: 'one', bound: await evaluator.literal(binding.type, value.value, node.folder) })
  }
  if (binding.kind === 'source' || reduces(node, port)) return bindSeries(evaluator, cell, port, binding)
  const bounds: Record<string, Bound> = {}
  for (const [name, source] of Object.entries(binding.entries)) {
    const bound = await evaluator.resolve(source, keys, frame)
    if (!bound.ok) return bound
    bounds[name] = bound.value
  }
  return present({ kind: 'many', bounds })
}

/** What tells the first model among the inputs from others: its hash, or the identity of the task that makes it. */
function modelOf(inputs: Readonly<Record<string, BoundInput>>): string | undefined {
  for (const port of Object.keys(inputs)) {
    const input = inputs[port]
    if (input?.kind !== 'one' || input.bound.type !== 'model') continue
    return input.bound.kind === 'literal' ? input.bound.model : input.bound.id
  }
  return undefined
}

function idOf(input: BoundInput): unknown {
  switch (input.kind) {
    case 'one':
      return input.bound.id
    case 'many':
      return Object.entries(input.bounds).map(([name, bound]) => [name, bound.id])
    case 'series':
      return [input.series.missing, input.series.members.map((member) => [member.keys, member.id])]
    case 'many-series':
      return Object.entries(input.series).map(([name, series]) => [
        name,
        series.missing,
        series.members.map((member) => [member.keys, member.id]),
      ])
  }
}

function recordInput(input: BoundInput): RecordInput {
  switch (input.kind) {
    case 'one':
      return recordBound(input.bound)
    case 'many':
      return {
        many: Object.fromEntries(Object.entries(input.bounds).map(([name, bound]) => [name, recordBound(bound)])),
      }
    case 'series':
      return {
        series: input.series.members.map(({ keys, id }) => ({ keys, value: id })),
        missing: input.series.missing,
      }
    case 'many-series':
      return {
        many: Object.fromEntries(
          Object.entries(input.series).map(([name, series]) => [
            name,
            { series: series.members.map(({ keys, id }) => ({ keys, value: id })), missing: series.missing },
          ]),
        ),
      }
  }
}

function recordBound(bound: Bound): RecordInput {
  if (bound.kind === 'output') return bound.id
  if (bound.type === 'model') return recordModel(bound.value as Model)
  return bound.type === 'image' ? { literal: bound.id } : { literal: bound.value }
}

function parentsOf(inputs: readonly BoundInput[]): readonly TaskRecord[] {
  const [first] = inputs
  if (first === undefined) return NO_PARENTS
  // Most tasks have one input, and there are many tasks.
  if (inputs.length === 1 && first.kind === 'one')
    return first.bound.kind === 'output' ? [first.bound.record] : NO_PARENTS
  const records = new Set<TaskRecord>()
  const add = ({ record }: { record?: TaskRecord | undefined }): void => {
    if (record !== undefined) records.add(record)
  }
  const addBound = (bound: Bound): void => {
    if (bound.kind === 'output') add(bound)
  }
  for (const input of inputs) {
    if (input.kind === 'one') addBound(input.bound)
    else if (input.kind === 'many') Object.values(input.bounds).forEach(addBound)
    else if (input.kind === 'series') input.series.members.forEach(add)
    else for (const series of Object.values(input.series)) series.members.forEach(add)
  }
  return [...records]
}
