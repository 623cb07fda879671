/** What a task has reserved. */
export interface Reservation {
  /** Does work of other tasks that this one waits for; meanwhile it does not count as running, so that they are let in. */
  waitFor<T>(work: () => Promise<T>): Promise<T>
  /** Gives the reserved bytes back. */
  end(): void
}

interface Need {
  bytes: number
  reusable: () => number
}

/** Shares out a number of bytes among tasks: each reserves what it needs before it starts, those of earlier items first. */
export class MemoryBudget {
  private reserved = 0
  private running = 0
  private readonly waiting: (Need & { order: number; start: () => void })[] = []

  constructor(
    /** Most bytes in use and reserved. */
    readonly limit: number,
    /** Bytes in use. */
    private readonly live: () => number,
    /** Asked to free memory that could be had again; returns whether it freed any. */
    private readonly evict: () => boolean,
    /** What of the memory in use is kept for later tasks, and how to give all of it up: done only where that lets a task in. */
    private readonly spare: { bytes(): number; release(): void } = { bytes: () => 0, release: () => undefined },
  ) {}

  /**
   * Waits until this many bytes fit beside what is in use. A task alone is always let in. `reusable` tells how much of what is in
   * use now the task would take over.
   */
  async reserve(bytes: number, order: number, reusable = () => 0): Promise<Reservation> {
    if (this.waiting.length > 0 || !this.fits({ bytes, reusable })) {
      await new Promise<void>((start) => {
        const entry = { bytes, reusable, order, start }
        const at = this.waiting.findIndex((other) => other.order > order)
        if (at < 0) this.waiting.push(entry)
        else this.waiting.splice(at, 0, entry)
        this.admit()
      })
    } else {
      this.take(bytes)
    }
    let waits = 0
    let ended = false
    return {
      waitFor: async (work) => {
        if (waits++ === 0 && !ended) {
          this.running--
          this.admit()
        }
        try {
          return await work()
        } finally {
          if (--waits === 0 && !ended) this.running++
        }
      },
      end: () => {
        if (ended) return
        ended = true
        this.reserved -= bytes
        if (waits === 0) this.running--
        this.admit()
      },
    }
  }

  /** Looks again whether waiting tasks fit; call when memory has been freed. */
  admit(): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (!this.fits(next)) return
      this.waiting.shift()
      this.take(next.bytes)
      next.start()
    }
  }

  private take(bytes: number): void {
    this.reserved += bytes
    this.running++
  }

  private fits({ bytes, reusable }: Need): boolean {
    const room = (): number => this.limit - this.live() - this.reserved - bytes
    while (room() + Math.min(bytes, reusable()) < 0) {
      if (this.evict()) continue
      const alone = this.running === 0
      if (room() + this.spare.bytes() < 0 && !alone) return false
      this.spare.release()
      return true
    }
    return true
  }
}
