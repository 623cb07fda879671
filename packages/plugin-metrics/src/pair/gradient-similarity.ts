import type { Image } from '@kintsugi/core'
import { KERNEL_BASE, kernels } from '../kernels/kernels.js'
import { levelBytes, type PlaneOptions, readLevels } from './planes.js'

/** Makes the similarity of gradients 255-based (Xue et al. 2014). */
const T = 170
/** Rows of the halved planes that are compared at once. */
const BAND = 64
/** Bytes of working memory for each pixel of an image's width: of the halved rows, and of two rows of each colour. */
export const BAND_MEMORY = 8 * (BAND + 2) + (2 * levelBytes(4)) / 4

/**
 * Standard deviation (N - 1) of the gradient magnitude similarity of the lumas of two images of the same size and channels, on the scale
 * where white is 255: means of 2 x 2 px, an odd last row or column dropped, Prewitt gradients divided by 3 with zeros outside,
 * (2 m1 m2 + 170) / (m1^2 + m2^2 + 170). Both images are read band by band: working memory is that of some rows. `step` is called
 * before each band.
 */
export function gradientMagnitudeDeviation(
  image: Image,
  reference: Image,
  options: PlaneOptions,
  step: () => void,
): number {
  const { border } = options
  const [width, height] = [(image.width - 2 * border) >> 1, (image.height - 2 * border) >> 1]
  const line = 8 * (width + 4)
  const upper = KERNEL_BASE + 16
  const lower = upper + levelBytes(2 * width)
  const end = lower + levelBytes(2 * width)
  const bands = [end, end + (BAND + 2) * line] as const
  const run = kernels(bands[1] + (BAND + 2) * line)
  const floats = new Float32Array(run.memory.buffer)
  const doubles = new Float64Array(run.memory.buffer)
  const sums = doubles.subarray(KERNEL_BASE >> 3, upper >> 3).fill(0)
  for (let top = 0; top < height; top += BAND) {
    step()
    const rows = Math.min(BAND, height - top)
    for (const [of, band] of [
      [image, bands[0]],
      [reference, bands[1]],
    ] as const) {
      doubles.fill(0, band >> 3, (band + (rows + 2) * line) >> 3)
      for (let y = Math.max(top - 1, 0); y < Math.min(top + rows + 1, height); y++) {
        const from = (border + 2 * y) * image.width + border
        const to = band + (y - top + 1) * line + 8
        readLevels(run, floats, upper, of, 0, from, 2 * width, options)
        readLevels(run, floats, lower, of, 0, from + image.width, 2 * width, options)
        run.halveRow(to, upper, lower, width)
        doubles[(to >> 3) + width] = 0
      }
    }
    for (let y = 1; y <= rows; y++) {
      run.gradientSimilarityRow(KERNEL_BASE, bands[0] + y * line + 8, bands[1] + y * line + 8, line, width, T)
    }
  }
  const count = width * height
  const [sum, squares] = [sums[0]!, sums[1]!]
  return Math.sqrt(Math.max(squares - sum ** 2 / count, 0) / (count - 1))
}
