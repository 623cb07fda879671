import type { BlurKernel, KernelSize } from '../convolution/blur-kernel.js'

const EPSILON = Number.EPSILON
/** Weights below this are what rounding leaves of 0. They would be summed like all others. */
const LEAST = 1e-12

/**
 * Linear motion over `length` pixels at `angle` degrees, counter-clockwise from the right, as MATLAB's `fspecial('motion')`:
 * a weight is 1 less the distance of its pixel's centre from the line segment, at least 0; then divided by the sum.
 */
export function motionKernel(length: number, angle: number): BlurKernel {
  const { half, cos, sin, step, columns, rows } = quadrant(length, angle)
  const { width, height } = motionSize(length, angle)
  const weights = new Float64Array(width * height)
  // One quadrant, mirrored through the middle; upside down where the line falls, since rows count downwards.
  const set = (row: number, column: number, weight: number) => {
    weights[(cos > 0 ? height - 1 - row : row) * width + column] = weight
  }
  for (let y = 0; y < rows; y++) {
    for (let i = 0; i < columns; i++) {
      const x = i * step
      let distance = Math.abs(y * cos - x * sin)
      if (Math.hypot(x, y) >= half && distance <= 1) {
        const beyond = half - Math.abs((x + (y * cos - x * sin) * sin) / cos)
        distance = Math.hypot(distance, beyond)
      }
      const share = 1 + EPSILON - distance
      const weight = share > LEAST ? share : 0
      set(rows - 1 - y, columns - 1 - i, weight)
      set(rows - 1 + y, columns - 1 + i, weight)
    }
  }
  const sum = weights.reduce((total, weight) => total + weight, 0) + EPSILON * length ** 2
  return { width, height, weights: Float32Array.from(weights, (weight) => weight / sum) }
}

/** Columns and rows of `motionKernel`. */
export function motionSize(length: number, angle: number): KernelSize {
  const { columns, rows } = quadrant(length, angle)
  return { width: 2 * columns - 1, height: 2 * rows - 1 }
}

/** Half the line segment, its direction, and the columns and rows that it falls into. */
function quadrant(length: number, angle: number) {
  const half = (length - 1) / 2
  const phi = (((angle % 180) + 180) % 180) * (Math.PI / 180)
  const [cos, sin] = [Math.cos(phi), Math.sin(phi)]
  const step = Math.sign(cos)
  const columns = Math.abs(Math.trunc(half * cos + step - length * EPSILON)) + 1
  const rows = Math.trunc(half * sin + 1 - length * EPSILON) + 1
  return { half, cos, sin, step, columns, rows }
}
