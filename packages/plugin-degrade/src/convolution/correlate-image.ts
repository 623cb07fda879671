import type { Image, NodeContext } from '@kintsugi/core'
import { planes, shapeOf } from '../image/planes.js'
import { type BlurKernel, isSymmetric, separated } from './blur-kernel.js'
import { convolveDense } from './dense.js'
import { convolveSeparable } from './separable.js'
import { convolveSparse } from './sparse.js'
import { convolveSymmetric } from './symmetric.js'

/** Below this share of weights that are not 0, leaving out the zeros is worth more than sharing samples between rows. */
const SPARSE = 0.5

/** An image whose every plane, alpha included, is that of `image` correlated with the kernel; reflect-101 at the borders. */
export function correlateImage(image: Image, kernel: BlurKernel, context: NodeContext): Image {
  const convolve = convolutionWith(kernel)
  const output = context.createImage(shapeOf(image))
  const targets = planes(output)
  planes(image).forEach((source, i) => {
    context.throwIfCancelled()
    convolve(source, targets[i]!, image.width, image.height)
  })
  return output
}

/** The cheapest way to correlate a plane with a kernel of this form. */
function convolutionWith(kernel: BlurKernel) {
  const { width: kernelWidth, weights } = kernel
  const parts = separated(kernel)
  if (parts !== undefined) {
    return (source: Float32Array, target: Float32Array, width: number, height: number) =>
      convolveSeparable(source, target, width, height, parts.row, parts.column)
  }
  const used = weights.reduce((count, weight) => (weight === 0 ? count : count + 1), 0)
  const convolve = isSymmetric(kernel)
    ? convolveSymmetric
    : used < SPARSE * weights.length
      ? convolveSparse
      : convolveDense
  return (source: Float32Array, target: Float32Array, width: number, height: number) =>
    convolve(source, target, width, height, weights, kernelWidth)
}

/** How far an input sample reaches, in samples. */
export function reachOf({ width, height }: BlurKernel): number {
  return (Math.max(width, height) - 1) / 2
}
