import { ROW_SLACK } from '../kernels/kernels.js'
import { Scratch } from '../kernels/scratch.js'
import { blocks, loadPadded } from './bands.js'
import { type Border, borderIndices, reflect101 } from './border.js'
import { BAND, RowWindow } from './row-window.js'

/**
 * Correlates a plane of `height` rows of `width` samples with the outer product of two kernels of odd length, rows with
 * `tapsX`, then columns with `tapsY`; float32 sums. Writes `target`, a plane of the same size.
 * Working memory is that of some rows, whatever the height.
 */
export function convolveSeparable(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  tapsX: Float32Array,
  tapsY: Float32Array,
  border: Border = reflect101,
): void {
  const radiusX = (tapsX.length - 1) / 2
  const radiusY = (tapsY.length - 1) / 2
  const length = blocks(width)
  const scratch = new Scratch()
  const window = new RowWindow(scratch, width, height, Math.min(BAND, height) + 2 * radiusY, radiusY, border)
  const weightsX = scratch.constants(tapsX)
  const weightsY = scratch.constants(tapsY)
  const across = scratch.constants(Int32Array.from(tapsX, (_, k) => 4 * k))
  const down = scratch.constants(Int32Array.from(tapsY, (_, k) => window.stride * k))
  const outside = scratch.constants(borderIndices(radiusX, radiusX, width, border))
  const paddedStride = 4 * (width + 2 * radiusX + ROW_SLACK)
  const padded = scratch.words((BAND * paddedStride) / 4 + ROW_SLACK)
  const results = scratch.words(BAND * length)
  const open = scratch.open()
  const { run } = open
  const filterRows = (first: number, count: number, out: number, stride: number) => {
    loadPadded(open, padded, paddedStride, source, first, count, width, radiusX, outside)
    run.sumShifted(out, stride, padded, paddedStride, across, weightsX, tapsX.length, width, count)
  }
  for (let top = 0; top < height; top += BAND) {
    const count = Math.min(BAND, height - top)
    if (tapsY.length === 1 && tapsY[0] === 1) filterRows(top, count, results, length * 4)
    else {
      const rows = window.need(open, top - radiusY, top + count + radiusY, (first, count, address) => {
        for (let i = 0; i < count; i += BAND)
          filterRows(first + i, Math.min(BAND, count - i), address + i * window.stride, window.stride)
      })
      run.sumShifted(results, length * 4, rows, window.stride, down, weightsY, tapsY.length, width, count)
    }
    open.storeRows(results, length, target, top * width, width, count)
  }
}
