import { ROW_SLACK } from '../kernels/kernels.js'
import { aligned, type OpenScratch, type Scratch } from '../kernels/scratch.js'
import { type Border, reflect101 } from './border.js'

/** Output rows computed between two copies: large enough to amortise the copies, small enough to stay in cache. */
export const BAND = 32

/** Writes `count` rows from row `first` on at an address, `stride` bytes apart. */
type MakeRows = (first: number, count: number, address: number) => void

/** Consecutive rows of a plane in working memory that moves down the plane. Rows above and below the plane are those of it that a border gives. */
export class RowWindow {
  /** Bytes from one row to the next. */
  readonly stride: number
  private readonly start: number
  private readonly capacity: number
  /** The row that lies at `start`. */
  private origin: number
  /** Rows before this one are there, or not needed any more. */
  private end: number

  /** `samples`: what a row takes; `most`: rows needed at once, at most; `radius`: how many rows above and below the plane of `height` rows. */
  constructor(
    scratch: Scratch,
    samples: number,
    private readonly height: number,
    most: number,
    radius: number,
    private readonly border: Border = reflect101,
  ) {
    this.stride = 4 * aligned(samples)
    // Room to move on without copying what is kept each time.
    this.capacity = Math.min(height + 2 * radius, most + BAND)
    // Kernels may read one row more than they need.
    this.start = scratch.words(((this.capacity + 1) * this.stride) / 4 + ROW_SLACK)
    this.origin = -radius
    this.end = -radius
  }

  /** Gives the address of row `from` after `make` has brought in what is not there yet of the rows up to `to`; both go from top to bottom. */
  need(open: OpenScratch, from: number, to: number, make: MakeRows): number {
    const { stride, height, border } = this
    this.end = Math.max(this.end, from)
    if (to - this.origin > this.capacity) {
      open.move(this.start, this.address(from), (this.end - from) * stride)
      this.origin = from
    }
    const [first, last] = [Math.max(0, this.end), Math.min(height, to)]
    if (first < last) make(first, last - first, this.address(first))
    for (let y = this.end; y < to; y++) {
      if (y < 0 || y >= height) open.move(this.address(y), this.address(border(y, height)), stride)
    }
    this.end = Math.max(this.end, to)
    return this.address(from)
  }

  /** Where a row lies that is in the window. */
  address(row: number): number {
    return this.start + (row - this.origin) * this.stride
  }
}
