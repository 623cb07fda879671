import { ROW_SLACK } from '../kernels/kernels.js'
import { type OpenScratch, Scratch } from '../kernels/scratch.js'
import { type Border, borderIndices, reflect101 } from './border.js'
import { BAND, RowWindow } from './row-window.js'

/** A correlation of planes of rows of `width` samples, prepared in working memory. */
export interface Filter {
  /** Columns and rows that a sample depends on, on each side. */
  readonly radiusX: number
  readonly radiusY: number
  /** Reserves working memory for input rows `rowStride` bytes apart and gives what computes `count` rows at `out`, `stride` bytes apart. */
  readonly prepare: (
    scratch: Scratch,
    rowStride: number,
  ) => (open: OpenScratch, out: number, stride: number, rows: number, count: number) => void
}

/** Correlates a plane of `height` rows of `width` samples in bands and writes `target`. */
export function filterBands(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  { radiusX, radiusY, prepare }: Filter,
  border: Border = reflect101,
): void {
  const scratch = new Scratch()
  const window = new RowWindow(
    scratch,
    width + 2 * radiusX,
    height,
    Math.min(BAND, height) + 2 * radiusY,
    radiusY,
    border,
  )
  const outside = scratch.constants(borderIndices(radiusX, radiusX, width, border))
  const compute = prepare(scratch, window.stride)
  const length = blocks(width)
  const results = scratch.words((BAND + 1) * length)
  const open = scratch.open()
  for (let top = 0; top < height; top += BAND) {
    const count = Math.min(BAND, height - top)
    const rows = window.need(open, top - radiusY, top + count + radiusY, (first, count, address) =>
      loadPadded(open, address, window.stride, source, first, count, width, radiusX, outside),
    )
    compute(open, results, length * 4, rows, count)
    open.storeRows(results, length, target, top * width, width, count)
  }
}

/** Copies `count` rows of `source` to `address`, `stride` bytes apart, each with `radius` samples before and behind it that `border` says. */
export function loadPadded(
  open: OpenScratch,
  address: number,
  stride: number,
  source: Float32Array,
  first: number,
  count: number,
  width: number,
  radius: number,
  border: number,
): void {
  for (let i = 0; i < count; i++) open.load(address + i * stride + radius * 4, source, (first + i) * width, width)
  if (radius > 0) open.run.padRows(address, stride, count, width, radius, border)
}

/** A row's length in whole blocks of what kernels write at once. */
export function blocks(width: number): number {
  return Math.ceil(width / (ROW_SLACK + 1)) * (ROW_SLACK + 1)
}
