import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Entry } from 'yauzl'
import { type NumericArray, readNpy } from './npy.js'

const require = createRequire(import.meta.url)

/** The largest array taken from an archive, in bytes. */
const MOST = 64 * 2 ** 20

/** The part of yauzl 3 that is used; its type package describes yauzl 2. */
interface Archive {
  eachEntry(): AsyncIterable<Entry>
  openReadStreamPromise(entry: Entry): Promise<Readable>
}

/** The arrays of NumPy's .npz archive by name. Throws a plain error. */
export async function readNpz(bytes: Buffer): Promise<ReadonlyMap<string, NumericArray>> {
  const yauzl = require('yauzl') as { fromBufferPromise(bytes: Buffer): Promise<Archive> }
  const zip = await yauzl.fromBufferPromise(bytes)
  const arrays = new Map<string, NumericArray>()
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith('.npy')) continue
    if (entry.uncompressedSize > MOST) throw new Error(`its array ${entry.fileName} is larger than 64 MiB`)
    const content = await buffer(await zip.openReadStreamPromise(entry))
    arrays.set(entry.fileName.slice(0, -'.npy'.length), readNpy(content))
  }
  return arrays
}
