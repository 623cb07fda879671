import type { Filter } from './bands.js'
import type { BlurKernel } from './blur-kernel.js'

/** As `denseFilter`, bit for bit, without the weights that are 0: a sum of shifted rows over the others. */
export function sparseFilter({ width: kernelWidth, height: kernelHeight, weights }: BlurKernel, width: number): Filter {
  const used = Array.from(weights.keys()).filter((i) => weights[i] !== 0)
  return {
    radiusX: (kernelWidth - 1) / 2,
    radiusY: (kernelHeight - 1) / 2,
    prepare: (scratch, rowStride) => {
      const taps = scratch.constants(Float32Array.from(used, (i) => weights[i]!))
      const offsets = scratch.constants(
        Int32Array.from(used, (i) => Math.floor(i / kernelWidth) * rowStride + 4 * (i % kernelWidth)),
      )
      return ({ run }, out, stride, rows, count) =>
        run.sumShifted(out, stride, rows, rowStride, offsets, taps, used.length, width, count)
    },
  }
}
