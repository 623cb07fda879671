import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ErrorData } from '../errors/index.js'
import { hashFile } from '../execute/file-hashes.js'
import { closureOf, type TaskRecord, writtenRecord } from '../lineage/record.js'
import { writeAtomically } from './atomic-write.js'

/** One saved file of a run. */
export interface SavedFile {
  output: string
  item: Readonly<Record<string, string>>
  /** Path below the run folder, with forward slashes. */
  path: string
  /** Identity of the value: `<task key>:<port>`. */
  value: string
  /** SHA-256 of the file. */
  sha256: string
  /** SHA-256 of the samples as encoded, for images. */
  pixels?: string
  /** Options of the encoder, when some were given. */
  encode?: Readonly<Record<string, unknown>>
}

/** The parts of `run.json` besides its records. */
export interface RunFacts {
  kintsugi: string
  pipeline: string
  seed: number
  provider: string
  plugins: readonly { name: string; version: string }[]
  libraries: Readonly<Record<string, string>>
  saved: readonly SavedFile[]
  failures: readonly { output: string; item: Readonly<Record<string, string>>; error: ErrorData }[]
}

/** The folder that a run writes to. Everything in it appears whole or not at all. */
export class RunFolder {
  private previous = new Map<string, SavedFile>()
  private readonly seen = new Set<string>()
  private readonly spoolPath: string
  private spool: WriteStream | undefined

  constructor(readonly path: string) {
    this.spoolPath = join(path, `.records.${process.pid}.tmp`)
  }

  /** Reads what an earlier run saved, so that files that are still right are left alone. */
  async open(): Promise<void> {
    await mkdir(this.path, { recursive: true })
    try {
      const earlier = JSON.parse(await readFile(join(this.path, 'run.json'), 'utf8')) as { saved?: SavedFile[] }
      this.previous = new Map((earlier.saved ?? []).map((file) => [file.path, file]))
    } catch {
      this.previous = new Map()
    }
  }

  /** The entry of a file that is there already with this content, or `undefined`. */
  async kept(path: string, value: string, encode: Readonly<Record<string, unknown>> | undefined): Promise<SavedFile | undefined> {
    const entry = this.previous.get(path)
    if (entry?.value !== value || JSON.stringify(entry.encode) !== JSON.stringify(encode)) return undefined
    try {
      return (await hashFile(join(this.path, path))) === entry.sha256 ? entry : undefined
    } catch {
      return undefined
    }
  }

  /** Writes a file below the folder. */
  write(path: string, content: string | Uint8Array): Promise<void> {
    return writeAtomically(join(this.path, path), content)
  }

  /** Keeps the records of a value for `run.json`, each once. */
  addRecords(record: TaskRecord): void {
    for (const entry of closureOf(record, this.seen)) {
      this.spool ??= createWriteStream(this.spoolPath)
      this.spool.write(`${JSON.stringify(writtenRecord(entry))}\n`)
    }
  }

  /** Writes `run.json`: the facts, then every record. */
  async finish(facts: RunFacts): Promise<void> {
    await this.endSpool()
    const temporary = join(this.path, `.run.json.${process.pid}.tmp`)
    const out = createWriteStream(temporary)
    const head = JSON.stringify(facts, undefined, 2)
    out.write(`${head.slice(0, head.lastIndexOf('}')).trimEnd()},\n  "records": [`)
    let first = true
    if (this.spool !== undefined) {
      for await (const line of createInterface({ input: createReadStream(this.spoolPath) })) {
        if (!out.write(`${first ? '\n    ' : ',\n    '}${line}`)) await new Promise<void>((resolve) => out.once('drain', () => resolve()))
        first = false
      }
    }
    await new Promise<void>((resolve, reject) => {
      out.on('error', reject)
      out.end('\n  ]\n}\n', resolve)
    })
    await rename(temporary, join(this.path, 'run.json'))
    await this.discard()
  }

  /** Removes what is only needed while the run goes on. */
  async discard(): Promise<void> {
    await this.endSpool()
    await rm(this.spoolPath, { force: true })
  }

  private async endSpool(): Promise<void> {
    const spool = this.spool
    if (spool === undefined || spool.writableEnded) return
    await new Promise<void>((resolve) => spool.end(resolve))
  }
}
