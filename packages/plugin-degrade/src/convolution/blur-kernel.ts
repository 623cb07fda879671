/** Columns and rows of a kernel, both odd. */
export interface KernelSize {
  readonly width: number
  readonly height: number
}

/** Weights of a correlation, row by row; the middle weight belongs to the output's own place. */
export interface BlurKernel extends KernelSize {
  readonly weights: Float32Array
}

/** Writes a plane correlated with a kernel. */
export type Convolution = (source: Float32Array, target: Float32Array, width: number, height: number) => void

/** A `size` x `size` (odd) kernel of `weigh(x, y)` at offset x right of the middle and y below it, divided by the sum in float64. */
export function normalisedKernel(size: number, weigh: (x: number, y: number) => number): BlurKernel {
  const half = (size - 1) / 2
  const weights = Float64Array.from({ length: size * size }, (_, i) =>
    weigh((i % size) - half, Math.floor(i / size) - half),
  )
  return { width: size, height: size, weights: normalised(weights) }
}

/** Far below what float32 sums can show; products with numbers near the smallest that float32 has take processors many times as long. */
const NEGLIGIBLE = 1e-30

/** Values divided by their sum; what is negligible becomes 0. */
export function normalised(values: Float64Array): Float32Array {
  const sum = values.reduce((total, value) => total + value, 0)
  return Float32Array.from(values, (value) => (Math.abs(value) < NEGLIGIBLE * Math.abs(sum) ? 0 : value / sum))
}

/** The kernel turned by half a turn: correlating with it is convolving with the other. */
export function flipped({ width, height, weights }: BlurKernel): BlurKernel {
  return { width, height, weights: weights.slice().reverse() }
}

/** Weights are told apart from the largest one's rounding in float32. */
const ROUNDING = 2 ** -23

/** The row and the column whose product a kernel is, to the rounding of its weights, if there are such. */
export function separated({
  width,
  height,
  weights,
}: BlurKernel): { row: Float32Array; column: Float32Array } | undefined {
  if (height === 1) return { row: weights, column: Float32Array.of(1) }
  const largest = weights.reduce((best, weight, i) => (Math.abs(weight) > Math.abs(weights[best]!) ? i : best), 0)
  const [top, left] = [Math.floor(largest / width), largest % width]
  const peak = weights[largest]!
  const column = Float32Array.from({ length: height }, (_, y) => weights[y * width + left]!)
  const row = Float32Array.from({ length: width }, (_, x) => weights[top * width + x]! / peak)
  const fits = weights.every(
    (weight, i) => Math.abs(weight - column[Math.floor(i / width)]! * row[i % width]!) <= ROUNDING * Math.abs(peak),
  )
  return fits ? { row, column } : undefined
}

/** Whether a kernel is the same left and right, and above and below, to the rounding of its weights. */
export function isSymmetric({ width, height, weights }: BlurKernel): boolean {
  const tolerance = ROUNDING * weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
  return weights.every((weight, i) => {
    const [y, x] = [Math.floor(i / width), i % width]
    const mirrored = weights[y * width + width - 1 - x]!
    const reversed = weights[(height - 1 - y) * width + x]!
    return Math.abs(weight - mirrored) <= tolerance && Math.abs(weight - reversed) <= tolerance
  })
}

/** Whether half a turn leaves a kernel as it is, to the rounding of its weights. */
export function isPointSymmetric({ weights }: BlurKernel): boolean {
  const tolerance = ROUNDING * weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
  return weights.every((weight, i) => Math.abs(weight - weights[weights.length - 1 - i]!) <= tolerance)
}
