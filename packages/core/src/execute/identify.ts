import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { canonicalize } from 'json-canonicalize'
import { KintsugiError } from '../errors/index.js'
import type { RecordInput, TaskRecord } from '../lineage/record.js'
import type { InputBinding } from '../plan/plan.js'
import type { Model } from '../plugin/values.js'
import { type Bound, type BoundInput, type Cell, type Identity, type Outcome, present } from './cell.js'
import type { Evaluator } from './evaluator.js'
import { drawKey } from './form-values.js'
import { bindSeries } from './series.js'

/** Finds a task's key: binds its inputs, resolves its parameters, hashes the files it names. */
export async function identifyTask(evaluator: Evaluator, cell: Cell): Promise<Outcome<Identity>> {
  const { node, keys } = cell
  const { registered } = node
  const { state } = evaluator
  const inputs: Record<string, BoundInput> = {}
  for (const port of Object.keys(node.inputs)) {
    const binding = node.inputs[port]
    if (binding === undefined) continue
    const bound = await bindInput(evaluator, cell, port, binding)
    if (!bound.ok) return bound
    inputs[port] = bound.value
  }
  const params = await paramsOf(evaluator, cell)
  if (!params.ok) return params
  const run = { ...params.value }
  const shown: Record<string, unknown> = { ...params.value }
  const identityParams: Record<string, unknown> = { ...params.value }
  for (const name of registered.files) {
    const file = params.value[name]
    if (typeof file !== 'string') continue
    const path = resolve(node.folder, file)
    const sha256 = await state.files.of(path, file)
    run[name] = path
    shown[name] = { file: basename(path), sha256 }
    identityParams[name] = sha256
  }
  const random = registered.random ? drawKey(state.plan.seed, node.pixels, 'run', keys) : undefined
  const model = Object.values(inputs)
    .map(modelOf)
    .find((hash) => hash !== undefined)
  const usesModel = [...registered.inputs.values()].some((port) => port.type === 'model')
  const key = createHash('sha256')
    .update(
      JSON.stringify([
        'kintsugi/task@1',
        registered.name,
        registered.plugin.identity,
        canonicalize(identityParams),
        Object.keys(inputs)
          .sort()
          .map((port) => [port, idOf(inputs[port] as BoundInput)]),
        random === undefined ? null : Buffer.from(random).toString('hex'),
        usesModel ? state.provider : null,
      ]),
    )
    .digest('hex')
  const { plugin } = registered.plugin
  const record: TaskRecord = {
    key,
    use: registered.name,
    node: node.path,
    plugin: `${plugin.name}@${plugin.version}`,
    with: shown,
    inputs: Object.fromEntries(Object.entries(inputs).map(([port, input]) => [port, recordInput(input)])),
    ...(random === undefined ? {} : { random: Buffer.from(random).toString('hex') }),
    parents: Object.values(inputs).flatMap(parentsOf),
  }
  const identity: Identity = { key, inputs, params: run, random, record, model }
  return present(identity)
}

async function bindInput(
  evaluator: Evaluator,
  cell: Cell,
  port: string,
  binding: InputBinding,
): Promise<Outcome<BoundInput>> {
  const { node, keys, frame } = cell
  const reduces = node.over.length > 0 && node.registered.inputs.get(port)?.single !== true
  if (binding.kind === 'form') {
    const value = await evaluator.form(binding.form, node.draw, keys, frame)
    if (!value.ok) return value
    return present({ kind: 'one', bound: await evaluator.literal(binding.type, value.value, node.folder) })
  }
  if (reduces) return bindSeries(evaluator, cell, port, binding)
  if (binding.kind === 'source') {
    const bound = await evaluator.resolve(binding.source, keys, frame)
    return bound.ok ? present({ kind: 'one', bound: bound.value }) : bound
  }
  const bounds: Record<string, Bound> = {}
  for (const [name, source] of Object.entries(binding.entries)) {
    const bound = await evaluator.resolve(source, keys, frame)
    if (!bound.ok) return bound
    bounds[name] = bound.value
  }
  return present({ kind: 'many', bounds })
}

async function paramsOf(evaluator: Evaluator, cell: Cell): Promise<Outcome<Readonly<Record<string, unknown>>>> {
  const { node, keys, frame } = cell
  if (node.constant !== undefined) return present(node.constant)
  const value = await evaluator.form(node.params, node.draw, keys, frame)
  if (!value.ok) return value
  const [fault] = node.registered.validate(value.value)
  if (fault !== undefined) {
    throw new KintsugiError('E_PARAM', {
      message: `Parameter "${fault.path.join('.')}" of "${node.path}" (${node.registered.name}): ${fault.message}`,
      ...(fault.expected === undefined ? {} : { expected: fault.expected }),
      found: JSON.stringify(
        fault.path.reduce<unknown>(
          (at, part) => (at as Record<string | number, unknown> | undefined)?.[part],
          value.value,
        ),
      ),
      fix: 'Narrow the form that gives it.',
    })
  }
  return present(node.registered.complete(value.value as Record<string, unknown>))
}

function modelOf(input: BoundInput): string | undefined {
  return input.kind === 'one' && input.bound.kind === 'literal' ? input.bound.model : undefined
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
  if (bound.type === 'model') return { model: (bound.value as Model).name, sha256: (bound.value as Model).hash }
  return bound.type === 'image' ? { literal: bound.id } : { literal: bound.value }
}

function parentsOf(input: BoundInput): TaskRecord[] {
  const records = new Set<TaskRecord>()
  const add = (record: TaskRecord | undefined): void => {
    if (record !== undefined) records.add(record)
  }
  const addBound = (bound: Bound): void => add(bound.kind === 'output' ? bound.record : undefined)
  if (input.kind === 'one') addBound(input.bound)
  else if (input.kind === 'many') Object.values(input.bounds).forEach(addBound)
  else if (input.kind === 'series') for (const member of input.series.members) add(member.record)
  else for (const series of Object.values(input.series)) for (const member of series.members) add(member.record)
  return [...records]
}
