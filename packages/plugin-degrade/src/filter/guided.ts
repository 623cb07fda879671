import { convolveSeparable } from '../convolution/separable.js'
import { boxFilter } from './box.js'

/** Up to so many samples, means are weighted sums: in float32, and faster than running ones. */
const FEW = 5

/**
 * The guided filter (He, Sun and Tang, "Guided image filtering", 2010) with one guide plane: in every window of `size` x `size`
 * samples, `input` is fitted by a * guide + b with a penalty `epsilon` on a^2, and the fits that cover a sample are averaged.
 */
export function guidedFilter(
  guide: Float32Array,
  input: Float32Array,
  width: number,
  height: number,
  size: number,
  epsilon: number,
): Float32Array {
  const mean = (plane: Float32Array) => {
    if (size > FEW || size % 2 === 0) return boxFilter(plane, width, height, size)
    const taps = new Float32Array(size).fill(1 / size)
    const target = new Float32Array(plane.length)
    convolveSeparable(plane, target, width, height, taps, taps)
    return target
  }
  const meanGuide = mean(guide)
  const meanInput = mean(input)
  const product = new Float32Array(guide.length)
  for (let i = 0; i < guide.length; i++) product[i] = guide[i]! * guide[i]!
  const squares = mean(product)
  for (let i = 0; i < guide.length; i++) product[i] = guide[i]! * input[i]!
  const products = mean(product)
  const slopes = squares
  const offsets = products
  for (let i = 0; i < guide.length; i++) {
    const m = meanGuide[i]!
    const slope = (products[i]! - m * meanInput[i]!) / (squares[i]! - m * m + epsilon)
    slopes[i] = slope
    offsets[i] = meanInput[i]! - slope * m
  }
  const meanSlopes = mean(slopes)
  const result = mean(offsets)
  for (let i = 0; i < guide.length; i++) result[i]! += meanSlopes[i]! * guide[i]!
  return result
}
