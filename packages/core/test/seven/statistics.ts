import assert from 'node:assert/strict'
import { assertNear } from './harness.js'

/** Asserts that a share of `n` trials is what its probability says, within four standard deviations. */
export function assertShare(hits: number, n: number, probability: number, what: string): void {
  assertNear(hits / n, probability, 4 * Math.sqrt((probability * (1 - probability)) / n), what)
}

/** Pearson's statistic of counts against equal expectations. */
export function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/** Asserts that counts are uniform: the statistic lies within four standard deviations of its mean, the degrees of freedom. */
export function assertUniform(counts: readonly number[], what: string): void {
  const freedom = counts.length - 1
  const statistic = chiSquare(counts)
  const far = 4 * Math.sqrt(2 * freedom)
  assert.ok(Math.abs(statistic - freedom) < far, `${what}: chi-square ${statistic}, expected ${freedom} +- ${far}`)
}

/** How many values fall into each of `bins` equal parts of a range; all must lie in it. */
export function histogram(values: readonly number[], low: number, high: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * bins)
    assert.ok(bin >= 0 && bin < bins, `${value} is not in ${low}..${high}`)
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts
}
