import assert from 'node:assert/strict'

/** The value that a chi-square variable exceeds with probability 0.01 (Wilson and Hilferty 1931, to three digits from 1 degree of freedom on). */
function chiSquareLimit(freedom: number): number {
  const spread = 2 / (9 * freedom)
  return freedom * (1 - spread + 2.3263 * Math.sqrt(spread)) ** 3
}

/** Asserts by Pearson's chi-square test at the 1 % level that counts come from these probabilities; weights need not sum to 1. */
export function assertShares(counts: readonly number[], weights: readonly number[], what: string): void {
  const n = counts.reduce((sum, count) => sum + count, 0)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  assert.ok(n > 0, `${what}: nothing was drawn`)
  const statistic = counts.reduce((sum, count, i) => {
    const expected = (n * weights[i]!) / total
    return sum + (count - expected) ** 2 / expected
  }, 0)
  const limit = chiSquareLimit(counts.length - 1)
  assert.ok(
    statistic < limit,
    `${what}: chi-square ${statistic.toFixed(2)} of ${counts.join(', ')} is above ${limit.toFixed(2)}`,
  )
}

/** The same for one event of this probability among `n`. */
export function assertShare(hits: number, n: number, probability: number, what: string): void {
  assertShares([hits, n - hits], [probability, 1 - probability], what)
}

/** Asserts that each value is one of these, and by the chi-square test at the 1 % level that they come alike, or with these weights. */
export function assertChoice<T>(
  values: readonly T[],
  choices: readonly T[],
  what: string,
  weights?: readonly number[],
): void {
  for (const value of values)
    assert.ok(choices.includes(value), `${what}: ${String(value)} is none of ${choices.join(', ')}`)
  assertShares(
    choices.map((choice) => values.filter((value) => value === choice).length),
    weights ?? choices.map(() => 1),
    what,
  )
}

/** Asserts by the Kolmogorov-Smirnov test at the 1 % level that values have this distribution function. */
export function assertDistribution(values: readonly number[], cdf: (x: number) => number, what: string): void {
  const n = values.length
  assert.ok(n >= 50, `${what}: only ${n} values`)
  let distance = 0
  ;[...values]
    .sort((a, b) => a - b)
    .forEach((value, i) => {
      const f = cdf(value)
      distance = Math.max(distance, f - i / n, (i + 1) / n - f)
    })
  const limit = 1.6276 / Math.sqrt(n)
  assert.ok(distance < limit, `${what}: distance ${distance.toFixed(4)} of ${n} values is above ${limit.toFixed(4)}`)
}

/** Asserts that values are uniform in a range, none outside. */
export function assertUniform(values: readonly number[], low: number, high: number, what: string): void {
  for (const value of values) assert.ok(value >= low && value <= high, `${what}: ${value} is not in ${low}..${high}`)
  assertDistribution(values, (x) => (x - low) / (high - low), what)
}
