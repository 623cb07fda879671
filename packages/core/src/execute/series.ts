import { KintsugiError } from '../errors/index.js'
import type { StoredValue } from '../memory/stored-value.js'
import { unionAxes } from '../plan/axes.js'
import type { InputBinding, Source } from '../plan/plan.js'
import {
  type Absence,
  absent,
  type Bound,
  type BoundInput,
  type BoundSeries,
  type Cell,
  type Outcome,
  present,
} from './cell.js'
import type { Evaluator } from './evaluator.js'
import { type Frame, type Keys, namedKeys } from './frame.js'

/** Identifies the members of a reduced input. Members seen while their items went by are taken from there. */
export async function bindSeries(
  evaluator: Evaluator,
  cell: Cell,
  port: string,
  binding: InputBinding & { kind: 'source' | 'many' },
): Promise<Outcome<BoundInput>> {
  if (binding.kind === 'source') {
    const series = await membersOf(evaluator, cell, port, undefined, binding.source)
    return series.ok ? present({ kind: 'series', series: series.value }) : series
  }
  const all: Record<string, BoundSeries> = {}
  for (const [name, source] of Object.entries(binding.entries)) {
    const series = await membersOf(evaluator, cell, port, name, source)
    if (!series.ok) return series
    all[name] = series.value
  }
  return present({ kind: 'many-series', series: all })
}

/** The members of one source over the reduced axes along which it varies, in axis order. */
async function membersOf(
  evaluator: Evaluator,
  cell: Cell,
  port: string,
  entry: string | undefined,
  source: Source,
): Promise<Outcome<BoundSeries>> {
  const { node } = cell
  const origin = node.group?.origin
  const by = origin?.kind === 'group' ? origin.by : undefined
  const over = node.over.filter((axis) => source.axes.includes(axis) || by?.axes.includes(axis) === true)
  const series: BoundSeries = { members: [], missing: 0, port, entry }
  for await (const step of evaluator.domains.product(over, cell.keys, cell.frame)) {
    if (!step.ok) return step
    const { keys, frame } = step.value
    if (by !== undefined && node.group !== undefined) {
      const group = await evaluator.domains.groupOf(by, keys, frame)
      if (!group.ok) {
        if (node.missing === 'fail') return missingMember(cell, keys, group.absence)
        continue
      }
      if (group.value !== cell.keys[node.group.order]) continue
    }
    const member = await identifyMember(evaluator, source, keys, frame)
    if (!member.ok) {
      if (node.missing === 'fail') return missingMember(cell, keys, member.absence)
      series.missing++
      continue
    }
    series.members.push({ keys: namedKeys(over, keys), keysOf: keys, ...member.value })
  }
  return present(series)
}

async function identifyMember(
  evaluator: Evaluator,
  source: Source,
  keys: Keys,
  frame: Frame,
): Promise<Outcome<Pick<BoundSeries['members'][number], 'id' | 'captured' | 'record'>>> {
  const { state } = evaluator
  const captured = state.captured.get(source, keys)
  if (captured !== undefined)
    return 'absence' in captured
      ? absent(captured.absence)
      : present({ id: captured.id, captured: captured.value, record: undefined })
  const bound = await evaluator.resolve(source, keys, frame)
  if (!bound.ok) return bound
  const record = bound.value.kind === 'output' ? bound.value.record : undefined
  const value = await capture(evaluator, bound.value)
  return value.ok ? present({ id: bound.value.id, captured: value.value, record }) : value
}

/** The value of a member if it is small enough to keep; images are loaded again when the reduction asks for them. */
export async function capture(evaluator: Evaluator, bound: Bound): Promise<Outcome<StoredValue | undefined>> {
  if (bound.type === 'image') return present(undefined)
  const acquired = await evaluator.acquire(bound)
  if (!acquired.ok) return acquired
  const { value, release } = acquired.value
  release()
  return present(value.slices.length === 0 ? value : undefined)
}

function missingMember(cell: Cell, keys: Keys, absence: Absence): { ok: false; absence: Absence } {
  if (absence.kind === 'failed') return absent(absence)
  const { node } = cell
  return absent({
    kind: 'failed',
    error: new KintsugiError('E_ABSENT', {
      message: `"${node.path}" reduces over a value that is not there: ${absence.message}.`,
      expected: 'a value for every item',
      found: JSON.stringify(namedKeys(unionAxes(node.axes, node.over), keys)),
      fix: 'Write "missing: skip" on the node to leave such items out.',
      place: { ...node.place(), node: node.path, item: namedKeys(node.axes, cell.keys) },
    }),
  })
}
