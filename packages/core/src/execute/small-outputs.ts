import { type StoredOutputs, valuesOf } from '../memory/stored-value.js'

/** How many tasks' outputs are kept where reductions run item by item, and where they run after all items. */
export const SMALL_OUTPUTS = { streamed: 8_192, gathered: 65_536 }

/** Outputs without samples of the tasks that ran last, by task key: numbers and labels that a later stage may ask for again. */
export class SmallOutputs {
  private readonly byKey = new Map<string, StoredOutputs>()

  /** `most`: tasks whose outputs are kept. */
  constructor(private readonly most: number) {}

  get(key: string): StoredOutputs | undefined {
    return this.byKey.get(key)
  }

  /** Keeps outputs if they hold no samples; returns whether it does. */
  offer(key: string, outputs: StoredOutputs): boolean {
    for (const value of valuesOf(outputs)) if (value.slices.length > 0) return false
    this.byKey.set(key, outputs)
    if (this.byKey.size > this.most) {
      const [oldest] = this.byKey.keys()
      if (oldest !== undefined) this.byKey.delete(oldest)
    }
    return true
  }
}
