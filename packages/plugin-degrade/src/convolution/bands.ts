import { ROW_SLACK } from '../kernels/kernels.js'
import { inScratch, type OpenScratch, type Scratch } from '../kernels/scratch.js'
import type { KernelSize } from './blur-kernel.js'
import { type Border, reflect101 } from './border.js'
import { PaddedRows } from './padded-rows.js'
import { BAND, RowWindow } from './row-window.js'

/** A correlation of planes of rows of `width` samples, prepared in working memory. */
export interface Filter {
  /** Columns and rows that a sample depends on, on each side. */
  readonly radiusX: number
  readonly radiusY: number
  /** Samples of several rows that it makes at once; 1 if it makes rows one after another. */
  readonly block: number
  /** Reserves working memory for input rows `rowStride` bytes apart and gives what computes `count` rows at `out`, `stride` bytes apart. */
  readonly prepare: (
    scratch: Scratch,
    rowStride: number,
  ) => (open: OpenScratch, out: number, stride: number, rows: number, count: number) => void
}

/** Samples of working memory for a plane and a kernel of these sizes, at most. */
export function bandsSamples(width: number, height: number, kernel: KernelSize): number {
  const rows = Math.min(height, 2 * BAND) + kernel.height + Math.min(height, BAND) + 2
  return (rows + 1) * (width + kernel.width + 2 * (ROW_SLACK + 1)) + 3 * kernel.width * kernel.height
}

/** Correlates a plane of `height` rows of `width` samples in bands and writes `target`. */
export function filterBands(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  { radiusX, radiusY, block, prepare }: Filter,
  border: Border = reflect101,
): void {
  inScratch([source, target], (scratch) => {
    const padded = new PaddedRows(scratch, source, width, radiusX, border)
    const window = new RowWindow(
      scratch,
      padded.length + ROW_SLACK,
      height,
      Math.min(BAND, height) + 2 * radiusY,
      radiusY,
      border,
    )
    const compute = prepare(scratch, window.stride)
    const length = blocks(width)
    const results = scratch.words((Math.min(BAND, height) + 1) * length)
    const open = scratch.open()
    for (let top = 0; top < height; top += BAND) {
      const count = Math.min(BAND, height - top)
      const rows = window.need(open, top - radiusY, top + count + radiusY, (first, count, address) =>
        padded.load(open, first, count, address, window.stride),
      )
      open.makeRows({ target, width, source, block }, top, count, results, length, (out, stride) =>
        compute(open, out, stride, rows + padded.lead, count),
      )
    }
  })
}

/** A row's length in whole blocks of what kernels write at once. */
export function blocks(width: number): number {
  return Math.ceil(width / (ROW_SLACK + 1)) * (ROW_SLACK + 1)
}
