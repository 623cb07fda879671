import type { BufferPlace } from './known-buffers.js'
import type { PixelArena } from './pixel-arena.js'
import { roundedSize } from './pixel-heap.js'

/** A piece of shared memory that the pool owns. */
export interface PooledBuffer extends BufferPlace {
  /** Its number in the heap of the arena; below 0 where its memory is its own. */
  readonly id: number
  references: number
}

/**
 * Shared memory for pixels, counted by hand: the garbage collector does not see how large shared memory is, so buffers are
 * never left to it. Sizes are rounded up to quarter steps between powers of two, and freed buffers are used again. They lie in the linear memory of an arena as
 * far as it goes, else each in memory of its own. Threads take buffers from the arena by themselves; once their task is done they are `adopt`ed.
 */
export class BufferPool {
  private readonly free = new Map<number, PooledBuffer[]>()
  private made = 0
  private live = 0
  private held = 0

  private taken: { arena: PixelArena | undefined } | undefined

  /** `makeArena` is called when memory is first asked for, or a thread needs to know. */
  constructor(private readonly makeArena: () => PixelArena | undefined = () => undefined) {}

  get arena(): PixelArena | undefined {
    this.taken ??= { arena: this.makeArena() }
    return this.taken.arena
  }

  /** Bytes in use. */
  get liveBytes(): number {
    return this.live + (this.taken?.arena?.heap.liveBytes ?? 0)
  }

  /** Bytes in use and kept for reuse. */
  get heldBytes(): number {
    return this.held + (this.taken?.arena?.heap.heldBytes ?? 0)
  }

  /** A buffer of at least this many bytes with one reference; its content is not defined. */
  allocate(bytes: number): PooledBuffer {
    const id = this.arena?.heap.take(bytes, 0) ?? 0
    if (id > 0) return this.adopt(id)
    const size = roundedSize(bytes)
    const reused = this.free.get(size)?.pop() ?? this.closeFit(size)
    this.live += reused?.byteLength ?? size
    if (reused !== undefined) {
      reused.references = 1
      return reused
    }
    this.held += size
    return { id: -++this.made, memory: new SharedArrayBuffer(size), byteOffset: 0, byteLength: size, references: 1 }
  }

  /** A buffer that a thread has taken from the arena, with one reference. */
  adopt(id: number): PooledBuffer {
    const { heap } = this.arena!
    heap.adopt(id)
    return { id, ...heap.placeOf(id), references: 1 }
  }

  /** Takes back what a thread had taken for the task in which it ended. */
  freeAllOf(thread: number): void {
    this.taken?.arena?.heap.freeAllOf(thread)
  }

  retain(buffer: PooledBuffer): void {
    buffer.references++
  }

  release(buffer: PooledBuffer): void {
    buffer.references--
    if (buffer.references > 0) return
    if (buffer.references < 0) throw new Error(`pooled buffer ${buffer.id} was released too often`)
    if (buffer.id > 0) {
      this.arena?.heap.free(buffer.id)
      return
    }
    const size = buffer.byteLength
    this.live -= size
    const list = this.free.get(size)
    if (list === undefined) this.free.set(size, [buffer])
    else list.push(buffer)
  }

  /** Leaves the arena to another run, unless something in it is still in use. Call when the run and its threads have ended. */
  close(): void {
    if (this.liveBytes === 0) this.taken?.arena?.giveBack()
  }

  /** A free buffer up to twice as large, so that folders of mixed sizes do not hold a set of buffers for each size. */
  private closeFit(size: number): PooledBuffer | undefined {
    let best: number | undefined
    for (const [candidate, list] of this.free) {
      if (list.length > 0 && candidate > size && candidate <= 2 * size && (best === undefined || candidate < best))
        best = candidate
    }
    return best === undefined ? undefined : this.free.get(best)?.pop()
  }
}
