/** How a row of taps, many of which are the same one after another, is summed: sums of `size` samples side by side first, then those and other samples. */
export interface SummedTaps {
  readonly size: number
  /** Weights of what is summed at the end, the samples that they begin with, and whether it is a sum of `size` of them. */
  readonly terms: readonly { readonly weight: number; readonly at: number; readonly isSum: boolean }[]
}

/** Fewer equal taps are not worth a pass of their own. */
const LEAST = 8

/** The way with the fewest terms, if there are at least 8 equal taps side by side. */
export function summedTaps(taps: Float32Array): SummedTaps | undefined {
  const { from, count } = longestRun(taps)
  if (count < LEAST) return undefined
  const others = Array.from(taps.keys()).filter((i) => i < from || i >= from + count)
  const ways = Array.from({ length: count - 1 }, (_, i) => i + 1)
  const terms = (size: number) => size + Math.floor(count / size) + (count % size)
  const size = ways.reduce((best, way) => (terms(way) <= terms(best) ? way : best))
  const sums = Array.from({ length: Math.floor(count / size) }, (_, i) => from + i * size)
  const rest = Array.from({ length: count % size }, (_, i) => from + count - 1 - i)
  return {
    size,
    terms: [
      ...sums.map((at) => ({ weight: taps[at]!, at, isSum: true })),
      ...[...rest, ...others].map((at) => ({ weight: taps[at]!, at, isSum: false })),
    ],
  }
}

/** Every tap by itself. */
export function unsummed(taps: Float32Array): SummedTaps {
  return { size: 1, terms: Array.from(taps, (weight, at) => ({ weight, at, isSum: false })) }
}

function longestRun(taps: Float32Array): { from: number; count: number } {
  let longest = { from: 0, count: 0 }
  for (let from = 0, i = 1; i <= taps.length; i++) {
    if (i < taps.length && taps[i] === taps[from]) continue
    if (i - from > longest.count) longest = { from, count: i - from }
    from = i
  }
  return longest
}
