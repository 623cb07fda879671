import { type BlurKernel, normalisedKernel } from '../convolution/blur-kernel.js'
import { besselJ1 } from './bessel.js'

/**
 * The ideal circular low-pass filter cut to `size` x `size` (odd): c J1(c r) / (2 pi r) at distance r, c^2 / (4 pi) in the
 * middle, c the cutoff in radians per pixel, divided by the sum. Weights may be negative (`circular_lowpass_kernel` of
 * XPixelGroup/BasicSR basicsr/data/degradations.py).
 */
export function sincKernel(size: number, cutoff: number): BlurKernel {
  const known = new Map<number, number>([[0, cutoff ** 2 / (4 * Math.PI)]])
  return normalisedKernel(size, (x, y) => {
    const square = x * x + y * y
    let weight = known.get(square)
    if (weight === undefined) {
      const r = Math.sqrt(square)
      weight = (cutoff * besselJ1(cutoff * r)) / (2 * Math.PI * r)
      known.set(square, weight)
    }
    return weight
  })
}
