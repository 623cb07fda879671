import type { Field } from '../filters/correlate.js'
import { KERNEL_BASE, kernels } from '../kernels/kernels.js'
import { gamma } from './gamma.js'

/** An asymmetric generalised Gaussian distribution fitted by moments (Lasmar et al. 2009). */
export interface AsymmetricGaussian {
  /** Shape, one of 0.2, 0.201 .. 10. */
  readonly alpha: number
  /** Square roots of the mean squares of the negative and the positive samples; NaN where there are none. */
  readonly left: number
  readonly right: number
}

const COUNT = 9801
const shapes = Float64Array.from({ length: COUNT }, (_, i) => (200 + i) / 1000)
/** Gamma(2/a)^2 / (Gamma(1/a) Gamma(3/a)): rises with a. */
const ratios = shapes.map((a) => gamma(2 / a) ** 2 / (gamma(1 / a) * gamma(3 / a)))

/** The shape in 0.2, 0.201 .. 10 whose ratio E[|x|]^2 / E[x^2] is nearest; 0.2 for NaN, as an arg min over NaN. */
export function nearestShape(ratio: number): number {
  if (Number.isNaN(ratio)) return shapes[0]!
  const { low, high } = bracket(ratio)
  return shapes[Math.abs(ratios[low]! - ratio) <= Math.abs(ratios[high]! - ratio) ? low : high]!
}

/** Neighbours in the table around a ratio. */
function bracket(ratio: number): { low: number; high: number } {
  let low = 0
  let high = COUNT - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (ratios[middle]! <= ratio) low = middle
    else high = middle
  }
  return { low, high }
}

/** Whose values a distribution is fitted to: samples, or their products with those `rows` above and `columns` to the left. */
export interface Shift {
  readonly rows: number
  readonly columns: number
}

/** Rows taken into the kernels at once. */
const BAND = 96
/** Sums of a distribution, see `signedSums`. */
const SUMS = 5

/** A rectangle of a plane. */
export interface Part {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * The distributions of the samples of a plane, or of a part of it, (`undefined`) or of their products with shifted ones, by at most one
 * row and column, wrapping around at its edges.
 */
export function fitPlane(
  field: Field,
  shifts: readonly (Shift | undefined)[],
  { left, top: first, width, height }: Part = { left: 0, top: 0, width: field.width, height: field.height },
): AsymmetricGaussian[] {
  const { data } = field
  const line = 8 * (width + 3)
  const plane = KERNEL_BASE + 8 * SUMS * shifts.length
  const run = kernels(plane + line * (Math.min(BAND, height) + 2) + 16)
  const doubles = new Float64Array(run.memory.buffer)
  const sums = doubles.subarray(KERNEL_BASE >> 3, plane >> 3).fill(0)
  for (let top = 0; top < height; top += BAND) {
    const rows = Math.min(BAND, height - top)
    // A frame of one sample on each side holds what is there after wrapping around.
    for (let y = -1; y <= rows; y++) {
      const from = (first + ((top + y + height) % height)) * field.width + left
      const to = (plane + (y + 1) * line) >> 3
      doubles[to] = data[from + width - 1]!
      doubles.set(data.subarray(from, from + width), to + 1)
      doubles[to + width + 1] = data[from]!
    }
    shifts.forEach((shift, i) => {
      const other = shift === undefined ? 0 : -shift.rows * line - 8 * shift.columns
      run.signedSums(KERNEL_BASE + 8 * SUMS * i, plane + line + 8, line, width, rows, other, shift !== undefined)
    })
  }
  return shifts.map((_, i) => distributionOf(sums.subarray(SUMS * i, SUMS * (i + 1)), width * height))
}

function distributionOf(sums: Float64Array, count: number): AsymmetricGaussian {
  const [negative, negativeSquares, positive, positiveSquares, absolute] = sums as unknown as [
    number,
    number,
    number,
    number,
    number,
  ]
  const left = Math.sqrt(negativeSquares / negative)
  const right = Math.sqrt(positiveSquares / positive)
  const q = left / right
  const ratio = (absolute * absolute) / count / (negativeSquares + positiveSquares)
  const alpha = nearestShape((ratio * (q ** 3 + 1) * (q + 1)) / (q ** 2 + 1) ** 2)
  return { alpha, left, right }
}

/** A generalised Gaussian: the shape by the ratio E[x^2] / E[|x|]^2, and the mean square. */
export function fitSymmetric(data: Float64Array): { readonly alpha: number; readonly meanSquare: number } {
  let squares = 0
  let absolute = 0
  for (const value of data) {
    squares += value * value
    absolute += Math.abs(value)
  }
  const meanSquare = squares / data.length
  const { low, high } = bracket((absolute / data.length) ** 2 / meanSquare)
  const wanted = meanSquare / (absolute / data.length) ** 2
  const distance = (i: number) => Math.abs(1 / ratios[i]! - wanted)
  return { alpha: shapes[distance(low) <= distance(high) ? low : high]!, meanSquare }
}
