import { formatError } from './format-error.js'
import { limits, type MemoryAllowance } from './limits.js'
import { openPickle, type StorageReference } from './pickle.js'
import { elementBytes, readElements, type TensorData } from './tensor.js'
import type { TorchObject } from './torch-object.js'
import { openZip } from './zip.js'

/**
 * Reads a file that torch.save wrote in PyTorch 1.6 or later: a zip archive of `<top>/data.pkl` and one entry
 * `<top>/data/<key>` for each storage.
 */
export async function readTorchZip(bytes: Uint8Array, name: string, memory: MemoryAllowance): Promise<TorchObject> {
  const zip = await openZip(bytes, name, memory)
  const pickles = zip.names.filter((entry) => /^[^/]+\/data\.pkl$/.test(entry))
  const [pickle] = pickles
  if (pickle === undefined || pickles.length > 1) {
    throw formatError(name, 'a zip archive with one data.pkl, as torch.save writes', `one with ${pickles.length}`)
  }
  const top = pickle.slice(0, -'data.pkl'.length)
  if (zip.names.includes(`${top}byteorder`)) {
    const order = new TextDecoder().decode(zip.read(`${top}byteorder`, { atMost: 16 })).trim()
    if (order !== 'little') throw formatError(name, 'little-endian numbers', `${order}-endian ones`)
  }
  const root = openPickle(zip.read(pickle, { atMost: limits.pickleBytes }), name).next()
  const opened = new Map<string, TensorData>()
  return {
    root,
    storage({ key, dtype, count }: StorageReference) {
      const known = opened.get(key)
      if (known !== undefined) return known
      const data = readElements(dtype, zip.read(`${top}data/${key}`, { exactly: count * elementBytes(dtype) }), memory)
      opened.set(key, data)
      return data
    },
  }
}
