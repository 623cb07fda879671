import type { BufferPlace } from './known-buffers.js'
import type { PixelArena } from './pixel-arena.js'

/** A piece of shared memory that the pool owns. */
export interface PooledBuffer extends BufferPlace {
  readonly id: number
  references: number
}

const SMALLEST = 4096

/**
 * Shared memory for pixels, counted by hand: the garbage collector does not see how large shared memory is, so buffers are
 * never left to it. Sizes are rounded up to quarter steps between powers of two, and freed buffers are used again. They lie in the linear memory of an arena as
 * far as it goes, else each in memory of its own.
 */
export class BufferPool {
  private readonly free = new Map<number, PooledBuffer[]>()
  private nextId = 1
  private live = 0
  private held = 0

  private made: { arena: PixelArena | undefined } | undefined

  /** `makeArena` is called when memory is first asked for, or a thread needs to know. */
  constructor(private readonly makeArena: () => PixelArena | undefined = () => undefined) {}

  get arena(): PixelArena | undefined {
    this.made ??= { arena: this.makeArena() }
    return this.made.arena
  }

  /** Bytes in use. */
  get liveBytes(): number {
    return this.live
  }

  /** Bytes in use and kept for reuse. */
  get heldBytes(): number {
    return this.held
  }

  /** A buffer of at least this many bytes with one reference; its content is not defined. */
  allocate(bytes: number): PooledBuffer {
    const size = sizeClass(bytes)
    const reused = this.free.get(size)?.pop() ?? this.closeFit(size)
    this.live += reused?.byteLength ?? size
    if (reused !== undefined) {
      reused.references = 1
      return reused
    }
    this.held += size
    return { id: this.nextId++, ...this.place(size), byteLength: size, references: 1 }
  }

  private place(size: number): { memory: SharedArrayBuffer; byteOffset: number } {
    const byteOffset = this.arena?.allocate(size)
    if (byteOffset === undefined) return { memory: new SharedArrayBuffer(size), byteOffset: 0 }
    return { memory: this.arena!.pixels.bufferTo(byteOffset + size), byteOffset }
  }

  retain(buffer: PooledBuffer): void {
    buffer.references++
  }

  release(buffer: PooledBuffer): void {
    buffer.references--
    if (buffer.references > 0) return
    if (buffer.references < 0) throw new Error(`pooled buffer ${buffer.id} was released too often`)
    const size = buffer.byteLength
    this.live -= size
    const list = this.free.get(size)
    if (list === undefined) this.free.set(size, [buffer])
    else list.push(buffer)
  }

  /** Leaves the arena to another run, unless something in it is still in use. Call when the run and its threads have ended. */
  close(): void {
    if (this.live === 0) this.made?.arena?.giveBack()
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

/** The smallest size of 2^k * {1, 1.25, 1.5, 1.75} that holds this many bytes. */
function sizeClass(bytes: number): number {
  if (bytes <= SMALLEST) return SMALLEST
  const power = 2 ** Math.floor(Math.log2(bytes))
  const step = power / 4
  return power + Math.ceil((bytes - power) / step) * step
}
