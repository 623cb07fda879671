import type { Axis } from '../plan/axes.js'
import type { Plan } from '../plan/plan.js'
import { absent, type Outcome, present } from './cell.js'
import { type Evaluator, keyText } from './evaluator.js'
import { type Frame, instanceId, type Keys, withKeys } from './frame.js'

/** One step of a product of axes. */
export interface Step {
  keys: Keys
  frame: Frame
}

/** Keys of axes where they are enumerated. */
export class Domains {
  /** Keys of groups, and of opened axes that a reduction will go through again. */
  private readonly known = new Map<string, Promise<Outcome<readonly string[]>>>()
  private readonly reduced: ReadonlySet<Axis>

  constructor(
    private readonly evaluator: Evaluator,
    { nodes }: Plan,
  ) {
    this.reduced = new Set(nodes.flatMap((node) => (node.kind === 'task' ? node.over : [])))
  }

  /** Keys of an axis at these outer keys, filters applied. */
  async keysOf(axis: Axis, keys: Keys, frame: Frame): Promise<Outcome<readonly string[]>> {
    const all = await this.allKeys(axis, keys, frame)
    return all.ok ? present(this.evaluator.state.filter(axis.name, all.value)) : all
  }

  private async allKeys(axis: Axis, keys: Keys, frame: Frame): Promise<Outcome<readonly string[]>> {
    const { origin } = axis
    if (origin.kind === 'static') return present(origin.keys)
    if (origin.kind === 'opened' && !this.reduced.has(axis)) return this.openedKeys(axis, keys, frame)
    const within = origin.kind === 'opened' ? origin.node.axes : origin.within
    const id = `${axis.order}${instanceId(within, keys)}`
    let found = this.known.get(id)
    if (found === undefined) {
      found = origin.kind === 'opened' ? this.openedKeys(axis, keys, frame) : this.groupKeys(axis, keys, frame)
      this.known.set(id, found)
    }
    return found
  }

  private async openedKeys({ id, origin }: Axis, keys: Keys, frame: Frame): Promise<Outcome<readonly string[]>> {
    if (origin.kind !== 'opened') throw new Error(`${id} is opened by no node`)
    return this.evaluator.keysOpened(origin.node, origin.port, keys, frame)
  }

  private async groupKeys(axis: Axis, keys: Keys, frame: Frame): Promise<Outcome<readonly string[]>> {
    if (axis.origin.kind !== 'group') throw new Error(`${axis.id} is no axis of groups`)
    const { by, over } = axis.origin
    const names = new Set<string>()
    for await (const step of this.product(over, keys, frame)) {
      if (!step.ok) return step
      const name = await this.groupOf(by, step.value.keys, step.value.frame)
      if (name.ok) names.add(name.value)
    }
    return present([...names].sort((a, b) => (a < b ? -1 : 1)))
  }

  /** The group that an instance belongs to. */
  async groupOf(by: Parameters<Evaluator['value']>[0], keys: Keys, frame: Frame): Promise<Outcome<string>> {
    const { state } = this.evaluator
    const captured = state.captured.get(by, keys)
    if (captured !== undefined) {
      if ('absence' in captured) return absent(captured.absence)
      if (captured.value !== undefined)
        return present(keyText(state.portType(by.type).unpack({ json: captured.value.json, buffers: [] })))
    }
    const value = await this.evaluator.value(by, keys, frame)
    return value.ok ? present(keyText(value.value)) : value
  }

  /** All combinations of keys, outer axes first, each in a frame that is left when the next is asked for. */
  async *product(axes: readonly Axis[], keys: Keys, frame: Frame): AsyncGenerator<Outcome<Step>> {
    const [axis, ...rest] = axes
    if (axis === undefined) {
      yield present({ keys, frame })
      return
    }
    const domain = await this.keysOf(axis, keys, frame)
    if (!domain.ok) {
      yield domain
      return
    }
    for (const key of domain.value) {
      const inner = frame.enter(axis, key)
      try {
        yield* this.product(rest, withKeys(keys, [[axis, key]]), inner)
      } finally {
        inner.leave()
      }
    }
  }
}
