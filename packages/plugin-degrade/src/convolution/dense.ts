import { ROW_SLACK } from '../kernels/kernels.js'
import { Scratch } from '../kernels/scratch.js'
import { reflect101, reflectedIndices } from './border.js'

/** Output rows computed between two copies; even, since rows are computed in pairs. */
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
  const radiusX = (kernelWidth - 1) / 2
  const radiusY = (kernelHeight - 1) / 2
  const stride = width + 2 * radiusX + ROW_SLACK
  const capacity = Math.min(height, BAND + 2 * radiusY)
  const between = new Float32Array(kernel.length + 2 * kernelWidth)
  between.set(kernel, kernelWidth)
  const scratch = new Scratch()
  const weights = scratch.constants(between)
  const border = scratch.constants(reflectedIndices(radiusX, radiusX, width))
  const addresses = scratch.words(kernelHeight + 1)
  const strip = scratch.words(BAND * width)
  const result = scratch.words(2 * stride)
  const padded = scratch.words(capacity * stride)
  const open = scratch.open()
  const { run } = open
  const slot = (row: number) => padded + (row % capacity) * stride * 4

  let done = 0
  for (let top = 0; top < height; top += BAND) {
    const bottom = Math.min(height, top + BAND)
    const needed = Math.min(height, bottom + radiusY)
    while (done < needed) {
      const count = Math.min(BAND, needed - done)
      open.load(strip, source, done * width, count * width)
      for (let i = 0; i < count; i++, done++) {
        run.padRow(slot(done), strip + i * width * 4, width, radiusX, radiusX, border)
      }
    }
    for (let y = top; y < bottom; y += 2) {
      for (let k = 0; k <= kernelHeight; k++) open.setWord(addresses, k, slot(reflect101(y + k - radiusY, height)))
      run.convolvePair(result, result + stride * 4, addresses, weights, kernelWidth, kernelHeight, width)
      for (let row = y; row < Math.min(y + 2, bottom); row++) {
        open.store(result + (row - y) * stride * 4, target, row * width, width)
      }
    }
  }
}
