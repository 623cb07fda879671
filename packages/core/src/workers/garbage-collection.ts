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
  /** Bytes that are not expected to go. */
  private kept = externalBytes()
  /** The last collection left more than that. */
  private leftMore = false

  constructor() {
    v8.setFlagsFromString('--expose-gc')
    this.collect = vm.runInNewContext('gc') as Collect
  }

  /** Call between tasks. Resolves when the thread may go on. */
  async afterTask(): Promise<void> {
    const bytes = externalBytes()
    if (bytes - this.kept < MOST_WAITING) {
      this.kept = Math.min(this.kept, bytes)
      this.leftMore = false
      return
    }
    // Before the next turn something still holds what the task had: it would survive, and old objects are found dead by marking alone.
    await nextTurn()
    this.collect({ type: 'minor' })
    await nextTurn()
    const left = recountedBytes()
    // V8 may not be done with freeing. What is still there after the next collection is here to stay.
    if (left - this.kept < MOST_WAITING || this.leftMore) this.kept = left
    this.leftMore = left !== this.kept
  }
}

function externalBytes(): number {
  return v8.getHeapStatistics().external_memory
}

/** V8 frees dead buffers in the background, and takes them off its count when the next one is made. */
function recountedBytes(): number {
  const next = new ArrayBuffer(8)
  return externalBytes() - next.byteLength
}
