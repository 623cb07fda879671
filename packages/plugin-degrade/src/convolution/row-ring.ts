import { ROW_SLACK } from '../kernels/kernels.js'
import type { OpenScratch, Scratch } from '../kernels/scratch.js'
import { reflect101 } from './border.js'

/** Output rows computed between two copies: large enough to amortise the copies, small enough to stay in cache. */
export const BAND = 32

/**
 * A ring in working memory of the rows of a plane of `height` rows that a band of output rows needs, `radius` above and below each.
 * `read` makes the rows; bands go from top to bottom.
 */
export class RowRing {
  readonly address: number
  readonly capacity: number
  /** Bytes from one row to the next. */
  readonly stride: number
  private readonly staging: number
  private readonly table: number
  private done = 0

  /** `samples`: length of a row of the ring; `band`: most output rows of a band. */
  constructor(
    scratch: Scratch,
    private readonly source: Float32Array,
    private readonly width: number,
    private readonly height: number,
    samples: number,
    private readonly radius: number,
    private readonly band = BAND,
  ) {
    this.stride = 4 * (samples + ROW_SLACK)
    this.capacity = Math.min(height, band + 2 * radius)
    this.address = scratch.words((this.capacity * this.stride) / 4 + ROW_SLACK)
    this.staging = scratch.words(band * width)
    this.table = scratch.words(band + 2 * radius + 1)
  }

  /**
   * Lets `read` bring in what output rows `top` to `bottom` need, as `count` rows at the address `staging` that go into the ring from row `first`
   * on, and gives the address of a table: of row `top - radius`, of the one after it, and so on, reflected at the borders of the plane.
   */
  advance(
    open: OpenScratch,
    top: number,
    bottom: number,
    read: (first: number, staging: number, count: number) => void,
  ): number {
    const { width, radius, height } = this
    for (const needed = Math.min(height, bottom + radius); this.done < needed; ) {
      const count = Math.min(this.band, needed - this.done)
      open.load(this.staging, this.source, this.done * width, count * width)
      read(this.done, this.staging, count)
      this.done += count
    }
    for (let i = 0; i <= bottom - top + 2 * radius; i++) {
      open.setWord(this.table, i, this.rowAddress(top - radius + i))
    }
    return this.table
  }

  /** Where a row of the last band lies, one outside the plane reflected. */
  rowAddress(row: number): number {
    return this.address + (reflect101(row, this.height) % this.capacity) * this.stride
  }
}
