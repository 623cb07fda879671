import type { StoredValue } from '../memory/stored-value.js'
import type { Source } from '../plan/plan.js'
import type { Absence } from './cell.js'
import { instanceId, type Keys } from './frame.js'

/** A member of a reduction seen while its item went by: its identity, and its value if that is small. */
export interface CapturedMember {
  id: string
  value: StoredValue | undefined
}

/** Members of reductions, kept from when their items were computed until the reductions run. */
export class Captured {
  private readonly bySource = new Map<string, Map<string, CapturedMember | { absence: Absence }>>()

  set(source: Source, keys: Keys, member: CapturedMember | { absence: Absence }): void {
    const name = sourceName(source)
    let members = this.bySource.get(name)
    if (members === undefined) {
      members = new Map()
      this.bySource.set(name, members)
    }
    members.set(instanceId(source.axes, keys), member)
  }

  get(source: Source, keys: Keys): CapturedMember | { absence: Absence } | undefined {
    return this.bySource.get(sourceName(source))?.get(instanceId(source.axes, keys))
  }
}

/** A text that tells sources apart. */
export function sourceName(source: Source): string {
  const index = source.index.map(({ axis, key }) => `${axis.order}=${key}`).join('\0')
  return `${source.node.index}\0${source.port}\0${source.record ? 1 : 0}\0${index}`
}
