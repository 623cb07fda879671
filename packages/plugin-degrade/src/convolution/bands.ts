import { ROW_SLACK } from '../kernels/kernels.js'
import { inScratch, type OpenScratch, type Scratch } from '../kernels/scratch.js'
import type { KernelSize } from './blur-kernel.js'
import { type Border, reflect101 } from './border.js'
import { type RowPart, RowParts, rowPartsSamples } from './row-parts.js'

/** A correlation, prepared in working memory for input rows a number of bytes apart. */
export interface Filter {
  /** Columns and rows that a sample depends on, on each side. */
  readonly radiusX: number
  readonly radiusY: number
  /** Samples of a row that it makes at once. */
  readonly block: number
  /** Whether it makes two rows at once, and not one after another. */
  readonly makesPairs: boolean
  /** Reserves working memory for input rows `rowStride` bytes apart and gives what computes `count` rows of a part at `out`, `stride` bytes apart. */
  readonly prepare: (
    scratch: Scratch,
    rowStride: number,
  ) => (open: OpenScratch, out: number, stride: number, part: RowPart, count: number) => void
}

/** Output rows computed together, at least. */
const BAND = 32

/** As many as the kernel has if these are more, so that no more than twice as many input rows are brought in. */
function bandOf(radiusY: number, height: number): number {
  return Math.min(Math.max(BAND, 2 * radiusY), height)
}

/** Samples of working memory for a plane and a kernel of these sizes, at most. */
export function bandsSamples(width: number, height: number, kernel: KernelSize): number {
  const band = bandOf((kernel.height - 1) / 2, height)
  const inputs = rowPartsSamples(width, (kernel.width - 1) / 2, band + kernel.height)
  return inputs + (band + 1) * (width + ROW_SLACK + 1) + 6 * kernel.width * kernel.height
}

/** Correlates a plane of `height` rows of `width` samples in bands and writes `target`, another plane. */
export function filterBands(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  { radiusX, radiusY, block, makesPairs, prepare }: Filter,
  border: Border = reflect101,
): void {
  const band = bandOf(radiusY, height)
  inScratch([source, target], (scratch) => {
    const inputs = new RowParts(scratch, source, width, radiusX, band + 2 * radiusY, block, border)
    const onCopies = prepare(scratch, inputs.copyStride)
    const onPlane = prepare(scratch, inputs.planeStride)
    const length = blocks(width)
    const results = scratch.words((band + 1) * length)
    const open = scratch.open()
    const isSplit = inputs.isSplit(open)
    for (let top = 0; top < height; top += band) {
      const count = Math.min(band, height - top)
      const [first, rows] = [top - radiusY, count + 2 * radiusY]
      const make = (by: typeof onPlane, part: RowPart, left: number, rowBlock: number) =>
        open.makeRows({ target, width, source, block: rowBlock }, top, count, results, length, (out, stride) =>
          by(open, out + 4 * left, stride, part, count),
        )
      // Kernels may read a row more where rows of outputs are odd in number.
      if (isSplit && first >= 0 && first + rows <= height && count % 2 === 0) {
        make(onPlane, inputs.middle(open, first), inputs.left, 1)
        onCopies(open, results, 4 * length, inputs.edges(open, first, rows), count)
        inputs.storeEdges(open, results, length, target, top, count)
      } else make(onCopies, inputs.all(open, first, rows, height), 0, makesPairs ? block : 1)
    }
  })
}

/** A row's length in whole blocks of what kernels write at once. */
export function blocks(width: number): number {
  return Math.ceil(width / (ROW_SLACK + 1)) * (ROW_SLACK + 1)
}
