import type { Image, NodeContext } from '@kintsugi/core'
import { planes, shapeOf } from '../image/planes.js'
import { filterBands } from './bands.js'
import { type BlurKernel, isPointSymmetric, isSymmetric, separated } from './blur-kernel.js'
import { denseFilter } from './dense.js'
import { convolveFolded, foldedSamples } from './folded.js'
import { convolveByFourier, fourierSamples } from './fourier.js'
import { convolveSeparable, separableSamples } from './separable.js'
import { sparseFilter } from './sparse.js'

/** Writes a plane correlated with a kernel. */
export type Convolution = (source: Float32Array, target: Float32Array, width: number, height: number) => void

/** Below this share of weights that are not 0, leaving out the zeros is worth more than sharing samples between rows. */
const SPARSE = 0.5

/**
 * From so many products a sample on, Fourier transforms take less time. Kernels of up to 21 x 21 (29 x 29 where symmetric), products of a row and
 * a column, and those with few weights that are not 0 are summed directly. The kernel alone decides, so that tiles agree with the whole.
 */
const MANY = 480

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
export function convolutionWith(kernel: BlurKernel): Convolution {
  const { weights } = kernel
  const parts = separated(kernel)
  if (parts !== undefined) {
    return (source, target, width, height) => convolveSeparable(source, target, width, height, parts.row, parts.column)
  }
  const used = weights.reduce((count, weight) => (weight === 0 ? count : count + 1), 0)
  const symmetric = isSymmetric(kernel)
  if ((symmetric ? weights.length / 2 : used) >= MANY)
    return (source, target, width, height) => convolveByFourier(source, target, width, height, kernel)
  const sparse = used < SPARSE * weights.length
  if (symmetric || (!sparse && isPointSymmetric(kernel)))
    return (source, target, width, height) => convolveFolded(source, target, width, height, kernel)
  const filterOf = sparse ? sparseFilter : denseFilter
  return (source, target, width, height) => filterBands(source, target, width, height, filterOf(kernel, width))
}

/** Bytes of working memory for a plane and a kernel of these sizes, at most. */
export function workingBytes(kernel: { width: number; height: number }, width: number, height: number): number {
  const weights = kernel.width * kernel.height
  return (
    4 *
    Math.max(
      separableSamples(width, height, kernel),
      weights < 2 * MANY ? foldedSamples(width, height, kernel) : 0,
      weights >= MANY ? fourierSamples(width, kernel.width, kernel.height) : 0,
    )
  )
}

/** How far an input sample reaches, in samples. */
export function reachOf({ width, height }: BlurKernel): number {
  return (Math.max(width, height) - 1) / 2
}
