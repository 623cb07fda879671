import { ROW_SLACK } from '../kernels/kernels.js'
import { Scratch } from '../kernels/scratch.js'
import { reflect101, reflectedIndices } from './border.js'

/** Output rows computed between two copies: large enough to amortise the copies, small enough to stay in cache. */
const BAND = 32

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
  const stride = width + ROW_SLACK
  const capacity = Math.min(height, BAND + 2 * radiusY)
  const scratch = new Scratch()
  const weightsX = scratch.constants(tapsX)
  const weightsY = scratch.constants(tapsY)
  const border = scratch.constants(reflectedIndices(radiusX, radiusX, width))
  const addresses = scratch.words(tapsY.length)
  const strip = scratch.words(BAND * width + ROW_SLACK)
  const padded = scratch.words(width + 2 * radiusX + ROW_SLACK)
  const filtered = scratch.words(capacity * stride)
  const open = scratch.open()
  const { run } = open
  const slot = (row: number) => filtered + (row % capacity) * stride * 4

  let done = 0
  for (let top = 0; top < height; top += BAND) {
    const bottom = Math.min(height, top + BAND)
    const needed = Math.min(height, bottom + radiusY)
    for (; done < needed; done++) {
      open.load(padded + radiusX * 4, source, done * width, width)
      run.padRow(padded, width, radiusX, radiusX, border)
      run.convolveRow(slot(done), padded, weightsX, tapsX.length, width)
    }
    for (let y = top; y < bottom; y++) {
      for (let k = 0; k < tapsY.length; k++) open.setWord(addresses, k, slot(reflect101(y + k - radiusY, height)))
      run.combineRows(strip + (y - top) * width * 4, addresses, weightsY, tapsY.length, width)
    }
    open.store(strip, target, top * width, (bottom - top) * width)
  }
}
