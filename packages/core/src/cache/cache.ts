import { type FileHandle, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { StagingFolder } from '../files/staging-folder.js'
import type { BufferPool, PooledBuffer } from '../memory/buffer-pool.js'
import { isKeyed, type StoredOutputs, type StoredSlice, type StoredValue, valuesOf } from '../memory/stored-value.js'

export interface CacheOptions {
  directory: string
  /** Most bytes that entries and models may take; the least recently used go first. */
  limit: number
  pool: BufferPool
  /** Told once if the cache has to be switched off. */
  warn: (message: string) => void
}

interface EntryValue {
  json: unknown
  /** Number of float32 samples in each buffer. */
  lengths: number[]
}

interface EntryHeader {
  outputs: [port: string, output: EntryValue | [key: string, value: EntryValue][]][]
  /** CRC-32 of the samples that follow. */
  crc: number
}

const MAGIC = Buffer.from('KTSGCAC1')
/** Magic, length of the header and its CRC-32. */
const PREAMBLE = MAGIC.length + 8

/**
 * Outputs of nodes on disk, by task key. An entry is one file, written beside its place and renamed, and checked when read: a damaged
 * or foreign file counts as absent.
 */
export class DiskCache {
  // File systems take their time from a clock that may lag a few milliseconds behind.
  private readonly started = Date.now() - 50
  private readonly staging: StagingFolder
  private readonly writes = new Map<string, Promise<void>>()
  private written = 0
  private full = false

  constructor(private readonly options: CacheOptions) {
    this.staging = new StagingFolder(join(options.directory, 'staging'))
  }

  get directory(): string {
    return this.options.directory
  }

  /** What is stored under a key, with references of its own, or `undefined`. */
  async get(key: string): Promise<StoredOutputs | undefined> {
    await this.writes.get(key)
    let file: FileHandle
    try {
      file = await open(this.pathOf(key), 'r')
    } catch {
      return undefined
    }
    const buffers: PooledBuffer[] = []
    let found: StoredOutputs | undefined
    try {
      found = await this.read(file, buffers)
      const now = new Date()
      if (found !== undefined) await file.utimes(now, now).catch(() => undefined)
    } catch {
      found = undefined
    } finally {
      await file.close()
    }
    if (found === undefined) for (const buffer of buffers) this.options.pool.release(buffer)
    return found
  }

  /** Stores outputs under a key. A disk that cannot take them ends the storing, with one warning. */
  put(key: string, outputs: StoredOutputs): Promise<void> {
    const write = this.store(key, outputs).finally(() => this.writes.delete(key))
    this.writes.set(key, write)
    return write
  }

  /** Removes what is over the limit, oldest use first, but nothing that this run has used. Call when a run ends. */
  async close(): Promise<void> {
    await Promise.all(this.writes.values())
    await this.staging.close()
    if (this.written > 0) await pruneCache(this.options.directory, this.options.limit, this.started)
  }

  private async store(key: string, outputs: StoredOutputs): Promise<void> {
    if (this.full) return
    try {
      const samples: Uint8Array[] = []
      let crc = 0
      for (const value of valuesOf(outputs)) {
        for (const slice of value.slices) {
          const bytes = bytesOf(slice)
          samples.push(bytes)
          crc = crc32(bytes, crc)
        }
      }
      const header = Buffer.from(
        JSON.stringify({
          outputs: [...outputs].map(([port, output]) => [port, entryOutput(output)]),
          crc,
        } satisfies EntryHeader),
      )
      const preamble = Buffer.alloc(PREAMBLE)
      MAGIC.copy(preamble)
      preamble.writeUInt32LE(header.length, MAGIC.length)
      preamble.writeUInt32LE(crc32(header), MAGIC.length + 4)
      this.written += await this.staging.write(this.pathOf(key), [preamble, header, ...samples])
    } catch (error) {
      if (this.full) return
      this.full = true
      this.options.warn(
        `Results are no longer stored in the cache at ${this.options.directory}: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }

  private pathOf(key: string): string {
    return join(this.options.directory, 'entries', key.slice(0, 2), key.slice(2))
  }

  private async read(file: FileHandle, buffers: PooledBuffer[]): Promise<StoredOutputs | undefined> {
    const preamble = Buffer.alloc(PREAMBLE)
    const { bytesRead } = await file.read(preamble, 0, PREAMBLE, 0)
    if (bytesRead < PREAMBLE || !preamble.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
    const headerLength = preamble.readUInt32LE(MAGIC.length)
    if (headerLength > (await file.stat()).size) return undefined
    const headerBytes = Buffer.alloc(headerLength)
    const headerRead = await file.read(headerBytes, 0, headerBytes.length, PREAMBLE)
    if (headerRead.bytesRead < headerBytes.length || crc32(headerBytes) !== preamble.readUInt32LE(MAGIC.length + 4))
      return undefined
    const header = JSON.parse(headerBytes.toString('utf8')) as EntryHeader
    let position = PREAMBLE + headerBytes.length
    let crc = 0
    const readValue = async (entry: EntryValue): Promise<StoredValue> => {
      const slices: StoredSlice[] = []
      for (const length of entry.lengths) {
        const buffer = this.options.pool.allocate(length * 4)
        buffers.push(buffer)
        const slice = { buffer, byteOffset: buffer.byteOffset, length }
        const bytes = bytesOf(slice)
        const { bytesRead: got } = await file.read(bytes, 0, bytes.length, position)
        if (got < bytes.length) throw new Error('the entry is cut off')
        position += bytes.length
        crc = crc32(bytes, crc)
        slices.push(slice)
      }
      return { json: entry.json, slices }
    }
    const outputs = new Map<string, StoredValue | Map<string, StoredValue>>()
    for (const [port, output] of header.outputs) {
      if (!Array.isArray(output)) {
        outputs.set(port, await readValue(output))
        continue
      }
      const keyed = new Map<string, StoredValue>()
      for (const [key, entry] of output) keyed.set(key, await readValue(entry))
      outputs.set(port, keyed)
    }
    return crc === header.crc ? outputs : undefined
  }
}

function bytesOf({ buffer, byteOffset, length }: StoredSlice): Uint8Array {
  return new Uint8Array(buffer.memory, byteOffset, length * 4)
}

function entryOutput(output: StoredValue | ReadonlyMap<string, StoredValue>): EntryValue | [string, EntryValue][] {
  const entry = (value: StoredValue): EntryValue => ({
    json: value.json,
    lengths: value.slices.map((slice) => slice.length),
  })
  return isKeyed(output) ? [...output].map(([key, value]) => [key, entry(value)]) : entry(output)
}

/** A cache folder's entries and converted models. */
export interface CacheInfo {
  directory: string
  entries: number
  bytes: number
  models: number
  modelBytes: number
}

/** Counts what a cache folder holds. */
export async function cacheInfo(directory: string): Promise<CacheInfo> {
  const entries = await filesBelow(join(directory, 'entries'))
  const models = await filesBelow(join(directory, 'models'))
  const sum = (files: { size: number }[]): number => files.reduce((total, file) => total + file.size, 0)
  return { directory, entries: entries.length, bytes: sum(entries), models: models.length, modelBytes: sum(models) }
}

/** Removes the least recently used entries and models until the rest take at most `limit` bytes; what was used after `keepAfter` (ms) stays. Returns what it removed. */
export async function pruneCache(
  directory: string,
  limit: number,
  keepAfter = Number.POSITIVE_INFINITY,
): Promise<{ removed: number; bytes: number }> {
  const found = await Promise.all(['entries', 'models'].map((part) => filesBelow(join(directory, part))))
  const files = found.flat().sort((a, b) => a.used - b.used)
  let total = files.reduce((sum, file) => sum + file.size, 0)
  let removed = 0
  let bytes = 0
  for (const file of files) {
    if (total <= limit || file.used >= keepAfter) break
    await unlink(file.path).catch(() => undefined)
    total -= file.size
    bytes += file.size
    removed++
  }
  return { removed, bytes }
}

async function filesBelow(folder: string): Promise<{ path: string; size: number; used: number }[]> {
  let names: string[]
  try {
    names = await readdir(folder, { recursive: true })
  } catch {
    return []
  }
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      const facts = await stat(path).catch(() => undefined)
      return facts?.isFile() === true ? [{ path, size: facts.size, used: facts.mtimeMs }] : []
    }),
  )
  return files.flat()
}
