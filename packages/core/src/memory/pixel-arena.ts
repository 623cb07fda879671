import { PixelHeap } from './pixel-heap.js'
import { type LinearMemory, type MemoryRegion, PAGE, PixelMemory } from './pixel-memory.js'

/** What WebAssembly can address. */
const MOST = 2 ** 32
/** Working memory of a thread's kernels. Its pages take no memory before they are written to. */
const SCRATCH = 32 * 2 ** 20
/** Most bytes of working memory of all threads. */
const MOST_SCRATCH = 2 ** 30

// Node's type declarations leave WebAssembly to the browser's library, which this package does not load.
interface WebAssemblyGlobal {
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => LinearMemory
}

/**
 * The linear memory of a run: working memory for each thread, and behind it the heap that buffers are taken from.
 * Lives on the main thread.
 */
export class PixelArena {
  /** What the main thread sees. */
  readonly pixels: PixelMemory
  readonly heap: PixelHeap
  private readonly spare: MemoryRegion[] = []
  private isLent = false

  private constructor(
    private readonly bytes: number,
    private readonly threads: number,
  ) {
    const count = Math.max(1, Math.min(threads + 1, MOST_SCRATCH / SCRATCH))
    // Page 0 stays empty, and the last page too: kernels may read on behind the last pixels.
    const start = PAGE + count * SCRATCH
    const end = Math.min(MOST, start + Math.ceil(bytes / PAGE) * PAGE + PAGE)
    const { Memory } = (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly
    const memory = new Memory({ initial: start / PAGE, maximum: end / PAGE, shared: true })
    for (let i = count - 1; i >= 0; i--) this.spare.push({ address: PAGE + i * SCRATCH, bytes: SCRATCH })
    this.pixels = new PixelMemory(memory, this.takeScratch())
    this.heap = PixelHeap.create(this.pixels, start, end - PAGE)
  }

  /** Memory for `bytes` bytes of pixels and the kernels of `threads` threads beside the main one; `undefined` where the system does not give addresses for it. */
  static create(bytes: number, threads: number): PixelArena | undefined {
    try {
      return new PixelArena(bytes, threads)
    } catch (error) {
      if (error instanceof RangeError) return undefined
      throw error
    }
  }

  /** As `create`, or one that an earlier run has given back: garbage collection is in no hurry to free the memory of one run before the next. */
  static take(bytes: number, threads: number): PixelArena | undefined {
    const arena = spare?.deref()
    spare = undefined
    const taken = arena?.bytes === bytes && arena.threads === threads ? arena : PixelArena.create(bytes, threads)
    if (taken !== undefined) taken.isLent = true
    return taken
  }

  /** Lets another run take it, if it has been taken; nothing of it may be in use any more, and all its threads have ended. */
  giveBack(): void {
    if (!this.isLent) return
    this.isLent = false
    this.heap.reset()
    spare = new WeakRef(this)
  }

  /** Working memory for one more thread, of no bytes if all is taken. */
  takeScratch(): MemoryRegion {
    return this.spare.pop() ?? { address: 0, bytes: 0 }
  }

  /** Takes back the working memory of a thread that has ended. */
  returnScratch(region: MemoryRegion): void {
    if (region.bytes > 0) this.spare.push(region)
  }
}

let spare: WeakRef<PixelArena> | undefined
