import { createRequire } from 'node:module'
import { inflateRawSync } from 'node:zlib'
import { KintsugiError } from '@kintsugi/core/errors'
import type { Entry } from 'yauzl'
import { formatError } from './format-error.js'
import { checkLimit, limits, type MemoryAllowance } from './limits.js'

const require = createRequire(import.meta.url)

/** A zip archive in memory. */
export interface ZipArchive {
  readonly names: readonly string[]
  /** Reads one entry, whose size must be, or must at most be, what is given; a stored one as a view of the archive. */
  read(name: string, size: { exactly: number } | { atMost: number }): Uint8Array
}

/** The part of yauzl 3 that is used; its type package describes yauzl 2. */
interface ZipFile {
  readonly entryCount: number
  eachEntry(): AsyncIterable<Entry>
  readLocalFileHeaderPromise(entry: Entry, options: { minimal: true }): Promise<{ fileDataStart: number }>
}

interface LocatedEntry {
  readonly entry: Entry
  readonly start: number
}

const STORED = 0
const DEFLATED = 8
const ENCRYPTED_FLAG = 1

/** Opens a zip archive. Throws `E_CHECKPOINT_FORMAT` if it is damaged, `E_CHECKPOINT_LIMIT` if it is a bomb. */
export async function openZip(bytes: Uint8Array, archive: string, memory: MemoryAllowance): Promise<ZipArchive> {
  const located = await locateEntries(bytes, archive)
  return {
    names: [...located.keys()],
    read(name, size) {
      const found = located.get(name)
      if (found === undefined) throw formatError(archive, `an entry ${name}`, 'an archive without it')
      const { uncompressedSize, compressedSize, compressionMethod } = found.entry
      if ('exactly' in size && uncompressedSize !== size.exactly) {
        throw formatError(archive, `${size.exactly} bytes in ${name}`, `${uncompressedSize} bytes`)
      }
      if ('atMost' in size) checkLimit(archive, `the size of ${name} in bytes`, uncompressedSize, size.atMost)
      const data = bytes.subarray(found.start, found.start + compressedSize)
      if (data.length !== compressedSize) {
        throw formatError(archive, `${compressedSize} bytes in ${name}`, `a file that ends after ${data.length}`)
      }
      if (compressionMethod === STORED) return data
      memory.take(uncompressedSize)
      return inflate(data, uncompressedSize, archive, name)
    },
  }
}

async function locateEntries(bytes: Uint8Array, archive: string): Promise<Map<string, LocatedEntry>> {
  const located = new Map<string, LocatedEntry>()
  try {
    const zip = await open(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    checkLimit(archive, 'the number of its entries', zip.entryCount, limits.zipEntries)
    for await (const entry of zip.eachEntry()) {
      checkEntry(entry, archive)
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
      located.set(entry.fileName, { entry, start: fileDataStart })
    }
  } catch (cause) {
    if (cause instanceof KintsugiError) throw cause
    throw formatError(
      archive,
      'a complete zip archive',
      `a damaged or truncated one (${(cause as Error).message})`,
      cause,
    )
  }
  return located
}

function checkEntry(entry: Entry, archive: string): void {
  const { fileName, compressionMethod, compressedSize, uncompressedSize, generalPurposeBitFlag } = entry
  if (
    (compressionMethod !== STORED && compressionMethod !== DEFLATED) ||
    (generalPurposeBitFlag & ENCRYPTED_FLAG) !== 0
  ) {
    throw formatError(
      archive,
      'stored or deflated entries',
      `${fileName}, encrypted or compressed by method ${compressionMethod}`,
    )
  }
  if (compressionMethod === STORED && compressedSize !== uncompressedSize) {
    throw formatError(archive, `${uncompressedSize} bytes in ${fileName}`, `${compressedSize} bytes`)
  }
}

function open(buffer: Buffer): Promise<ZipFile> {
  // Imported, it would have Node search it for names of exports first, which takes each thread longer than loading it.
  const yauzl = require('yauzl') as { fromBufferPromise(buffer: Buffer): Promise<ZipFile> }
  return yauzl.fromBufferPromise(buffer)
}

function inflate(data: Uint8Array, size: number, archive: string, name: string): Uint8Array {
  let inflated: Uint8Array
  try {
    inflated = inflateRawSync(data, { maxOutputLength: size + 1 })
  } catch (cause) {
    throw formatError(archive, `${size} bytes in ${name}`, 'deflated data that is damaged or larger', cause)
  }
  if (inflated.length !== size) throw formatError(archive, `${size} bytes in ${name}`, `${inflated.length} bytes`)
  return inflated
}
