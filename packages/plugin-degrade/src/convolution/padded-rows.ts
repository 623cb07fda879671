import { aligned, type OpenScratch, type Scratch } from '../kernels/scratch.js'
import { type Border, borderIndices, reflect101 } from './border.js'

/** Columns of a plane from one on to before another. */
interface Columns {
  readonly from: number
  readonly to: number
}

/**
 * Brings rows of `width` samples of a plane, or of some of their columns side by side, into working memory with `radius` samples of border before and
 * behind each.
 */
export class PaddedRows {
  /** Samples that a row takes. */
  readonly length: number
  /** Bytes from where a row is put to its border, which leave its own samples aligned. */
  readonly lead: number
  /** Samples of a row without its border. */
  readonly count: number
  private readonly outside: number

  constructor(
    scratch: Scratch,
    private readonly source: Float32Array,
    private readonly width: number,
    private readonly radius: number,
    border: Border = reflect101,
    private readonly pieces: readonly Columns[] = [{ from: 0, to: width }],
  ) {
    this.count = pieces.reduce((sum, { from, to }) => sum + to - from, 0)
    this.lead = 4 * (aligned(radius) - radius)
    this.length = aligned(radius) + this.count + radius
    this.outside = scratch.constants(borderIndices(radius, radius, this.count, border))
  }

  /** Puts `count` rows from row `first` on at `address`, `stride` bytes apart. */
  load(open: OpenScratch, first: number, count: number, address: number, stride: number): void {
    const { source, width, radius, lead } = this
    let place = address + lead + 4 * radius
    for (const { from, to } of this.pieces) {
      open.loadRows(place, stride / 4, source, first * width + from, to - from, count, width)
      place += 4 * (to - from)
    }
    if (radius > 0) open.run.padRows(address + lead, stride, count, this.count, radius, this.outside)
  }
}
