import { ROW_SLACK } from '../kernels/kernels.js'
import type { OpenScratch, Scratch } from '../kernels/scratch.js'
import { reflect101, reflectedIndices } from './border.js'

/**
 * A ring of a plane's rows in working memory, each with reflected samples on both sides, as large as the output rows of a band
 * need. Bands go from top to bottom: `advance`, then read.
 */
export class PaddedRows {
  /** Samples from one row to the next. */
  readonly stride: number
  private readonly border: number
  private readonly rows: number
  private readonly capacity: number
  private done = 0

  /** `band`: output rows between two calls of `advance`. */
  constructor(
    scratch: Scratch,
    private readonly source: Float32Array,
    private readonly width: number,
    private readonly radiusX: number,
    private readonly radiusY: number,
    band: number,
  ) {
    this.stride = width + 2 * radiusX + ROW_SLACK
    this.capacity = Math.min(this.height, band + 2 * radiusY)
    this.border = scratch.constants(reflectedIndices(radiusX, radiusX, width))
    this.rows = scratch.words(this.capacity * this.stride + ROW_SLACK)
  }

  private get height(): number {
    return this.source.length / this.width
  }

  /** Reads what output rows above `bottom` need. */
  advance(open: OpenScratch, bottom: number): void {
    const { width, radiusX } = this
    for (const needed = Math.min(this.height, bottom + this.radiusY); this.done < needed; this.done++) {
      const row = this.rows + (this.done % this.capacity) * this.stride * 4
      open.load(row + radiusX * 4, this.source, this.done * width, width)
      open.run.padRow(row, width, radiusX, radiusX, this.border)
    }
  }

  /** Address of the first reflected sample of a row, which may lie above or below the plane. */
  address(row: number): number {
    return this.rows + (reflect101(row, this.height) % this.capacity) * this.stride * 4
  }
}
