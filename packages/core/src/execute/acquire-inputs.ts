import { KintsugiError } from '../errors/index.js'
import { retainValue, type StoredValue } from '../memory/stored-value.js'
import type { Source } from '../plan/plan.js'
import type { SeriesSource, TaskInput } from '../workers/task.js'
import { type Bound, type BoundSeries, type Cell, type Identity, type Outcome, present } from './cell.js'
import type { Acquired, Evaluator } from './evaluator.js'
import { mapRecord } from './map-record.js'

/** A task's inputs as a runner takes them, and the values that stay in memory for them. */
export interface AcquiredInputs {
  inputs: Record<string, TaskInput>
  acquired: readonly Acquired[]
}

/** The values of a task's inputs, each with a reference; all of them, or none. */
export async function acquireInputs(
  evaluator: Evaluator,
  cell: Cell,
  identity: Identity,
): Promise<Outcome<AcquiredInputs>> {
  const bounds = boundsOf(identity)
  const [first] = bounds
  // Most nodes have one input, and waiting for that alone is much cheaper.
  if (bounds.length === 1 && first !== undefined) {
    const only = await evaluator.acquire(first)
    return only.ok ? present(asInputs(evaluator, cell, identity, [only.value])) : only
  }
  const all = await acquireAll(evaluator, bounds)
  return all.ok ? present(asInputs(evaluator, cell, identity, all.value)) : all
}

async function acquireAll(evaluator: Evaluator, bounds: readonly Bound[]): Promise<Outcome<Acquired[]>> {
  const results = await Promise.allSettled(bounds.map((bound) => evaluator.acquire(bound)))
  const acquired: Acquired[] = []
  for (const result of results) if (result.status === 'fulfilled' && result.value.ok) acquired.push(result.value.value)
  if (acquired.length === bounds.length) return present(acquired)
  giveBack(acquired)
  for (const result of results) {
    if (result.status === 'rejected') throw result.reason
    if (!result.value.ok) return result.value
  }
  throw new Error('no input is missing')
}

/** Returns the references of acquired values. */
export function giveBack(acquired: readonly Acquired[]): void {
  for (const { release } of acquired) release()
}

/** What has to be acquired for a task, in the order of its ports and their entries. */
function boundsOf({ inputs }: Identity): Bound[] {
  const bounds: Bound[] = []
  for (const port of Object.keys(inputs)) {
    const input = inputs[port]
    if (input?.kind === 'one') bounds.push(input.bound)
    else if (input?.kind === 'many') bounds.push(...Object.values(input.bounds))
  }
  return bounds
}

/** Inputs with values in the order of `boundsOf`. */
function asInputs(evaluator: Evaluator, cell: Cell, identity: Identity, acquired: readonly Acquired[]): AcquiredInputs {
  let taken = 0
  const next = (): StoredValue => (acquired[taken++] as Acquired).value
  const inputs = mapRecord(identity.inputs, (input, port): TaskInput => {
    switch (input.kind) {
      case 'one':
        return { kind: 'one', value: next() }
      case 'many':
        return { kind: 'many', values: mapRecord(input.bounds, next) }
      case 'series':
        return { kind: 'series', series: seriesSource(evaluator, cell, port, input.series) }
      case 'many-series':
        return {
          kind: 'many-series',
          series: mapRecord(input.series, (series) => seriesSource(evaluator, cell, port, series)),
        }
    }
  })
  return { inputs, acquired }
}

/** Loads members of a series, those that were not kept by computing them again or from the cache. */
function seriesSource(evaluator: Evaluator, cell: Cell, port: string, series: BoundSeries): SeriesSource {
  const binding = cell.node.inputs[port]
  const source: Source | undefined =
    binding?.kind === 'source'
      ? binding.source
      : binding?.kind === 'many' && series.entry !== undefined
        ? binding.entries[series.entry]
        : undefined
  return {
    members: series.members.map((member) => member.keys),
    missing: series.missing,
    load: async (index) => {
      const member = series.members[index]
      if (member === undefined || source === undefined) throw new Error(`no member ${index} of ${port}`)
      if (member.captured !== undefined) {
        retainValue(evaluator.state.pool, member.captured)
        return member.captured
      }
      let frame = cell.frame
      for (const axis of cell.node.over) frame = frame.enter(axis, member.keysOf[axis.order] ?? '')
      try {
        const bound = await evaluator.resolve(source, member.keysOf, frame)
        const value = bound.ok ? await evaluator.acquire(bound.value) : bound
        if (value.ok) return value.value.value
        throw value.absence.kind === 'failed'
          ? value.absence.error
          : new KintsugiError('E_ABSENT', { message: value.absence.message })
      } finally {
        for (let at = frame; at !== cell.frame && at.parent !== undefined; at = at.parent) at.leave()
      }
    },
  }
}
