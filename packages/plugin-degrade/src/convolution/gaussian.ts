import { roundHalfEven } from '../image/round.js'

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

function normalised(values: Float64Array): Float32Array {
  const sum = values.reduce((total, value) => total + value, 0)
  return Float32Array.from(values, (value) => value / sum)
}
