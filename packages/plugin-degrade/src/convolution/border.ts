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

/** Reflected indices of the `before` samples ahead of a row and the `after` samples behind it, in reading order. */
export function reflectedIndices(before: number, after: number, size: number): Int32Array {
  return Int32Array.from({ length: before + after }, (_, i) =>
    reflect101(i < before ? i - before : size + i - before, size),
  )
}
