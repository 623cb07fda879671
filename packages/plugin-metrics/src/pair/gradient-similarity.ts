import { KERNEL_BASE, kernels } from '../kernels/kernels.js'
import type { Planes } from './planes.js'

/** Makes the similarity of gradients 255-based (Xue et al. 2014). */
const T = 170
/** Rows of the halved planes that are compared at once. */
const BAND = 64

/**
 * Standard deviation (N - 1) of the gradient magnitude similarity of two planes of levels 0..255: means of 2 x 2 px, an odd last
 * row or column dropped, Prewitt gradients divided by 3 with zeros outside, (2 m1 m2 + 170) / (m1^2 + m2^2 + 170).
 */
export function gradientMagnitudeDeviation(tested: Planes, truth: Planes): number {
  const [width, height] = [tested.width >> 1, tested.height >> 1]
  const line = 8 * (width + 4)
  const upper = KERNEL_BASE + 16
  const lower = upper + 8 * (width + 2)
  const bands = [lower + 8 * (width + 2), lower + 8 * (width + 2) + (BAND + 2) * line] as const
  const run = kernels(bands[1] + (BAND + 2) * line)
  const floats = new Float32Array(run.memory.buffer)
  const doubles = new Float64Array(run.memory.buffer)
  const sums = doubles.subarray(KERNEL_BASE >> 3, upper >> 3).fill(0)
  for (let top = 0; top < height; top += BAND) {
    const rows = Math.min(BAND, height - top)
    for (const [plane, band] of [
      [tested.planes[0]!, bands[0]],
      [truth.planes[0]!, bands[1]],
    ] as const) {
      doubles.fill(0, band >> 3, (band + (rows + 2) * line) >> 3)
      for (let y = Math.max(top - 1, 0); y < Math.min(top + rows + 1, height); y++) {
        const from = 2 * y * tested.width
        const to = band + (y - top + 1) * line + 8
        floats.set(plane.subarray(from, from + 2 * width), upper >> 2)
        floats.set(plane.subarray(from + tested.width, from + tested.width + 2 * width), lower >> 2)
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
