import { ROW_SLACK } from '../kernels/kernels.js'
import { Scratch } from '../kernels/scratch.js'
import { PaddedRows } from './padded-rows.js'

/** Output rows computed between two copies. */
const BAND = 16

/**
 * As `convolveDense`, for kernels that are the same left and right, above and below: samples that share a weight are added up
 * before they are weighted, which halves the work; float32 sums in another order.
 */
export function convolveSymmetric(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  kernel: Float32Array,
  kernelWidth: number,
): void {
  const radiusX = (kernelWidth - 1) / 2
  const radiusY = (kernel.length / kernelWidth - 1) / 2
  const quarter = new Float32Array((radiusX + 1) * (radiusY + 1))
  for (let y = 0; y <= radiusY; y++) {
    const middle = (radiusY + y) * kernelWidth + radiusX
    quarter.set(kernel.subarray(middle, middle + radiusX + 1), y * (radiusX + 1))
  }
  const scratch = new Scratch()
  const weights = scratch.constants(quarter)
  const addresses = scratch.words(radiusY + 1)
  const results = scratch.words(BAND * width + ROW_SLACK)
  const rows = new PaddedRows(scratch, source, width, radiusX, radiusY, BAND)
  const sums = scratch.words(radiusY * rows.stride + ROW_SLACK)
  const open = scratch.open()
  for (let r = 1; r <= radiusY; r++) open.setWord(addresses, r, sums + (r - 1) * rows.stride * 4)
  for (let top = 0; top < height; top += BAND) {
    const bottom = Math.min(height, top + BAND)
    rows.advance(open, bottom)
    for (let y = top; y < bottom; y++) {
      open.setWord(addresses, 0, rows.address(y))
      for (let r = 1; r <= radiusY; r++) {
        const sum = sums + (r - 1) * rows.stride * 4
        open.run.addRows(sum, rows.address(y - r), rows.address(y + r), width + 2 * radiusX)
      }
      const result = results + (y - top) * width * 4
      open.run.convolveSymmetric(result, addresses, weights, radiusX, radiusY + 1, width)
    }
    open.store(results, target, top * width, (bottom - top) * width)
  }
}
