import { type BlurKernel, normalised, normalisedKernel } from '../convolution/blur-kernel.js'
import { mahalanobis, type Spread } from './mahalanobis.js'

/**
 * A `size` x `size` (odd) Gaussian moved by `shift` pixels to the upper left.
 * `resampled`: the centred kernel read bilinearly at (x + shift, y + shift), places past the edge standing on the edge, as
 * `shift_pixel` of cszn/BSRGAN utils/utils_blindsr.py; weights below 2^-52 of the largest are 0 before, as in MATLAB's `fspecial`.
 * `exact`: the Gaussian computed around the moved centre, as `gen_kernel` of cszn/KAIR utils/utils_sisr.py.
 * Both are divided by their sum.
 */
export function shiftedGaussianKernel(
  size: number,
  spread: Spread,
  shift: number,
  method: 'resampled' | 'exact',
): BlurKernel {
  const distance = mahalanobis(spread)
  if (method === 'exact') return normalisedKernel(size, (x, y) => Math.exp(-0.5 * distance(x + shift, y + shift)))
  const half = (size - 1) / 2
  const centred = Float64Array.from({ length: size * size }, (_, i) => {
    const weight = Math.exp(-0.5 * distance((i % size) - half, Math.floor(i / size) - half))
    return weight < Number.EPSILON ? 0 : weight
  })
  const moved = new Float64Array(size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) moved[y * size + x] = bilinear(centred, size, x + shift, y + shift)
  }
  return { width: size, height: size, weights: normalised(moved) }
}

/** A square array of side `size` read between its places; past the last row or column, those stand for the rest. */
function bilinear(values: Float64Array, size: number, x: number, y: number): number {
  const [right, bottom] = [Math.min(x, size - 1), Math.min(y, size - 1)]
  const [column, row] = [Math.floor(right), Math.floor(bottom)]
  const [fx, fy] = [right - column, bottom - row]
  const at = (r: number, c: number) => values[Math.min(r, size - 1) * size + Math.min(c, size - 1)]!
  return (
    (1 - fy) * ((1 - fx) * at(row, column) + fx * at(row, column + 1)) +
    fy * ((1 - fx) * at(row + 1, column) + fx * at(row + 1, column + 1))
  )
}
