import type { Image, NodeContext } from '@kintsugi/core'
import { planes, shapeOf } from '../image/planes.js'
import { bandsSamples, filterBands } from './bands.js'
import { type BlurKernel, type Convolution, isPointSymmetric, type KernelSize, separated } from './blur-kernel.js'
import { denseFilter } from './dense.js'
import { convolveFolded, foldedCost, foldedSamples } from './folded.js'
import { convolveByFourier, fourierSamples } from './fourier.js'
import { overlapOf, tiledCorrelation, tilesSamples } from './fourier-tiles.js'
import { convolveSeparable, separableSamples } from './separable.js'
import { sparseFilter } from './sparse.js'

/** An image whose every plane, alpha included, is that of `image` correlated with the kernel; reflect-101 at the borders. */
export function correlateImage(image: Image, kernel: BlurKernel, context: NodeContext): Image {
  const { convolve } = wayFor(kernel)
  const output = context.createImage(shapeOf(image))
  const targets = planes(output)
  planes(image).forEach((source, i) => {
    context.throwIfCancelled()
    convolve(source, targets[i]!, image.width, image.height)
  })
  return output
}

/** A way to correlate planes with a kernel. */
export interface Way {
  /** In times of one product of a dense kernel, as measured with planes of 1024 x 1024 samples. */
  readonly cost: number
  readonly convolve: Convolution
  /** Samples of working memory for a plane, at most. */
  readonly samples: (width: number, height: number) => number
}

/** The products of a column and a row of taps. */
export function separableWay(row: Float32Array, column: Float32Array): Way {
  const size = { width: row.length, height: column.length }
  return {
    cost: row.length + column.length,
    convolve: (source, target, width, height) => convolveSeparable(source, target, width, height, row, column),
    samples: (width, height) => separableSamples(width, height, size),
  }
}

/**
 * The cheapest way to correlate planes with a kernel of this form. The kernel alone decides, so that strips agree with the whole: bit for bit, or to the
 * rounding of Fourier transforms.
 */
export function wayFor(kernel: BlurKernel): Way {
  const parts = separated(kernel)
  if (parts !== undefined) return separableWay(parts.row, parts.column)
  const { weights } = kernel
  const used = weights.reduce((count, weight) => (weight === 0 ? count : count + 1), 0)
  const whole =
    (convolve: typeof convolveFolded): Convolution =>
    (source, target, width, height) =>
      convolve(source, target, width, height, kernel)
  const banded = (cost: number, filterOf: typeof denseFilter): Way => ({
    cost,
    convolve: (source, target, width, height) => filterBands(source, target, width, height, filterOf(kernel)),
    samples: (width, height) => bandsSamples(width, height, kernel),
  })
  const ways: Way[] = [
    banded(SPARSE * used, sparseFilter),
    isPointSymmetric(kernel)
      ? {
          cost: foldedCost(kernel),
          convolve: whole(convolveFolded),
          samples: (width, height) => foldedSamples(width, height, kernel),
        }
      : banded(weights.length, denseFilter),
    {
      cost: spectralCost(kernel),
      convolve: fitsSmallTiles(kernel) ? tiledCorrelation(kernel) : whole(convolveByFourier),
      samples: (width) => spectralSamples(width, kernel),
    },
  ]
  return ways.reduce((best, way) => (way.cost < best.cost ? way : best))
}

/** What a weight that is not 0 costs where the others are left out. */
const SPARSE = 1.25
/** How many times an image its small tiles may be; beyond, large tiles cost less. */
const SMALL_TILES = 5

function fitsSmallTiles(kernel: KernelSize): boolean {
  return overlapOf(kernel) <= SMALL_TILES
}

/** What Fourier transforms cost. */
function spectralCost(kernel: KernelSize): number {
  return fitsSmallTiles(kernel) ? 27 + 22 * overlapOf(kernel) : 150
}

function spectralSamples(width: number, kernel: KernelSize): number {
  return fitsSmallTiles(kernel) ? tilesSamples(width, kernel) : fourierSamples(width, kernel.width, kernel.height)
}

/** Samples of working memory for a plane and a kernel of this size whose weights are not known yet, at most. */
export function mostSamples(kernel: KernelSize, width: number, height: number): number {
  const spectral = SPARSE * kernel.width * kernel.height > spectralCost(kernel) ? spectralSamples(width, kernel) : 0
  return Math.max(
    separableSamples(width, height, kernel),
    bandsSamples(width, height, kernel),
    foldedSamples(width, height, kernel),
    spectral,
  )
}

/** How far an input sample reaches, in samples. */
export function reachOf({ width, height }: KernelSize): number {
  return (Math.max(width, height) - 1) / 2
}
