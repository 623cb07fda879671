/** Whether taps are the same to both sides of the middle. */
export function isMirrored(taps: Float32Array): boolean {
  return taps.every((tap, i) => tap === taps[taps.length - 1 - i])
}

/** A weight for the samples so many bytes before and after the middle. */
export interface TapPair {
  readonly offset: number
  readonly weight: number
}

/** Taps as `sumPairs` takes them: offsets and weights in turn, that of the middle first. */
export function pairedTaps(middle: number, pairs: readonly TapPair[]): Int32Array {
  const taps = new Int32Array(2 * (pairs.length + 1))
  const numbers = new Float32Array(taps.buffer)
  ;[{ offset: 0, weight: middle }, ...pairs].forEach(({ offset, weight }, i) => {
    taps[2 * i] = offset
    numbers[2 * i + 1] = weight
  })
  return taps
}
