import { KintsugiError } from '../errors/error.js'

/** Above this mean the rounding of doubles would show in the acceptance test. */
const MAX_MEAN = 1e9
/** From this mean on, rejection takes the place of inversion. */
const SWITCH = 10

/**
 * A Poisson draw, exact up to the rounding of doubles. Means below 10: inversion of one uniform by summing probabilities upwards.
 * Means from 10: the transformed rejection PTRS of Hormann, "The transformed rejection method for generating Poisson random
 * variables", Insurance: Mathematics and Economics 12 (1993), two uniforms a trial.
 * Throws `E_PARAM` for a mean that is negative, not finite or above 1e9.
 */
export function samplePoisson(source: Uniforms, mean: number): number {
  checkMean(mean)
  if (mean === 0) return 0
  return mean < SWITCH
    ? byInversion(source.uniform(), mean, (kept ??= makeTables()))
    : byRejection(source, mean, rejectionOf(mean, new Float64Array(CONSTANTS), 0), 0)
}

/** Distinct means whose constants are remembered; images of 8 bits have 256. */
const REMEMBERED = 1024

/** Constants of rejection for the means that fell on a place last, which more images than one are drawn with. */
let remembered: { readonly means: Float64Array; readonly rejections: Float64Array } | undefined

/** Fills `out` with `samplePoisson(source, means[i])`, bit for bit; what follows from a mean alone is computed once while it recurs, in this call or a later one. */
export function fillPoisson(
  source: Uniforms,
  out: Float32Array | Float64Array,
  means: Float32Array | Float64Array,
): void {
  remembered ??= {
    means: new Float64Array(REMEMBERED).fill(Number.NaN),
    rejections: new Float64Array(REMEMBERED * CONSTANTS),
  }
  const { means: known, rejections } = remembered
  const tables = (kept ??= makeTables())
  for (let i = 0; i < out.length; i++) {
    const mean = means[i]!
    checkMean(mean)
    if (mean < SWITCH) {
      out[i] = mean === 0 ? 0 : byInversion(source.uniform(), mean, tables)
      continue
    }
    // Multiples of a fraction, as levels over 255 are, spread over the places.
    const place = Math.floor(mean * 1009.3) & (REMEMBERED - 1)
    if (known[place] !== mean) {
      known[place] = mean
      rejectionOf(mean, rejections, place * CONSTANTS)
    }
    out[i] = byRejection(source, mean, rejections, place * CONSTANTS)
  }
}

interface Uniforms {
  uniform(): number
}

function checkMean(mean: number): void {
  if (!(mean >= 0 && mean <= MAX_MEAN))
    throw new KintsugiError('E_PARAM', {
      message: `the mean of a Poisson draw must lie in 0..${MAX_MEAN}, not ${mean}`,
    })
}

/** Rows of tables for a unit of the mean. */
const STEPS = 64
/** Counts of a row: more come with a mean of 10 less than once in 10^17 draws. */
const COUNTS = 48
/** Parts of 0..1 for which it is known where to begin in a row. */
const PARTS = 64
/** More than what the sums of a row differ from those of `byExactInversion`. */
const DOUBT = 1e-12

/** Distribution functions for means that are multiples of 1 / STEPS up to SWITCH, and in each the first count that a uniform of a part can give. */
interface Tables {
  readonly cumulative: Float64Array
  readonly begins: Uint8Array
}

let kept: Tables | undefined

function makeTables(): Tables {
  const rows = SWITCH * STEPS + 1
  const cumulative = new Float64Array(rows * COUNTS)
  const begins = new Uint8Array(rows * PARTS)
  for (let row = 0; row < rows; row++) {
    const mean = row / STEPS
    let probability = Math.exp(-mean)
    let sum = 0
    for (let count = 0; count < COUNTS; count++) {
      sum += probability
      cumulative[row * COUNTS + count] = sum
      probability *= mean / (count + 1)
    }
    let begin = 0
    for (let part = 0; part < PARTS; part++) {
      while (part / PARTS >= cumulative[row * COUNTS + begin]! + DOUBT) begin++
      begins[row * PARTS + part] = begin
    }
  }
  return { cumulative, begins }
}

/**
 * As `byExactInversion`: the count lies between those that the next tabulated means below and above give for the same uniform. Where these differ, or
 * rounding might count, which is once in 64 draws at most, sums decide.
 */
function byInversion(uniform: number, mean: number, { cumulative, begins }: Tables): number {
  const row = Math.floor(mean * STEPS)
  let at = row * COUNTS + begins[row * PARTS + Math.floor(uniform * PARTS)]!
  while (uniform >= cumulative[at]! + DOUBT) at++
  return uniform < cumulative[at + COUNTS]! - DOUBT ? at - row * COUNTS : byExactInversion(uniform, mean)
}

function byExactInversion(uniform: number, mean: number): number {
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

/** How many constants of Hormann's method are remembered for a mean: b, v_r and ln(mean), which is not a number until it is needed. */
const CONSTANTS = 3

function rejectionOf(mean: number, constants: Float64Array, at: number): Float64Array {
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  constants[at] = b
  constants[at + 1] = 0.9277 - 3.6224 / (b - 2)
  constants[at + 2] = Number.NaN
  return constants
}

function byRejection(source: Uniforms, mean: number, constants: Float64Array, at: number): number {
  const b = constants[at]!
  const a = -0.059 + 0.02483 * b
  const squeeze = constants[at + 1]!
  for (;;) {
    const u = source.uniform() - 0.5
    const v = source.uniform()
    const us = 0.5 - Math.abs(u)
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43)
    if (us >= 0.07 && v <= squeeze) return count
    if (count < 0 || (us < 0.013 && v > us)) continue
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    const accept = Math.log((v * inverseAlpha) / (a / (us * us) + b))
    if (Number.isNaN(constants[at + 2])) constants[at + 2] = Math.log(mean)
    if (accept <= count * constants[at + 2]! - mean - logFactorial(count)) return count
  }
}

const FACTORIALS = [
  1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800, 479001600, 6227020800, 87178291200, 1307674368000,
]

/** ln(n!): the logarithm itself below 16, Stirling's series to the term in n^-7 from there (error below 2e-14; Abramowitz and Stegun 6.1.41). */
export function logFactorial(n: number): number {
  return n < LOG_FACTORIALS.length ? LOG_FACTORIALS[n]! : stirling(n)
}

function stirling(n: number): number {
  const inverse = 1 / n
  const square = inverse * inverse
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
  return (n + 0.5) * Math.log(n) - n + 0.9189385332046727 + series
}

/** Those of the numbers that photographs give. */
const LOG_FACTORIALS = Float64Array.from({ length: 1024 }, (_, n) =>
  n < FACTORIALS.length ? Math.log(FACTORIALS[n]!) : stirling(n),
)
