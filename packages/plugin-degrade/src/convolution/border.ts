/** Gives an index inside 0 .. size - 1 for one outside. */
export type Border = (index: number, size: number) => number

/**
 * Index inside 0 .. size - 1 that reflect-101 gives for an index outside: the edge sample is not repeated
 * (`dcb|abcd|cba`). Reflects as often as needed, as OpenCV's BORDER_REFLECT_101 does; a single sample stands for all.
 */
export function reflect101(index: number, size: number): number {
  if (size === 1) return 0
  const period = 2 * (size - 1)
  const within = ((index % period) + period) % period
  return within < size ? within : period - within
}

/** The edge sample stands for all beyond it (`aaa|abc|ccc`). */
export function replicate(index: number, size: number): number {
  return Math.min(size - 1, Math.max(0, index))
}

/** Indices of what stands for the `before` samples ahead of a row and the `after` samples behind it, in reading order. */
export function borderIndices(before: number, after: number, size: number, border: Border = reflect101): Int32Array {
  return Int32Array.from({ length: before + after }, (_, i) =>
    border(i < before ? i - before : size + i - before, size),
  )
}
