import type { StoredValue } from '../memory/stored-value.js'
import type { Axis } from '../plan/axes.js'
import type { Source } from '../plan/plan.js'
import type { Absence } from './cell.js'
import { instanceId, type Keys } from './frame.js'

/** A member of a reduction seen while its item went by: its identity, and its value if that is small. */
export interface CapturedMember {
  id: string
  value: StoredValue | undefined
}

type Member = CapturedMember | { absence: Absence }

/** Members of reductions, kept from when their items were computed until the reductions have run. */
export class Captured {
  private readonly items = new Map<string, Map<string, Map<string, Member>>>()

  /** `streamed`: axes whose items are forgotten when they are done. */
  constructor(readonly streamed: readonly Axis[]) {}

  set(source: Source, keys: Keys, member: Member): void {
    const bySource = entry(this.items, instanceId(this.streamed, keys))
    entry(bySource, sourceName(source)).set(instanceId(source.axes, keys), member)
  }

  get(source: Source, keys: Keys): Member | undefined {
    return this.items.get(instanceId(this.streamed, keys))?.get(sourceName(source))?.get(instanceId(source.axes, keys))
  }

  /** Forgets the members of an item of the streamed axes. */
  forget(keys: Keys): void {
    this.items.delete(instanceId(this.streamed, keys))
  }
}

/** The map at a key, made if there is none. */
function entry<V>(maps: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let map = maps.get(key)
  if (map === undefined) {
    map = new Map()
    maps.set(key, map)
  }
  return map
}

/** A text that tells sources apart. */
export function sourceName(source: Source): string {
  const index = source.index.map(({ axis, key }) => `${axis.order}=${key}`).join('\0')
  return `${source.node.index}\0${source.port}\0${source.record ? 1 : 0}\0${index}`
}
