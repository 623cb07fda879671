import { ROW_SLACK } from '../kernels/kernels.js'
import type { Filter } from './bands.js'
import type { BlurKernel } from './blur-kernel.js'

/** Every weight times its sample, in the kernel's order; float32 sums. */
export function denseFilter({ width: kernelWidth, height: kernelHeight, weights }: BlurKernel): Filter {
  return {
    radiusX: (kernelWidth - 1) / 2,
    radiusY: (kernelHeight - 1) / 2,
    block: ROW_SLACK + 1,
    makesPairs: true,
    prepare: (scratch, rowStride) => {
      const kernel = scratch.constants(weights)
      return ({ run }, out, stride, { rows, width }, count) =>
        run.convolveDense(out, stride, rows, rowStride, kernel, kernelWidth, kernelHeight, width, count)
    },
  }
}
