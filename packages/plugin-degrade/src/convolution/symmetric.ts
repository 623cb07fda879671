import { ROW_SLACK } from '../kernels/kernels.js'
import type { Filter } from './bands.js'
import type { BlurKernel } from './blur-kernel.js'

/**
 * For kernels that are the same left and right, above and below: samples that share a weight are added up before they are weighted, which halves
 * the work; float32 sums. Weights of 0 at the ends of the kernel's rows are left out.
 */
export function symmetricFilter({ width: kernelWidth, height, weights }: BlurKernel, width: number): Filter {
  const [radiusX, radiusY] = [(kernelWidth - 1) / 2, (height - 1) / 2]
  const rows = Array.from({ length: radiusY + 1 }, (_, y) => {
    const middle = (radiusY + y) * kernelWidth + radiusX
    const right = weights.subarray(middle, middle + radiusX + 1)
    return right.subarray(0, Math.max(1, 1 + right.findLastIndex((weight) => weight !== 0)))
  })
  return {
    radiusX,
    radiusY,
    prepare: (scratch, rowStride) => {
      const quarter = scratch.constants(Float32Array.from(rows.flatMap((row) => [...row])))
      const reaches = scratch.constants(Int32Array.from(rows, (row) => row.length - 1))
      const sums = scratch.words((radiusY * rowStride) / 4 + ROW_SLACK)
      return ({ run }, out, stride, from, count) =>
        run.convolveSymmetric(out, stride, from, rowStride, quarter, reaches, radiusX, radiusY + 1, width, count, sums)
    },
  }
}
