import type { Tensors } from '../checkpoint/tensor.js'

/** The highest number that the pattern captures in any tensor's name; `otherwise` if none. */
export function highestIndex(tensors: Tensors, pattern: RegExp, otherwise = 0): number {
  let result = -1
  for (const name of tensors.keys()) result = Math.max(result, Number(pattern.exec(name)?.[1] ?? -1))
  return result < 0 ? otherwise : result
}
