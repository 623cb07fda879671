import type { Filter } from './bands.js'
import { type BlurKernel, isPointSymmetric } from './blur-kernel.js'
import { pairedTaps } from './paired-taps.js'

/**
 * A sum of shifted rows over the weights that are not 0; float32 sums. Where half a turn leaves the kernel as it is, samples on opposite sides of the
 * middle are added before they are weighted.
 */
export function sparseFilter(kernel: BlurKernel): Filter {
  const { width: kernelWidth, height: kernelHeight, weights } = kernel
  const [radiusX, radiusY] = [(kernelWidth - 1) / 2, (kernelHeight - 1) / 2]
  const offsetOf = (i: number, rowStride: number) => Math.floor(i / kernelWidth) * rowStride + 4 * (i % kernelWidth)
  const used = Array.from(weights.keys()).filter((i) => weights[i] !== 0)
  if (!isPointSymmetric(kernel)) {
    return {
      radiusX,
      radiusY,
      block: 4,
      makesPairs: false,
      prepare: (scratch, rowStride) => {
        const taps = scratch.constants(Float32Array.from(used, (i) => weights[i]!))
        const offsets = scratch.constants(Int32Array.from(used, (i) => offsetOf(i, rowStride)))
        return ({ run }, out, stride, { rows, width }, count) =>
          run.sumShifted(out, stride, rows, rowStride, offsets, taps, used.length, width, count)
      },
    }
  }
  const middle = (weights.length - 1) / 2
  const after = used.filter((i) => i > middle)
  return {
    radiusX,
    radiusY,
    block: 4,
    makesPairs: false,
    prepare: (scratch, rowStride) => {
      const start = offsetOf(middle, rowStride)
      const pairs = after.map((i) => ({ offset: offsetOf(i, rowStride) - start, weight: weights[i]! }))
      const address = scratch.constants(pairedTaps(weights[middle]!, pairs))
      return ({ run }, out, stride, { rows, width }, count) =>
        run.sumPairs(out, stride, rows + start, rowStride, address, after.length, width, count)
    },
  }
}
