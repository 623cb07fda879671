import { KintsugiError } from '@kintsugi/core'

/** Arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const upper = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2
}

/** Square root of the squared distances from the mean, summed and divided by n - `ddof`. Throws `E_STATISTICS_INFINITE`. */
export function standardDeviation(values: readonly number[], ddof: number): number {
  if (!values.every(Number.isFinite)) {
    throw new KintsugiError('E_STATISTICS_INFINITE', {
      message: 'the standard deviation of infinite values is not defined',
      expected: 'finite numbers',
      found: `${values.filter((value) => !Number.isFinite(value)).length} of ${values.length} values that are not finite`,
      fix: 'leave out images that equal their reference (their PSNR is infinite), or use stats/median',
    })
  }
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - ddof))
}

/** Smallest value. */
export function minimum(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
}

/** Largest value. */
export function maximum(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
}
