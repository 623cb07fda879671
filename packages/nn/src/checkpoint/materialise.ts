import { tensorError } from './format-error.js'
import type { MemoryAllowance } from './limits.js'
import type { TensorReference } from './pickle.js'
import { elementCount, type Tensor, type TensorData } from './tensor.js'

/**
 * A tensor's own dense elements out of its storage: a view where they lie in row-major order, a copy otherwise.
 * Throws `E_CHECKPOINT_TENSOR` if it reaches beyond the storage.
 */
export function materialise(
  file: string,
  name: string,
  reference: TensorReference,
  storage: TensorData,
  memory: MemoryAllowance,
): Tensor {
  const { offset, shape, strides } = reference
  const { dtype } = reference.storage
  const count = elementCount(shape)
  if (!Number.isSafeInteger(count)) throw tensorError(file, name, 'a shape that fits memory', shape.join('x'))
  if (count === 0) return { dtype, shape, data: storage.subarray(0, 0) }
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, offset)
  if (last >= storage.length) {
    throw tensorError(file, name, `elements within a storage of ${storage.length}`, `an element ${last}`)
  }
  if (isRowMajor(shape, strides)) return { dtype, shape, data: storage.subarray(offset, offset + count) }
  memory.take(count * storage.BYTES_PER_ELEMENT)
  return { dtype, shape, data: gatherStrided(storage, offset, shape, strides, count) }
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}

function gatherStrided(
  storage: TensorData,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): TensorData {
  const data = storage.slice(0, 0).constructor as new (length: number) => TensorData
  const result = new data(count)
  const index = shape.map(() => 0)
  let from = offset
  for (let i = 0; i < count; i++) {
    result[i] = storage[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return result
}
