import type { Source, TaskNode } from './plan.js'

/** A named axis. Its keys are known at plan time, or come from the node that opens it. */
export interface Axis {
  name: string
  /** Unique in the plan: the name, with the path of the nested pipeline that it belongs to. */
  id: string
  /** Its name in random keys: `id`, unless `random.stream` replaces the path of the nested pipeline. */
  keyedAs: string
  /** Position in the plan's axis order, outermost first. */
  order: number
  origin: AxisOrigin
  /** Where it was declared, for messages: `axes.sigma`, `input photo`, `stack rows`. */
  declared: string
}

export type AxisOrigin =
  | {
      kind: 'static'
      keys: readonly string[]
      values: ReadonlyMap<string, unknown>
      /** Its keys count repetitions and mean nothing else: `{ count: N }`. */
      counted: boolean
    }
  | { kind: 'opened'; node: TaskNode; port: string }
  | { kind: 'group'; by: Source; over: readonly Axis[]; within: readonly Axis[] }

/** A static axis over keys with a value each. */
export function staticOrigin(entries: Iterable<readonly [string, unknown]>, counted = false): AxisOrigin {
  const values = new Map(entries)
  return { kind: 'static', keys: [...values.keys()], values, counted }
}

/** Union of axis lists, in plan order. */
export function unionAxes(...lists: (readonly Axis[])[]): Axis[] {
  const first = lists[0]
  if (lists.length === 1 && first !== undefined) return [...first]
  const all = new Set<Axis>()
  for (const list of lists) for (const axis of list) all.add(axis)
  return [...all].sort(byOrder)
}

/** Axes of the first list that are not in the second. */
export function withoutAxes(axes: readonly Axis[], removed: readonly Axis[]): Axis[] {
  return axes.filter((axis) => !removed.includes(axis))
}

/** Compares axes by their place in the plan. */
export function byOrder(a: Axis, b: Axis): number {
  return a.order - b.order
}

/** Axes outside these that decide which keys these have: those of the nodes that open them. */
export function governingAxes(axes: readonly Axis[]): Axis[] {
  const found = new Set<Axis>()
  for (const axis of axes) {
    if (axis.origin.kind === 'opened') for (const outer of axis.origin.node.axes) found.add(outer)
    if (axis.origin.kind === 'group') for (const outer of axis.origin.within) found.add(outer)
  }
  return [...found].sort(byOrder)
}

/** Product of the sizes of axes, `undefined` when one is known only while running. */
export function countOf(axes: readonly Axis[]): number | undefined {
  let count = 1
  for (const axis of axes) {
    if (axis.origin.kind !== 'static') return undefined
    count *= axis.origin.keys.length
  }
  return count
}
