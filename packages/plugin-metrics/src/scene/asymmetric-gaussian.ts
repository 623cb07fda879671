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

/** The distribution of the samples of a plane, or of their products with shifted ones, wrapping around at its edges. */
export function fitPlane(data: Float64Array, width: number, height: number, shift?: Shift): AsymmetricGaussian {
  let negative = 0
  let negativeSquares = 0
  let positive = 0
  let positiveSquares = 0
  let absolute = 0
  for (let y = 0; y < height; y++) {
    const row = y * width
    const other = shift === undefined ? row : ((y - shift.rows + height) % height) * width
    for (let x = 0; x < width; x++) {
      let value = data[row + x]!
      if (shift !== undefined) {
        const column = x - shift.columns
        value *= data[other + (column < 0 ? column + width : column >= width ? column - width : column)]!
      }
      if (value < 0) {
        negative++
        negativeSquares += value * value
        absolute -= value
      } else if (value > 0) {
        positive++
        positiveSquares += value * value
        absolute += value
      }
    }
  }
  const left = Math.sqrt(negativeSquares / negative)
  const right = Math.sqrt(positiveSquares / positive)
  const q = left / right
  const ratio = (absolute * absolute) / data.length / (negativeSquares + positiveSquares)
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
