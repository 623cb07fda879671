import { filterBands } from '../convolution/bands.js'
import { type BlurKernel, normalised } from '../convolution/blur-kernel.js'
import { replicate } from '../convolution/border.js'
import { sparseFilter } from '../convolution/sparse.js'

/**
 * The one-sided streak of ImageMagick's motion blur, as weights of a correlation: g(i) = exp(-i^2 / (2 sigma^2)), i = 0 .. 2 radius,
 * divided by the sum, at i steps of one pixel along `angle` degrees clockwise from the right, each rounded to a whole pixel
 * (bethgelab/imagecorruptions, `_motion_blur`).
 */
export function streakKernel(radius: number, sigma: number, angle: number): BlurKernel {
  const count = 2 * radius + 1
  const gains = normalised(Float64Array.from({ length: count }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma))))
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]
  const size = 2 * count - 1
  const middle = count - 1
  const weights = new Float32Array(size * size)
  gains.forEach((gain, i) => {
    const [dx, dy] = [Math.ceil(i * cos - 0.5), Math.ceil(i * sin - 0.5)]
    weights[(middle + dy) * size + middle + dx]! += gain
  })
  return { width: size, height: size, weights }
}

/** Correlates a plane with a streak; edge samples are repeated. */
export function streak(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  kernel: BlurKernel,
): void {
  filterBands(source, target, width, height, sparseFilter(kernel), replicate)
}
