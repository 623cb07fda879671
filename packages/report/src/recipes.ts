import type { RecordInput, WrittenRecord } from '@kintsugi/core'
import type { WrittenRun } from './read-run.js'

/** A step of a recipe: node, node type, parameters as JSON, the steps that it rests on, start of the random key. */
export type RecipeStep = readonly [
  node: string,
  use: string,
  settings: string,
  parents: readonly number[],
  random: string,
]

/** Most characters of a step's parameters that a page shows. */
const LONGEST = 400

/** The steps that made saved values, each once, and where the one of each value stands. */
export function recipesOf(
  { records }: Pick<WrittenRun, 'records'>,
  values: readonly string[],
): { steps: RecipeStep[]; at: (number | null)[] } {
  const byKey = new Map(records.map((record) => [record.key, record]))
  const placed = new Map<string, number>()
  const steps: RecipeStep[] = []
  const place = (key: string): number | undefined => {
    const record = byKey.get(key)
    if (record === undefined) return undefined
    const known = placed.get(key)
    if (known !== undefined) return known
    // Records are written after those that they rest on, so this goes no deeper than a graph is long.
    const parents = parentsOf(record).flatMap((parent) => place(parent) ?? [])
    placed.set(key, steps.length)
    const settings = JSON.stringify(record.with ?? {})
    const text = settings.length > LONGEST ? `${settings.slice(0, LONGEST)} ...` : settings
    return steps.push([record.node, record.use, text, [...new Set(parents)], record.random?.slice(0, 12) ?? '']) - 1
  }
  return { at: values.map((value) => place(keyOf(value)) ?? null), steps }
}

function parentsOf({ inputs }: WrittenRecord): string[] {
  return Object.values(inputs).flatMap(keysOf)
}

function keysOf(input: RecordInput): string[] {
  if (typeof input === 'string') return [keyOf(input)]
  if ('many' in input) return Object.values(input.many).flatMap(keysOf)
  return 'series' in input ? input.series.map(({ value }) => keyOf(value)) : []
}

function keyOf(value: string): string {
  return value.slice(0, value.indexOf(':'))
}
