import type { Image } from '@kintsugi/core'
import { KERNEL_BASE, type Kernels, kernels } from '../kernels/kernels.js'
import { levelBytes, type PlaneOptions, planeCount, readLevels, STRIP, strips } from './planes.js'

/** Bytes that a strip of each image takes, kernels included. */
export const STRIP_MEMORY = KERNEL_BASE + 2 * levelBytes(STRIP)

/** Strips between calls of `step`. */
const STEP = 256

/** A sum over `count` samples at two addresses; in the last vector of four both hold the same beyond them. */
type Sum = (run: Kernels, a: number, b: number, count: number) => number

/**
 * Mean over all pixels and planes of the squared difference of two images of the same size and channels, on the scale where white is
 * 255, in float64. Both are read strip by strip: working memory is that of a strip. `step` is called now and then.
 */
export function meanSquare(image: Image, reference: Image, options: PlaneOptions, step: () => void): number {
  const whole = options.quantize && (options.color_space === 'rgb' || image.channels === 1)
  const sum: Sum = whole
    ? (run, a, b, count) => run.squaredLevels(a, b, count)
    : (run, a, b, count) => run.squaredDistance(a, b, count)
  return meanOf(sum, image, reference, options, step)
}

/** As `meanSquare` of the absolute difference. */
export function meanAbsolute(image: Image, reference: Image, options: PlaneOptions, step: () => void): number {
  return meanOf((run, a, b, count) => run.absoluteDistance(a, b, count), image, reference, options, step)
}

function meanOf(sum: Sum, image: Image, reference: Image, options: PlaneOptions, step: () => void): number {
  const [first, second] = [KERNEL_BASE, KERNEL_BASE + levelBytes(STRIP)]
  const run = kernels(second + levelBytes(STRIP))
  const floats = new Float32Array(run.memory.buffer)
  const planes = planeCount(image, options.color_space)
  let total = 0
  let samples = 0
  for (let plane = 0; plane < planes; plane++) {
    let strip = 0
    for (const { from, count } of strips(image, options.border)) {
      if (strip++ % STEP === 0) step()
      readLevels(run, floats, first, image, plane, from, count, options)
      readLevels(run, floats, second, reference, plane, from, count, options)
      total += sum(run, first, second, count)
      samples += count
    }
  }
  return total / samples
}
