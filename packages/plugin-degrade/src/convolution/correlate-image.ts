import type { Image, NodeContext } from '@kintsugi/core'
import { planes, shapeOf } from '../image/planes.js'
import type { BlurKernel } from './blur-kernel.js'
import { convolveDense } from './dense.js'
import { convolveSparse } from './sparse.js'

/** Below this share of weights that are not 0, leaving out the zeros is worth the reading of every sample for one row alone. */
const SPARSE = 0.5

/** An image whose every plane, alpha included, is that of `image` correlated with the kernel; reflect-101 at the borders. */
export function correlateImage(image: Image, kernel: BlurKernel, context: NodeContext): Image {
  const { width, height } = image
  const used = kernel.weights.reduce((count, weight) => (weight === 0 ? count : count + 1), 0)
  const convolve = used < SPARSE * kernel.weights.length ? convolveSparse : convolveDense
  const output = context.createImage(shapeOf(image))
  const targets = planes(output)
  planes(image).forEach((source, i) => {
    context.throwIfCancelled()
    convolve(source, targets[i]!, width, height, kernel.weights, kernel.width)
  })
  return output
}

/** How far an input sample reaches, in samples. */
export function reachOf({ width, height }: BlurKernel): number {
  return (Math.max(width, height) - 1) / 2
}
