import { ROW_SLACK } from '../kernels/kernels.js'
import { Scratch } from '../kernels/scratch.js'
import { reflectedIndices } from './border.js'
import { BAND, RowRing } from './row-ring.js'

/**
 * Correlates a plane of `height` rows of `width` samples with the outer product of two kernels of odd length, rows with
 * `tapsX`, then columns with `tapsY`; reflect-101 at the borders, float32 sums. Writes `target`, a plane of the same size.
 * Working memory is that of some rows, whatever the height.
 */
export function convolveSeparable(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  tapsX: Float32Array,
  tapsY: Float32Array,
): void {
  const radiusX = (tapsX.length - 1) / 2
  const radiusY = (tapsY.length - 1) / 2
  const scratch = new Scratch()
  const ring = new RowRing(scratch, source, width, height, width, radiusY)
  const weightsX = scratch.constants(tapsX)
  const weightsY = scratch.constants(tapsY)
  const border = scratch.constants(reflectedIndices(radiusX, radiusX, width))
  const padded = scratch.words(width + 2 * radiusX + ROW_SLACK)
  const stride = Math.ceil(width / (ROW_SLACK + 1)) * (ROW_SLACK + 1)
  const results = scratch.words(BAND * stride)
  const open = scratch.open()
  const { run } = open
  for (let top = 0; top < height; top += BAND) {
    const count = Math.min(BAND, height - top)
    const rows = ring.advance(open, top, top + count, (first, staging, count) => {
      const { address, stride, capacity } = ring
      run.filterRows(address, stride, capacity, first, staging, count, width, radiusX, border, padded, weightsX)
    })
    // A single weight of 1 leaves the filtered rows as they are; without a radius the ring holds those of the band alone.
    if (tapsY.length === 1 && tapsY[0] === 1) {
      open.storeRows(ring.address, ring.stride / 4, target, top * width, width, count)
      continue
    }
    run.combineBand(results, stride * 4, rows, weightsY, tapsY.length, width, count)
    open.storeRows(results, stride, target, top * width, width, count)
  }
}
