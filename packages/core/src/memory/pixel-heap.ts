import type { BufferPlace } from './known-buffers.js'
import { PAGE, type PixelMemory } from './pixel-memory.js'

/** The least bytes of a buffer. */
export const SMALLEST = 4096
/** Addresses and sizes are counted in so many bytes, so that 32 bits hold them. */
const UNIT = 64
/** Bytes behind each buffer that are nobody's. */
const SLACK = 256
/** Least bytes that the memory grows by. */
const STEP = 16 * 2 ** 20
/** Most buffers. */
const MOST = 65_536

/** Sizes between two powers of two, and how many there are in 32 bits. */
const STEPS = 4
const CLASSES = STEPS * (32 - Math.log2(SMALLEST) + 1)

/** Places in the state, in words: first what there is one of, then the first free buffer of each size, then three words for each buffer. */
const LOCK = 0
const START = 1
const END = 2
const NEXT = 3
const MADE = 4
const LIVE = 5
const HELD = 6
const FREE = 8
const BUFFERS = FREE + CLASSES
const ADDRESS = 0
const SIZE = 1
/** The next free buffer, or what the thread that has it is called, below 0. */
const LINK = 2
const WORDS = 3

/**
 * Buffers in linear memory that every thread takes for itself, so that none waits for another to make an image. Freed ones are used again. What is free
 * is written in shared memory, under a lock. Each thread has a `PixelHeap` of its own over the same state.
 */
export class PixelHeap {
  private readonly words: Int32Array
  private readonly most: number

  constructor(
    private readonly pixels: PixelMemory,
    /** What `create` has made. */
    readonly state: SharedArrayBuffer,
  ) {
    this.words = new Int32Array(state)
    this.most = (this.words.length - BUFFERS) / WORDS
  }

  /** For the linear memory between two addresses. */
  static create(pixels: PixelMemory, start: number, end: number): PixelHeap {
    const most = Math.min(MOST, Math.ceil((end - start) / SMALLEST))
    const heap = new PixelHeap(pixels, new SharedArrayBuffer(4 * (BUFFERS + WORDS * most)))
    heap.words[START] = start / UNIT
    heap.words[END] = Math.floor(end / UNIT)
    heap.reset()
    return heap
  }

  /** Bytes in use. */
  get liveBytes(): number {
    return Atomics.load(this.words, LIVE) * UNIT
  }

  /** Bytes in use and kept for reuse. */
  get heldBytes(): number {
    return Atomics.load(this.words, HELD) * UNIT
  }

  /** Forgets all buffers; none may be in use. */
  reset(): void {
    this.words.fill(0, MADE, BUFFERS)
    this.words[NEXT] = this.words[START]!
  }

  /** The number of a buffer of at least this many bytes for thread `owner`, above 0; its content is not defined. 0 when there is no room. */
  take(bytes: number, owner: number): number {
    const { words } = this
    const kind = sizeClass(bytes)
    this.lock()
    try {
      const id = this.reuse(kind) || this.make(bytesOf(kind))
      if (id > 0) {
        words[LIVE]! += words[wordOf(id) + SIZE]!
        words[wordOf(id) + LINK] = -owner
      }
      return id
    } finally {
      this.unlock()
    }
  }

  free(id: number): void {
    this.lock()
    this.putBack(id)
    this.unlock()
  }

  /** Gives a buffer to the main thread, 0, from the one that took it. */
  adopt(id: number): void {
    this.words[wordOf(id) + LINK] = 0
  }

  /** Frees what a thread took that has ended. */
  freeAllOf(owner: number): void {
    this.lock()
    for (let id = 1; id <= this.words[MADE]!; id++) if (this.words[wordOf(id) + LINK] === -owner) this.putBack(id)
    this.unlock()
  }

  /** Where a buffer lies. */
  placeOf(id: number): BufferPlace {
    const word = wordOf(id)
    const byteOffset = this.words[word + ADDRESS]! * UNIT
    const byteLength = this.words[word + SIZE]! * UNIT
    return { memory: this.pixels.bufferTo(byteOffset + byteLength), byteOffset, byteLength }
  }

  /** The address of `bytes` bytes that nobody has had yet, a multiple of 64, for good; `undefined` when there are no more. */
  extend(bytes: number): number | undefined {
    this.lock()
    try {
      return this.beyond(bytes)
    } finally {
      this.unlock()
    }
  }

  /** A free buffer of this size, or of the next ones up to twice as large, so that folders of mixed sizes do not hold a set of buffers for each size. */
  private reuse(kind: number): number {
    const { words } = this
    for (let place = FREE + kind; place <= FREE + kind + STEPS && place < BUFFERS; place++) {
      const id = words[place]!
      if (id === 0) continue
      words[place] = words[wordOf(id) + LINK]!
      return id
    }
    return 0
  }

  private make(bytes: number): number {
    const { words } = this
    if (words[MADE]! >= this.most) return 0
    const address = this.beyond(bytes)
    if (address === undefined) return 0
    const id = ++words[MADE]!
    words[wordOf(id) + ADDRESS] = address / UNIT
    words[wordOf(id) + SIZE] = bytes / UNIT
    words[HELD]! += bytes / UNIT
    return id
  }

  private putBack(id: number): void {
    const { words } = this
    const size = words[wordOf(id) + SIZE]!
    const place = FREE + sizeClass(size * UNIT)
    words[wordOf(id) + LINK] = words[place]!
    words[place] = id
    words[LIVE]! -= size
  }

  private beyond(bytes: number): number | undefined {
    const { words, pixels } = this
    const next = words[NEXT]! + Math.ceil((bytes + SLACK) / UNIT)
    if (next > words[END]!) return undefined
    // The page behind all is free as well: kernels may read on behind the last pixels.
    const least = next * UNIT + PAGE
    const most = words[END]! * UNIT + PAGE
    if (!pixels.reaches(least)) {
      try {
        pixels.growTo(Math.min(most, Math.max(least, pixels.memory.buffer.byteLength + STEP)))
      } catch (error) {
        if (error instanceof RangeError) return undefined
        throw error
      }
    }
    const address = words[NEXT]! * UNIT
    words[NEXT] = next
    return address
  }

  /** 0: free, 1: taken, 2: taken and perhaps waited for. */
  private lock(): void {
    if (Atomics.compareExchange(this.words, LOCK, 0, 1) === 0) return
    while (Atomics.exchange(this.words, LOCK, 2) !== 0) Atomics.wait(this.words, LOCK, 2)
  }

  private unlock(): void {
    if (Atomics.exchange(this.words, LOCK, 0) === 2) Atomics.notify(this.words, LOCK, 1)
  }
}

function wordOf(id: number): number {
  return BUFFERS + WORDS * (id - 1)
}

/** The smallest size that holds this many bytes: the sizes are 2^k * {1, 1.25, 1.5, 1.75}, beginning with `SMALLEST`. */
function sizeClass(bytes: number): number {
  if (bytes <= SMALLEST) return 0
  const power = Math.floor(Math.log2(bytes))
  const step = 2 ** power / STEPS
  return STEPS * (power - Math.log2(SMALLEST)) + Math.ceil((bytes - 2 ** power) / step)
}

function bytesOf(kind: number): number {
  return SMALLEST * 2 ** Math.floor(kind / STEPS) * (1 + (kind % STEPS) / STEPS)
}

/** As many bytes as a buffer for `bytes` has. */
export function roundedSize(bytes: number): number {
  return bytesOf(sizeClass(bytes))
}
