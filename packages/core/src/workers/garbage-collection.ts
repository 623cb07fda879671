import { setImmediate as nextTurn } from 'node:timers/promises'
import v8 from 'node:v8'
import vm from 'node:vm'

/** Most bytes of files and pictures that codecs gave which may wait to be collected. */
const MOST_WAITING = 2 * 2 ** 20

type Collect = (options: { type: 'minor' }) => void

/**
 * Has a thread let go of what codecs gave it. V8 marks its whole heap, on all processors, each time that 8 MiB of buffers outside of it have come together,
 * dead ones too: for photographs of one megapixel that would be at every second or third, and up to a sixth of the time. Collecting young objects,
 * which takes 0.3 ms, tells it which are dead.
 */
export class GarbageCollection {
  private readonly collect: Collect
  private waiting: number

  constructor() {
    v8.setFlagsFromString('--expose-gc')
    this.collect = vm.runInNewContext('gc') as Collect
    this.waiting = externalBytes()
  }

  /** Call between tasks. Resolves when the thread may go on. */
  async afterTask(): Promise<void> {
    const bytes = externalBytes()
    if (bytes - this.waiting < MOST_WAITING) {
      this.waiting = Math.min(this.waiting, bytes)
      return
    }
    // Before the next turn something still holds what the task had: it would survive, and old objects are found dead by marking alone.
    await nextTurn()
    this.collect({ type: 'minor' })
    this.waiting = externalBytes()
  }
}

function externalBytes(): number {
  return v8.getHeapStatistics().external_memory
}
