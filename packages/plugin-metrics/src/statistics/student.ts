import { mean, standardDeviation } from './statistics.js'

/** Half the width of the confidence interval of a mean by Student's t: t(1 - (1 - level) / 2, n - 1) s / sqrt(n); undefined for fewer than two values or infinite ones. */
export function halfWidth(values: readonly number[], level = 0.95): number | undefined {
  const n = values.length
  if (n < 2 || !Number.isFinite(mean(values))) return undefined
  return (studentQuantile(0.5 + level / 2, n - 1) * standardDeviation(values, 1)) / Math.sqrt(n)
}

/** The value below which Student's t with `freedom` degrees of freedom lies with probability `p`, 0.5 <= p < 1. */
export function studentQuantile(p: number, freedom: number): number {
  let [low, high] = [0, 1]
  while (studentCdf(high, freedom) < p) high *= 2
  for (let i = 0; i < 100 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2
    if (studentCdf(middle, freedom) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(T <= t) = 1 - I_x(n / 2, 1 / 2) / 2 with x = n / (n + t^2), for t >= 0 (Abramowitz and Stegun 26.7.1). */
function studentCdf(t: number, freedom: number): number {
  return 1 - regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
}

/** I_x(a, b), by the continued fraction of Abramowitz and Stegun 26.5.8 on the side where it converges fast. */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a)
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a
  // Modified Lentz evaluation.
  let c = 1
  let d = 1 / nonzero(1 - ((a + b) / (a + 1)) * x)
  let f = d
  for (let m = 1; m <= 500; m++) {
    for (const numerator of coefficients(m, x, a, b)) {
      d = 1 / nonzero(1 + numerator * d)
      c = nonzero(1 + numerator / c)
      f *= c * d
    }
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return front * f
}

/** The even and odd coefficients of step m. */
function coefficients(m: number, x: number, a: number, b: number): [number, number] {
  return [
    (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
    (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
  ]
}

function nonzero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}

/** ln Gamma(z), z > 0: recurrence up to 10, then Stirling's series (Abramowitz and Stegun 6.1.41). */
function logGamma(z: number): number {
  let shift = 0
  let at = z
  for (; at < 10; at++) shift += Math.log(at)
  const square = 1 / (at * at)
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / at
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift
}
