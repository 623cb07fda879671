import { convolveBands } from './padded-rows.js'

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
  convolveBands(source, target, width, height, (kernelWidth - 1) / 2, (kernelHeight - 1) / 2, (scratch) => {
    const weights = scratch.constants(kernel)
    return ({ run }, out, stride, rows, count) =>
      run.convolveBand(out, stride, rows, weights, kernelWidth, kernelHeight, width, count)
  })
}
