import { boxFilter } from './box.js'

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
  const mean = (plane: Float32Array) => boxFilter(plane, width, height, size)
  const meanGuide = mean(guide)
  const meanInput = mean(input)
  const squares = mean(guide.map((value) => value * value))
  const products = mean(guide.map((value, i) => value * input[i]!))
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
