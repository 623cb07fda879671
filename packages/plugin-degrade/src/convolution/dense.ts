import { ROW_SLACK } from '../kernels/kernels.js'
import { Scratch } from '../kernels/scratch.js'
import { PaddedRows } from './padded-rows.js'

/** Output rows between two readings of input rows; even, since rows are computed in pairs. */
const BAND = 16

/**
 * Correlates a plane of `height` rows of `width` samples with a kernel of odd width and height given row by row;
 * reflect-101 at the borders, float32 sums. Writes `target`, a plane of the same size. Working memory is that of some
 * rows, whatever the height.
 */
export function convolveDense(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  kernel: Float32Array,
  kernelWidth: number,
): void {
  const kernelHeight = kernel.length / kernelWidth
  const radiusY = (kernelHeight - 1) / 2
  const scratch = new Scratch()
  const weights = scratch.constants(kernel)
  const addresses = scratch.words(kernelHeight + 1)
  const stride = width + ROW_SLACK
  const results = scratch.words(2 * stride)
  const rows = new PaddedRows(scratch, source, width, (kernelWidth - 1) / 2, radiusY, BAND)
  const open = scratch.open()
  for (let top = 0; top < height; top += BAND) {
    const bottom = Math.min(height, top + BAND)
    rows.advance(open, bottom)
    for (let y = top; y < bottom; y += 2) {
      for (let k = 0; k <= kernelHeight; k++) open.setWord(addresses, k, rows.address(y + k - radiusY))
      open.run.convolvePair(results, results + stride * 4, addresses, weights, kernelWidth, kernelHeight, width)
      for (let row = y; row < Math.min(y + 2, bottom); row++) {
        open.store(results + (row - y) * stride * 4, target, row * width, width)
      }
    }
  }
}
