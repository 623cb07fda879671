/** Weights of a Gaussian of `sigma` at `side` whole distances from the middle, summing to 1. */
export function gaussianTaps(side: number, sigma: number): Float64Array {
  const values = Float64Array.from({ length: side }, (_, i) =>
    Math.exp(-((i - (side - 1) / 2) ** 2) / (2 * sigma ** 2)),
  )
  const sum = values.reduce((total, value) => total + value, 0)
  return values.map((value) => value / sum)
}
