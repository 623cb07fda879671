import { convolveSeparable } from '../convolution/separable.js'
import { mapPlanes, mapSamples } from '../image/strips.js'
import { boxFilter } from './box.js'

/** Up to so many samples, means are weighted sums: in float32, and faster than running ones. */
const FEW = 5

/**
 * The guided filter (He, Sun and Tang, "Guided image filtering", 2010) with one guide plane: in every window of `size` x `size`
 * samples, `input` is fitted by a * guide + b with a penalty `epsilon` on a^2, and the fits that cover a sample are averaged. `plane` gives planes of
 * that size.
 */
export function guidedFilter(
  guide: Float32Array,
  input: Float32Array,
  width: number,
  height: number,
  size: number,
  epsilon: number,
  plane: () => Float32Array,
): Float32Array {
  const mean = (source: Float32Array, target: Float32Array) => {
    if (size > FEW || size % 2 === 0) return boxFilter(source, width, height, size, target)
    const taps = new Float32Array(size).fill(1 / size)
    convolveSeparable(source, target, width, height, taps, taps)
    return target
  }
  const multiply = (other: Float32Array, target: Float32Array) => {
    mapSamples(guide, target, (run, samples, count, others) => run.multiply(samples, samples, others, count), other)
    return target
  }
  const product = plane()
  const meanGuide = mean(guide, plane())
  const meanInput = mean(input, plane())
  const slopes = mean(multiply(guide, product), plane())
  const offsets = mean(multiply(input, product), plane())
  mapPlanes([slopes, offsets, meanGuide, meanInput], 2, (run, [a, b, m, n], count) =>
    run.fitLines(a, b, m, n, count, epsilon),
  )
  const result = mean(offsets, meanInput)
  mapPlanes([result, mean(slopes, meanGuide), guide], 1, (run, [sum, a, x], count) => run.addProduct(sum, a, x, count))
  return result
}
