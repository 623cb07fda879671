import { KintsugiError } from '../errors/error.js'

/** Above this mean the rounding of doubles would show in the acceptance test. */
const MAX_MEAN = 1e9

/**
 * A Poisson draw, exact up to the rounding of doubles. Means below 10: inversion of one uniform by summing probabilities upwards.
 * Means from 10: the transformed rejection PTRS of Hormann, "The transformed rejection method for generating Poisson random
 * variables", Insurance: Mathematics and Economics 12 (1993), two uniforms a trial.
 * Throws `E_PARAM` for a mean that is negative, not finite or above 1e9.
 */
export function samplePoisson(source: { uniform(): number }, mean: number): number {
  if (!(mean >= 0 && mean <= MAX_MEAN))
    throw new KintsugiError('E_PARAM', {
      message: `the mean of a Poisson draw must lie in 0..${MAX_MEAN}, not ${mean}`,
    })
  if (mean === 0) return 0
  return mean < 10 ? byInversion(source.uniform(), mean) : byRejection(source, mean)
}

function byInversion(uniform: number, mean: number): number {
  let rest = uniform
  let probability = Math.exp(-mean)
  let count = 0
  // Past the mode, probabilities below 2^-60 cannot be told from what rounding leaves of the uniform.
  while (rest >= probability && (probability > 8e-19 || count < mean)) {
    rest -= probability
    count++
    probability *= mean / count
  }
  return count
}

function byRejection(source: { uniform(): number }, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
  const squeeze = 0.9277 - 3.6224 / (b - 2)
  for (;;) {
    const u = source.uniform() - 0.5
    const v = source.uniform()
    const us = 0.5 - Math.abs(u)
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43)
    if (us >= 0.07 && v <= squeeze) return count
    if (count < 0 || (us < 0.013 && v > us)) continue
    const accept = Math.log((v * inverseAlpha) / (a / (us * us) + b))
    if (accept <= count * Math.log(mean) - mean - logFactorial(count)) return count
  }
}

const SMALL_LOG_FACTORIALS = Float64Array.from(
  [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800, 479001600, 6227020800, 87178291200, 1307674368000],
  Math.log,
)

/** ln(n!): the logarithm itself below 16, Stirling's series to the term in n^-7 from there (error below 2e-14; Abramowitz and Stegun 6.1.41). */
export function logFactorial(n: number): number {
  if (n < 16) return SMALL_LOG_FACTORIALS[n]!
  const inverse = 1 / n
  const square = inverse * inverse
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
  return (n + 0.5) * Math.log(n) - n + 0.9189385332046727 + series
}
