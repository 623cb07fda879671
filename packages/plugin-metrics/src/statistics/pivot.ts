import { KintsugiError } from '@kintsugi/core'
import { alignByKeys, type Column, type Keys } from './align.js'

/** Values of named columns, by the keys of a row and those of a pivoted column. */
export interface Pivot {
  /** Axes whose keys make rows, and those whose keys make columns. */
  readonly rowAxes: readonly string[]
  readonly acrossAxes: readonly string[]
  readonly rows: readonly Keys[]
  /** Keys of the columns' axes; one empty entry without such axes. */
  readonly across: readonly Keys[]
  /** All values of a column at a row and across: those over the axes that are neither. */
  values(column: number, row: Keys, across: Keys): number[]
}

/**
 * Lays columns out over axes. Without `rows`, every axis that is not in `across` makes rows. Keys come in order of first
 * appearance. Throws `E_TABLE_AXIS` for axes that the columns do not have, or that are named twice.
 */
export function pivot(
  columns: readonly Column<number>[],
  rows: readonly string[] | undefined,
  across: readonly string[],
): Pivot {
  const aligned = alignByKeys(columns)
  const named = [...(rows ?? []), ...across]
  const wrong = named.find((axis, i) => !aligned.axes.includes(axis) || named.indexOf(axis) !== i)
  if (wrong !== undefined && aligned.rows.length > 0) {
    throw new KintsugiError('E_TABLE_AXIS', {
      message: `stats/table cannot lay out the axis "${wrong}"`,
      expected: `each of ${aligned.axes.join(', ') || '(no axes)'} at most once in \`rows\` and \`across\``,
      found: named.join(', '),
      fix: aligned.axes.includes(wrong) ? 'name it once' : 'name an axis that `over` takes and the columns vary along',
    })
  }
  const rowAxes = rows ?? aligned.axes.filter((axis) => !across.includes(axis))
  const keysOf = (values: readonly (string | null)[]): Keys =>
    Object.fromEntries(aligned.axes.flatMap((axis, i) => (values[i] === null ? [] : [[axis, values[i] as string]])))
  const all = aligned.rows.map(({ keys }) => keysOf(keys))
  const own = columns.map(({ items }) => aligned.axes.filter((axis) => items.some(({ keys }) => axis in keys)))
  const identity = (keys: Keys, axes: readonly string[]): string =>
    JSON.stringify(axes.map((axis) => keys[axis] ?? null))
  const laidOut = [...rowAxes, ...across]
  const lookups = columns.map(({ items }, c) => {
    const axes = laidOut.filter((axis) => own[c]?.includes(axis))
    const found = new Map<string, number[]>()
    for (const { keys, value } of items) {
      const at = identity(keys, axes)
      found.set(at, [...(found.get(at) ?? []), value])
    }
    return { axes, found }
  })
  return {
    rowAxes,
    acrossAxes: across,
    rows: distinct(all, rowAxes, identity),
    across: across.length === 0 ? [{}] : distinct(all, across, identity),
    values: (column, row, at) => {
      const { axes, found } = lookups[column] as (typeof lookups)[number]
      return found.get(identity({ ...row, ...at }, axes)) ?? []
    },
  }
}

function distinct(
  all: readonly Keys[],
  axes: readonly string[],
  identity: (keys: Keys, axes: readonly string[]) => string,
): Keys[] {
  const seen = new Map<string, Keys>()
  for (const keys of all) {
    const at = identity(keys, axes)
    if (!seen.has(at))
      seen.set(at, Object.fromEntries(axes.flatMap((axis) => (axis in keys ? [[axis, keys[axis] as string]] : []))))
  }
  return [...seen.values()]
}
