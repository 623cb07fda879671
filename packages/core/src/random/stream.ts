/** A stream of random numbers that starts from a key and is the same on every machine. */
export interface RandomStream {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number
  /** Standard normal. */
  normal(): number
  /** Poisson with this mean (>= 0). */
  poisson(mean: number): number
  /** Uniform integer on [low, high], both included. */
  integer(low: number, high: number): number
  /** Fills with the values that `uniform()` would give one after another; float32 rounds a few of them up to 1. */
  fillUniform(out: Float32Array | Float64Array): void
  /** Fills with `mean + deviation * normal()`, one draw after another (default: standard normal). */
  fillNormal(out: Float32Array | Float64Array, mean?: number, deviation?: number): void
  /** Fills with `poisson(means[i])`, one draw after another; `means` may be `out`. */
  fillPoisson(out: Float32Array | Float64Array, means: Float32Array | Float64Array): void
  /** Uniform 32-bit unsigned integer, the raw output of the generator. */
  uint32(): number
}
