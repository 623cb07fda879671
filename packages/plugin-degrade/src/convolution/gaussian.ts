import { roundHalfEven } from '../image/round.js'
import { normalised } from './blur-kernel.js'

/**
 * Size of a Gaussian kernel that OpenCV's `GaussianBlur` chooses for float images: `round(8 sigma + 1) | 1`, that is
 * 4 sigma on each side.
 */
export function automaticKernelSize(sigma: number): number {
  return roundHalfEven(8 * sigma + 1) | 1
}

/** `size` (odd) samples of exp(-x^2 / (2 sigma^2)) divided by their sum; sigma 0 gives a single 1 in the middle. */
export function gaussianTaps(size: number, sigma: number): Float32Array {
  const taps = Float64Array.from({ length: size }, (_, i) => gaussian((i - (size - 1) / 2) ** 2, sigma))
  return normalised(taps)
}

/** What OpenCV's `getGaussianKernel` gives for these sizes when no sigma is asked for. */
const OPENCV_TABLES: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  3: [0.25, 0.5, 0.25],
  5: [0.0625, 0.25, 0.375, 0.25, 0.0625],
  7: [0.03125, 0.109375, 0.21875, 0.28125, 0.21875, 0.109375, 0.03125],
}

/** As `gaussianTaps`; without sigma 0.3 ((size - 1) / 2 - 1) + 0.8 and fixed tables up to size 7, as OpenCV for sigma 0. */
export function openCvGaussianTaps(size: number, sigma?: number): Float32Array {
  const table = OPENCV_TABLES[size]
  if (sigma === undefined && table !== undefined) return Float32Array.from(table)
  return gaussianTaps(size, sigma ?? 0.3 * ((size - 1) / 2 - 1) + 0.8)
}

/**
 * A `size` x `size` (odd) kernel exp(-q / 2) divided by its sum, q = p S^-1 p^T at offset p = (x right, y down),
 * S = U diag(sigmaX^2, sigmaY^2) U^T with U the rotation by `rotation` radians from the x axis towards the y axis
 * (Wang et al. 2021, Real-ESRGAN; XPixelGroup/BasicSR basicsr/data/degradations.py). Row by row.
 */
export function gaussianKernel(size: number, sigmaX: number, sigmaY: number, rotation: number): Float32Array {
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)]
  const half = (size - 1) / 2
  const kernel = Float64Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [(i % size) - half, Math.floor(i / size) - half]
    return gaussian((x * cos + y * sin) ** 2, sigmaX) * gaussian((y * cos - x * sin) ** 2, sigmaY)
  })
  return normalised(kernel)
}

function gaussian(squaredDistance: number, sigma: number): number {
  if (sigma === 0) return squaredDistance === 0 ? 1 : 0
  return Math.exp(-squaredDistance / (2 * sigma * sigma))
}
