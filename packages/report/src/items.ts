import type { WrittenRun } from './read-run.js'

/**
 * The axes whose keys together name an item of a run, that of the photographs first: the axis of an input, the longest one where there
 * are several; axes that count repetitions (`draw: { count: 3 }`); axes that nodes open, such as parts of an image. All others tell
 * series apart. Without an input, repetitions or opened axes, the longest axis. Empty for a run without axes.
 */
export function itemAxes({ graph, scores, saved }: Pick<WrittenRun, 'graph' | 'scores' | 'saved'>): readonly string[] {
  const keys = new Map<string, Set<string>>()
  for (const { name } of graph.axes) keys.set(name, new Set())
  for (const row of [...Object.values(scores).flat(), ...saved.map(({ item }) => item)])
    for (const [name, found] of keys) if (typeof row[name] === 'string') found.add(row[name])
  const used = graph.axes
    .map(({ name, declared, counted }) => ({
      name,
      input: declared.startsWith('input '),
      repeated: counted || declared.startsWith('node '),
      count: keys.get(name)?.size ?? 0,
    }))
    .filter(({ count }) => count > 0)
  const [first] = [...used].sort(
    (a, b) => Number(b.input) - Number(a.input) || Number(b.repeated) - Number(a.repeated) || b.count - a.count,
  )
  if (first === undefined) return []
  return [first, ...used.filter((axis) => axis !== first && axis.repeated)].map(({ name }) => name)
}

/** The name of an item, `a, draw 2`; undefined where there is no key of the first axis. */
export function itemOf(keys: Readonly<Record<string, unknown>>, axes: readonly string[]): string | undefined {
  const [first = '', ...others] = axes
  const key = keys[first]
  if (typeof key !== 'string') return undefined
  const rest = variantOf(keys, others)
  return rest === '' ? key : `${key}, ${rest}`
}

/** Keys of some axes as people read them: `model tg, sigma 15`. */
export function variantOf(keys: Readonly<Record<string, unknown>>, axes: readonly string[]): string {
  return axes
    .filter((axis) => keys[axis] !== undefined)
    .map((axis) => `${axis} ${String(keys[axis])}`)
    .join(', ')
}
