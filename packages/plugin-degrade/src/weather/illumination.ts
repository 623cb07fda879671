import type { Image, NodeContext } from '@kintsugi/core'
import { gaussianTaps } from '../convolution/gaussian.js'
import { convolveSeparable } from '../convolution/separable.js'

/** Weight of the smoothness, window of the structure and guard of the divisions (LIME, sections III-B and IV). */
const ALPHA = 0.15
const SIGMA = 2
const WINDOW = 15
const GUARD = 1e-3
/** The solution is taken when the residual is this share of the right side, or after so many steps. */
const TOLERANCE = 1e-4
const MOST_STEPS = 100

/**
 * The illumination of an image as LIME estimates it (Guo, Li and Ling, "LIME: low-light image enhancement via illumination map
 * estimation", 2017): T0, the largest channel of each pixel, and the T that minimises |T - T0|^2 + 0.15 sum W (dT)^2 / (|dT0| + 0.001)
 * over the differences d to the right and below, its "sped-up solver", with the weights of strategy III: W is the Gaussian mean of 1
 * over the magnitude of the Gaussian mean of dT0 (sigma 2).
 */
export function illuminationMap(image: Image, context: Pick<NodeContext, 'throwIfCancelled'>): Float32Array {
  const { width, height } = image
  context.throwIfCancelled()
  const start = largestChannel(image)
  const right = smoothness(start, width, height, 1, 0)
  context.throwIfCancelled()
  const below = smoothness(start, width, height, 0, 1)
  context.throwIfCancelled()
  return solve(start, right, below, width, () => context.throwIfCancelled())
}

function largestChannel({ data, channels }: Image): Float32Array {
  const size = data.length / channels
  const result = data.slice(0, size)
  for (let c = 1; c < channels; c++) {
    for (let i = 0; i < size; i++) result[i] = Math.max(result[i]!, data[c * size + i]!)
  }
  return result
}

/** ALPHA W / (|d| + GUARD) for the differences d to the sample `dx` right and `dy` below; 0 where there is none. */
function smoothness(plane: Float32Array, width: number, height: number, dx: number, dy: number): Float32Array {
  const difference = new Float32Array(plane.length)
  for (let y = 0; y < height - dy; y++) {
    for (let x = 0; x < width - dx; x++) {
      const i = y * width + x
      difference[i] = plane[i + dy * width + dx]! - plane[i]!
    }
  }
  const taps = gaussianTaps(WINDOW, SIGMA)
  const weights = new Float32Array(plane.length)
  convolveSeparable(difference, weights, width, height, taps, taps)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const inside = y < height - dy && x < width - dx
      weights[i] = inside ? ALPHA / ((Math.abs(weights[i]!) + GUARD) * (Math.abs(difference[i]!) + GUARD)) : 0
    }
  }
  return weights
}

/**
 * Solves (I + D^T W D) t = start, `right` and `below` holding the weights W of the differences D, by conjugate gradients with the
 * diagonal as preconditioner (Golub and Van Loan, "Matrix Computations", section 11.5), in float64.
 */
function solve(
  start: Float32Array,
  right: Float32Array,
  below: Float32Array,
  width: number,
  throwIfCancelled: () => void,
): Float32Array {
  const size = start.length
  const inverseDiagonal = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const left = i > 0 ? right[i - 1]! : 0
    const above = i >= width ? below[i - width]! : 0
    inverseDiagonal[i] = 1 / (1 + right[i]! + below[i]! + left + above)
  }
  const t = Float64Array.from(start)
  const product = new Float64Array(size)
  const residual = Float64Array.from(start)
  apply(t, right, below, width, product)
  let norm = 0
  for (let i = 0; i < size; i++) {
    norm += start[i]! ** 2
    residual[i]! -= product[i]!
  }
  const direction = residual.map((value, i) => value * inverseDiagonal[i]!)
  let energy = dot(residual, direction)
  for (let step = 0; step < MOST_STEPS && dot(residual, residual) > TOLERANCE ** 2 * norm; step++) {
    throwIfCancelled()
    apply(direction, right, below, width, product)
    const length = energy / dot(direction, product)
    for (let i = 0; i < size; i++) {
      t[i]! += length * direction[i]!
      residual[i]! -= length * product[i]!
    }
    let next = 0
    for (let i = 0; i < size; i++) next += residual[i]! * residual[i]! * inverseDiagonal[i]!
    const turn = next / energy
    for (let i = 0; i < size; i++) direction[i] = residual[i]! * inverseDiagonal[i]! + turn * direction[i]!
    energy = next
  }
  return Float32Array.from(t)
}

/** out = (I + D^T W D) t. */
function apply(t: Float64Array, right: Float32Array, below: Float32Array, width: number, out: Float64Array): void {
  out.set(t)
  for (let i = 0; i < t.length - 1; i++) {
    const flow = right[i]! * (t[i]! - t[i + 1]!)
    out[i]! += flow
    out[i + 1]! -= flow
  }
  for (let i = 0; i < t.length - width; i++) {
    const flow = below[i]! * (t[i]! - t[i + width]!)
    out[i]! += flow
    out[i + width]! -= flow
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
