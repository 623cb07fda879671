import type { Image, NodeContext } from '@kintsugi/core'
import { planes, shapeOf } from '../image/planes.js'
import { filterBands } from './bands.js'
import { type BlurKernel, type Convolution, isPointSymmetric, type KernelSize, separated } from './blur-kernel.js'
import { denseFilter } from './dense.js'
import { convolveFolded, foldedCost, foldedSamples } from './folded.js'
import { convolveByFourier, fourierSamples } from './fourier.js'
import { overlapOf, tiledCorrelation, tilesSamples } from './fourier-tiles.js'
import { convolveSeparable, separableSamples } from './separable.js'
import { sparseFilter } from './sparse.js'

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

/**
 * The cheapest way to correlate a plane with a kernel of this form. The kernel alone decides, so that strips agree with the
 * whole: bit for bit, or to the rounding of Fourier transforms. Costs are in times of one
 * product of a dense kernel, as measured with planes of 1024 x 1024 samples.
 */
export function convolutionWith(kernel: BlurKernel): Convolution {
  const parts = separated(kernel)
  if (parts !== undefined) {
    return (source, target, width, height) => convolveSeparable(source, target, width, height, parts.row, parts.column)
  }
  const { weights } = kernel
  const used = weights.reduce((count, weight) => (weight === 0 ? count : count + 1), 0)
  const banded =
    (filterOf: typeof denseFilter): Convolution =>
    (source, target, width, height) =>
      filterBands(source, target, width, height, filterOf(kernel, width))
  const whole =
    (convolve: typeof convolveFolded): Convolution =>
    (source, target, width, height) =>
      convolve(source, target, width, height, kernel)
  const ways: [cost: number, Convolution][] = [
    [SPARSE * used, banded(sparseFilter)],
    isPointSymmetric(kernel) ? [foldedCost(kernel), whole(convolveFolded)] : [weights.length, banded(denseFilter)],
    [spectralCost(kernel), fitsSmallTiles(kernel) ? tiledCorrelation(kernel) : whole(convolveByFourier)],
  ]
  return ways.reduce((best, way) => (way[0] < best[0] ? way : best))[1]
}

/** What a weight that is not 0 costs where the others are left out. */
const SPARSE = 1.25
/** The most weights for which folding may be the cheapest way. */
const MOST_FOLDED = 340
/** How many times an image its small tiles may be; beyond, large tiles cost less. */
const SMALL_TILES = 5

function fitsSmallTiles(kernel: KernelSize): boolean {
  return overlapOf(kernel) <= SMALL_TILES
}

/** What Fourier transforms cost. */
function spectralCost(kernel: KernelSize): number {
  return fitsSmallTiles(kernel) ? 27 + 22 * overlapOf(kernel) : 150
}

/** Bytes of working memory for a plane and a kernel of these sizes, at most. */
export function workingBytes(kernel: KernelSize, width: number, height: number): number {
  const weights = kernel.width * kernel.height
  const spectral = fitsSmallTiles(kernel)
    ? tilesSamples(width, kernel)
    : fourierSamples(width, kernel.width, kernel.height)
  return (
    4 *
    Math.max(
      separableSamples(width, height, kernel),
      weights <= MOST_FOLDED ? foldedSamples(width, height, kernel) : 0,
      SPARSE * weights > spectralCost(kernel) ? spectral : 0,
    )
  )
}

/** How far an input sample reaches, in samples. */
export function reachOf({ width, height }: KernelSize): number {
  return (Math.max(width, height) - 1) / 2
}
