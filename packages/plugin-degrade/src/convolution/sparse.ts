import { convolveBands } from './padded-rows.js'

/** As `convolveDense`, bit for bit, for kernels that are mostly 0: a sum of shifted rows over the other weights alone. */
export function convolveSparse(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  kernel: Float32Array,
  kernelWidth: number,
): void {
  const used = Array.from(kernel.keys()).filter((i) => kernel[i] !== 0)
  const radiusY = (kernel.length / kernelWidth - 1) / 2
  convolveBands(source, target, width, height, (kernelWidth - 1) / 2, radiusY, (scratch) => {
    const weights = scratch.constants(Float32Array.from(used, (i) => kernel[i]!))
    const shifts = used.flatMap((i) => [Math.floor(i / kernelWidth), 4 * (i % kernelWidth)])
    const places = scratch.constants(Int32Array.from(shifts))
    const addresses = scratch.words(used.length)
    return ({ run }, out, stride, rows, count) =>
      run.combineSparseBand(out, stride, rows, places, weights, used.length, width, count, addresses)
  })
}
