/** Weights of a correlation, row by row; width and height are odd and the middle weight belongs to the output's own place. */
export interface BlurKernel {
  readonly width: number
  readonly height: number
  readonly weights: Float32Array
}

/** A `size` x `size` (odd) kernel of `weigh(x, y)` at offset x right of the middle and y below it, divided by the sum in float64. */
export function normalisedKernel(size: number, weigh: (x: number, y: number) => number): BlurKernel {
  const half = (size - 1) / 2
  const weights = Float64Array.from({ length: size * size }, (_, i) => weigh((i % size) - half, Math.floor(i / size) - half))
  return { width: size, height: size, weights: normalised(weights) }
}

/** Values divided by their sum. */
export function normalised(values: Float64Array): Float32Array {
  const sum = values.reduce((total, value) => total + value, 0)
  return Float32Array.from(values, (value) => value / sum)
}

/** The kernel turned by half a turn: correlating with it is convolving with the other. */
export function flipped({ width, height, weights }: BlurKernel): BlurKernel {
  return { width, height, weights: weights.slice().reverse() }
}
