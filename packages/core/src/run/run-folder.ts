import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type ErrorData, fileFault, KintsugiError } from '../errors/index.js'
import { hashFile } from '../files/hash-file.js'
import { StagingFolder } from '../files/staging-folder.js'
import { closureOf, type TaskRecord, writtenRecord } from '../lineage/record.js'
import type { Graph } from '../plan/graph.js'

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
  /** SHA-256 of the lineage that it carries. */
  lineage?: string
}

/** What a file is to hold: `SavedFile` before the file is written. */
export type WantedFile = Omit<SavedFile, 'sha256' | 'pixels'>

/** The parts of `run.json` besides its records. */
export interface RunFacts {
  kintsugi: string
  pipeline: string
  seed: number
  provider: string
  plugins: readonly { name: string; version: string }[]
  libraries: Readonly<Record<string, string>>
  graph: Graph
  saved: readonly SavedFile[]
  failures: readonly { output: string; item: Readonly<Record<string, string>>; error: ErrorData }[]
}

/** Records are written in pieces of about this many characters. */
const SPOOL_PIECE = 1 << 18

/** The folder that a run writes to. Everything in it appears whole or not at all. */
export class RunFolder {
  private previous = new Map<string, SavedFile>()
  private readonly seen = new Set<string>()
  private readonly staging: StagingFolder
  /** Records wait here until all facts are known: they may be too many to keep in memory. */
  private spool: { path: string; file: FileHandle } | undefined
  private unwritten = ''

  /** `shown` is how the user named the folder. */
  constructor(
    readonly path: string,
    private readonly shown = path,
  ) {
    this.staging = new StagingFolder(join(path, '.kintsugi'))
  }

  /** Reads what an earlier run saved, so that files that are still right are left alone. Throws `E_FILE`. */
  async open(): Promise<void> {
    await this.writing(this.path, () => mkdir(this.path, { recursive: true }))
    try {
      const earlier = JSON.parse(await readFile(join(this.path, 'run.json'), 'utf8')) as { saved?: SavedFile[] }
      this.previous = new Map((earlier.saved ?? []).map((file) => [file.path, file]))
    } catch {
      this.previous = new Map()
    }
  }

  /** The entry of a file that is there already with this content, or `undefined`. */
  async kept(wanted: WantedFile): Promise<SavedFile | undefined> {
    const entry = this.previous.get(wanted.path)
    if (entry?.value !== wanted.value || entry.lineage !== wanted.lineage) return undefined
    if (JSON.stringify(entry.encode) !== JSON.stringify(wanted.encode)) return undefined
    try {
      return (await hashFile(join(this.path, wanted.path))) === entry.sha256 ? entry : undefined
    } catch {
      return undefined
    }
  }

  /** Writes a file below the folder. Throws `E_FILE`. */
  async write(path: string, content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const full = join(this.path, path)
    await this.writing(full, () => this.staging.write(full, [bytes]))
  }

  /** Has `make` write a new file, and moves that to its place below the folder. Gives and throws what `make` does; throws `E_FILE`. */
  async take<T>(path: string, make: (staged: string) => Promise<T>): Promise<T> {
    const full = join(this.path, path)
    const staged = await this.writing(full, () => this.staging.newFile())
    const made = await make(staged).catch(async (error: unknown) => {
      await rm(staged, { force: true }).catch(() => undefined)
      const hindered = error instanceof KintsugiError && error.code === 'E_FILE'
      throw hindered ? this.unwritable(full, error.found, error.cause) : error
    })
    await this.writing(full, () => this.staging.publish(staged, full))
    return made
  }

  /** Keeps the records of a value for `run.json`, each once. Throws `E_FILE`. */
  async addRecords(record: TaskRecord): Promise<void> {
    for (const entry of closureOf(record, this.seen)) {
      this.unwritten += `${this.spool === undefined && this.unwritten === '' ? '\n    ' : ',\n    '}${JSON.stringify(writtenRecord(entry))}`
      if (this.unwritten.length >= SPOOL_PIECE) await this.writing(this.path, () => this.flush())
    }
  }

  /** Writes `run.json`: the facts, then every record. Throws `E_FILE`. */
  async finish(facts: RunFacts): Promise<void> {
    const path = join(this.path, 'run.json')
    await this.writing(path, async () => {
      const head = JSON.stringify(facts, undefined, 2)
      const staged = await this.staging.newFile()
      const file = await open(staged, 'wx')
      try {
        await file.writeFile(`${head.slice(0, head.lastIndexOf('}')).trimEnd()},\n  "records": [`)
        if (this.spool !== undefined) {
          await this.flush()
          const records = await open(this.spool.path, 'r')
          try {
            for await (const piece of records.createReadStream({ autoClose: false }))
              await file.writeFile(piece as Buffer)
          } finally {
            await records.close()
          }
        }
        await file.writeFile(`${this.unwritten}\n  ]\n}\n`)
      } finally {
        await file.close()
      }
      await this.staging.publish(staged, path)
    })
  }

  /** Removes what is only needed while the run goes on, and what killed runs left. */
  async close(): Promise<void> {
    await this.spool?.file.close()
    this.spool = undefined
    await this.staging.close()
  }

  private async flush(): Promise<void> {
    if (this.spool === undefined) {
      const path = await this.staging.newFile()
      this.spool = { path, file: await open(path, 'wx') }
    }
    await this.spool.file.writeFile(this.unwritten)
    this.unwritten = ''
  }

  private async writing<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw this.unwritable(path, fileFault(error), error)
    }
  }

  private unwritable(path: string, found: string | undefined, cause: unknown): KintsugiError {
    return new KintsugiError('E_FILE', {
      message: `"${this.shown}${path.slice(this.path.length)}" cannot be written.`,
      expected: 'a folder that can be written to',
      ...(found === undefined ? {} : { found }),
      fix: 'Choose another folder with --out, or make room.',
      cause,
    })
  }
}
