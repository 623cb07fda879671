import { ROW_SLACK } from '../kernels/kernels.js'
import { convolveBands } from './padded-rows.js'

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
  convolveBands(source, target, width, height, radiusX, radiusY, (scratch, rowStride) => {
    const weights = scratch.constants(quarter)
    const addresses = scratch.words(radiusY + 1)
    const sums = scratch.words((radiusY * rowStride) / 4 + ROW_SLACK)
    return ({ run }, out, stride, rows, count) =>
      run.convolveSymmetricBand(
        out,
        stride,
        rows,
        weights,
        radiusX,
        radiusY + 1,
        width,
        count,
        sums,
        rowStride,
        addresses,
      )
  })
}
