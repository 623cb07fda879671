import { ROW_SLACK } from '../kernels/kernels.js'
import { type OpenScratch, Scratch } from '../kernels/scratch.js'
import { reflectedIndices } from './border.js'
import { BAND, RowRing } from './row-ring.js'

/** What computes the rows of a band: `count` rows of outputs at `out`, `stride` bytes apart, from a table of addresses of padded rows. */
export type ConvolveBand = (open: OpenScratch, out: number, stride: number, rows: number, count: number) => void

/**
 * Goes through a plane of `height` rows of `width` samples in bands, with rows padded by reflect-101, and writes `target`. `prepare` reserves
 * working memory and gives what computes a band; it is told the bytes from one padded row to the next.
 */
export function convolveBands(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  radiusX: number,
  radiusY: number,
  prepare: (scratch: Scratch, rowStride: number) => ConvolveBand,
): void {
  const scratch = new Scratch()
  const ring = new RowRing(scratch, source, width, height, width + 2 * radiusX, radiusY)
  const border = scratch.constants(reflectedIndices(radiusX, radiusX, width))
  const convolve = prepare(scratch, ring.stride)
  const stride = Math.ceil(width / (ROW_SLACK + 1)) * (ROW_SLACK + 1)
  const results = scratch.words((BAND + 1) * stride)
  const open = scratch.open()
  for (let top = 0; top < height; top += BAND) {
    const count = Math.min(BAND, height - top)
    const rows = ring.advance(open, top, top + count, (first, staging, count) => {
      open.run.padRows(ring.address, ring.stride, ring.capacity, first, staging, count, width, radiusX, border)
    })
    convolve(open, results, stride * 4, rows, count)
    open.storeRows(results, stride, target, top * width, width, count)
  }
}
