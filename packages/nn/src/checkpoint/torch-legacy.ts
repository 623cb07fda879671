import { formatError } from './format-error.js'
import { checkLimit, limits, type MemoryAllowance } from './limits.js'
import { openPickle } from './pickle.js'
import { elementBytes, readElements, type TensorData } from './tensor.js'
import type { TorchObject } from './torch-object.js'

/** The pickled magic number 0x1950a86a20f9469cfc6c that opens files of PyTorch before 1.6 (torch/serialization.py). */
export const legacyMagic = Uint8Array.of(
  0x80,
  2,
  0x8a,
  10,
  0x6c,
  0xfc,
  0x9c,
  0x46,
  0xf9,
  0x20,
  0x6a,
  0xa8,
  0x50,
  0x19,
  0x2e,
)

/**
 * Reads a file of PyTorch before 1.6: pickles of the magic number, the protocol, the machine's sizes, the object and the storage
 * keys, then for each key an element count and the elements.
 */
export function readTorchLegacy(bytes: Uint8Array, name: string, memory: MemoryAllowance): TorchObject {
  const pickle = openPickle(bytes, name, legacyMagic.length)
  pickle.next()
  const system = pickle.next()
  if (system instanceof Map && system.get('little_endian') === false)
    throw formatError(name, 'little-endian numbers', 'big-endian ones')
  const root = pickle.next()
  const keys = pickle.next()
  checkLimit(name, 'the description of its tensors in bytes', pickle.position, limits.pickleBytes)
  if (!Array.isArray(keys)) throw formatError(name, 'a list of storages', 'none')
  const storages = new Map<string, TensorData>()
  let at = pickle.position
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (const key of keys as unknown[]) {
    const storage = pickle.storages.get(String(key))
    if (storage === undefined) throw formatError(name, 'storages that tensors refer to', `a storage ${String(key)}`)
    const count = at + 8 <= bytes.length ? Number(view.getBigInt64(at, true)) : -1
    const end = at + 8 + storage.count * elementBytes(storage.dtype)
    if (count !== storage.count || end > bytes.length) {
      throw formatError(
        name,
        `${storage.count} elements in storage ${storage.key}`,
        end > bytes.length ? `a file that ends at byte ${bytes.length}` : `${count}`,
      )
    }
    storages.set(storage.key, readElements(storage.dtype, bytes.subarray(at + 8, end), memory))
    at = end
  }
  return {
    root,
    storage({ key }) {
      const data = storages.get(key)
      if (data === undefined) throw formatError(name, `a storage ${key}`, 'a file without it')
      return data
    },
  }
}
