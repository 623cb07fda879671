import { aligned, type OpenScratch, type Scratch } from '../kernels/scratch.js'
import { type Border, borderIndices, reflect101 } from './border.js'

/** Brings rows of `width` samples of a plane into working memory with `radius` samples of border before and behind each. */
export class PaddedRows {
  /** Samples that a row takes. */
  readonly length: number
  /** Bytes from where a row is put to its border, which leave its own samples aligned. */
  readonly lead: number
  private readonly outside: number

  constructor(
    scratch: Scratch,
    private readonly source: Float32Array,
    private readonly width: number,
    private readonly radius: number,
    border: Border = reflect101,
  ) {
    this.lead = 4 * (aligned(radius) - radius)
    this.length = aligned(radius) + width + radius
    this.outside = scratch.constants(borderIndices(radius, radius, width, border))
  }

  /** Puts `count` rows from row `first` on at `address`, `stride` bytes apart. */
  load(open: OpenScratch, first: number, count: number, address: number, stride: number): void {
    const { source, width, radius, lead } = this
    const inside = address + lead + 4 * radius
    open.loadRows(inside, stride / 4, source, first * width, width, count)
    if (radius > 0) open.run.padRows(address + lead, stride, count, width, radius, this.outside)
  }
}
