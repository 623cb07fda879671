import type { RandomStream } from '../random/stream.js'

// These algorithms are frozen: a changed one would change pictures that exist. A different algorithm needs a form of its own.

/** `low + (high - low) * u`, in [low, high). */
export function uniformAt(low: number, high: number, u: number): number {
  return low + (high - low) * u
}

/** `exp` of the uniform of the logarithms, kept within [low, high] against rounding. */
export function loguniformAt(low: number, high: number, u: number): number {
  return Math.min(high, Math.max(low, Math.exp(uniformAt(Math.log(low), Math.log(high), u))))
}

/** The index at which the cumulative weights pass `u` times their sum; an index of weight 0 is never given. */
export function choiceAt(weights: readonly number[], u: number): number {
  const target = u * weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  let last = 0
  for (const [i, weight] of weights.entries()) {
    if (weight === 0) continue
    sum += weight
    last = i
    if (target < sum) return i
  }
  return last
}

/** `mean + std * normal`, drawn again while outside [min, max]; `undefined` after 10,000 draws in vain. */
export function drawNormal(
  stream: RandomStream,
  mean: number,
  std: number,
  min = -Infinity,
  max = Infinity,
): number | undefined {
  for (let i = 0; i < 10_000; i++) {
    const value = mean + std * stream.normal()
    if (value >= min && value <= max) return value
  }
  return undefined
}
