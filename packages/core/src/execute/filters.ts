import { nearest } from '../document/suggest.js'
import { KintsugiError } from '../errors/index.js'
import type { Plan } from '../plan/plan.js'
import type { AxisFilter } from './run-state.js'

/** What narrows a run down to a part of its items. */
export interface Filters {
  /** Number of keys of an axis to go through. */
  limit?: Readonly<Record<string, number>>
  /** Keys of an axis to go through. */
  where?: Readonly<Record<string, readonly string[]>>
}

/** The outputs of these names, or all. Throws `E_ARGUMENT` for a name that is none. */
export function selectOutputs(plan: Plan, only: readonly string[] | undefined): Plan['outputs'] {
  if (only === undefined || only.length === 0) return plan.outputs
  return only.map((name) => {
    const output = plan.outputs.find((candidate) => candidate.name === name)
    if (output !== undefined) return output
    throw unknownName(
      'output',
      name,
      plan.outputs.map((candidate) => candidate.name),
    )
  })
}

function unknownName(what: string, name: string, known: readonly string[], owner = 'The pipeline'): KintsugiError {
  const guess = nearest(name, known)
  return new KintsugiError('E_ARGUMENT', {
    message: `${owner} has no ${what} "${name}".`,
    expected: known.length === 0 ? `a ${what}; there is none` : `one of ${known.slice(0, 12).join(', ')}`,
    found: name,
    fix: guess === undefined ? (known.length === 0 ? 'Remove it.' : 'Use one of these.') : `Write "${guess}".`,
  })
}

/** Throws `E_ARGUMENT` for an axis, or a key known before the run, that is not there, and for a limit that is no number of keys. */
export function checkFilters(plan: Plan, { limit = {}, where = {} }: Filters): void {
  const names = plan.axes.map((axis) => axis.name)
  for (const name of [...Object.keys(limit), ...Object.keys(where)])
    if (!names.includes(name)) throw unknownName('axis', name, names)
  for (const [name, most] of Object.entries(limit)) {
    if (Number.isInteger(most) && most >= 1) continue
    throw new KintsugiError('E_ARGUMENT', {
      message: `The limit of axis "${name}" is no number of keys.`,
      expected: 'a whole number of at least 1',
      found: String(most),
      fix: `Write --limit ${name}=1, or a larger number.`,
    })
  }
  for (const [name, wanted] of Object.entries(where)) {
    const origin = plan.axes.find((axis) => axis.name === name)?.origin
    if (origin?.kind !== 'static') continue
    for (const key of wanted) if (!origin.values.has(key)) throw unknownName('key', key, origin.keys, `Axis "${name}"`)
  }
}

/** The keys of an axis that a run goes through. */
export function axisFilter({ limit = {}, where = {} }: Filters): AxisFilter {
  return (axis, keys) => {
    const wanted = where[axis]
    const kept = wanted === undefined ? keys : keys.filter((key) => wanted.includes(key))
    const most = limit[axis]
    return most === undefined ? kept : kept.slice(0, most)
  }
}
