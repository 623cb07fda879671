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
  /** Uniform 32-bit unsigned integer, the raw output of the generator. */
  uint32(): number
}
