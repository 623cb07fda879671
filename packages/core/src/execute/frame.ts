import type { Axis } from '../plan/axes.js'
import type { TaskNode } from '../plan/plan.js'
import type { Cell } from './cell.js'

/** Keys of an instance, indexed by the axes' places in the plan. */
export type Keys = readonly (string | undefined)[]

/**
 * One step of an enumeration: a key of an axis, inside the steps further out. Cells whose axes are those of a frame live in it and
 * are dropped when the frame is left, so that memory does not grow with the number of items.
 */
export class Frame {
  readonly cells = new Map<string, Cell>()
  private holds = 1
  private readonly counter: { next: number }
  /** Steps from the outermost frame. */
  private readonly depth: number
  /** Number in the order in which frames were entered: work for earlier ones goes first. */
  readonly order: number

  constructor(
    private readonly drop: (cell: Cell) => void,
    readonly parent?: Frame,
    readonly axis?: Axis,
    readonly key?: string,
  ) {
    this.counter = parent?.counter ?? { next: 0 }
    this.order = this.counter.next++
    this.depth = parent === undefined ? 0 : parent.depth + 1
    parent?.hold()
  }

  /** A frame inside this one. */
  enter(axis: Axis, key: string): Frame {
    return new Frame(this.drop, this, axis, key)
  }

  /** Keeps the frame until `leave` is called once more. */
  hold(): void {
    this.holds++
  }

  leave(): void {
    this.holds--
    if (this.holds > 0) return
    for (const cell of this.cells.values()) this.drop(cell)
    this.cells.clear()
    this.parent?.leave()
  }

  /** The frame that keeps a node's cell for these keys: the innermost one, `deepest` steps in at most, whose steps are all among the node's axes. */
  homeOf(node: TaskNode, keys: Keys, deepest: number): Frame {
    const outer = this.parent?.homeOf(node, keys, deepest)
    if (outer === undefined || this.axis === undefined) return this
    const inside =
      outer === this.parent &&
      this.depth <= deepest &&
      node.axes.includes(this.axis) &&
      !node.loose.has(this.axis) &&
      keys[this.axis.order] === this.key
    return inside ? this : outer
  }
}

/** Keys with some of them set. */
export function withKeys(keys: Keys, entries: Iterable<readonly [Axis, string | undefined]>): Keys {
  const out = [...keys]
  for (const [axis, key] of entries) out[axis.order] = key
  return out
}

/** Keys by axis name, for records, messages and templates. */
export function namedKeys(axes: readonly Axis[], keys: Keys): Record<string, string> {
  const named: Record<string, string> = {}
  for (const axis of axes) {
    const key = keys[axis.order]
    if (key !== undefined) named[axis.name] = key
  }
  return named
}

/** Keys as random keys have them. */
export function keysOfDraw(axes: readonly Axis[], keys: Keys): Record<string, string> {
  const named: Record<string, string> = {}
  for (const axis of axes) {
    const key = keys[axis.order]
    if (key !== undefined) named[axis.keyedAs] = key
  }
  return named
}

/** A text that tells instances of one node apart. */
export function instanceId(axes: readonly Axis[], keys: Keys): string {
  let id = ''
  for (const axis of axes) id += `\0${keys[axis.order] ?? ''}`
  return id
}
