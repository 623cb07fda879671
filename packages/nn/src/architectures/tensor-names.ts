import type { Tensors } from '../checkpoint/tensor.js'
import { requireTensor } from './tensor-faults.js'

/** How many members a numbered list of modules has: one more than the highest number that the pattern captures; 0 if none. */
export function countModules(tensors: Tensors, pattern: RegExp): number {
  let count = 0
  for (const name of tensors.keys()) {
    const number = pattern.exec(name)?.[1]
    if (number !== undefined) count = Math.max(count, Number(number) + 1)
  }
  return count
}

/** One dimension of a tensor that hyper-parameters are read off. Throws `E_ARCHITECTURE_TENSORS` if it is missing or of another rank. */
export function dimension(
  tensors: Tensors,
  name: string,
  { axis, rank, architecture }: { axis: number; rank: number; architecture: string },
): number {
  return requireTensor(tensors, name, rank, architecture).shape[axis]!
}
