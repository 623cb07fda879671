import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import {
  createKintsugi,
  type KintsugiOptions,
  type PlanOptions,
  type RunEvent,
  type RunOptions,
  type RunResult,
  services,
} from '../../src/index.js'
import { BufferPool } from '../../src/memory/buffer-pool.js'
import { PixelArena } from '../../src/memory/pixel-arena.js'
import { WorkerPool } from '../../src/workers/worker-pool.js'

/** Root of the workspace, below whose `node_modules` the plugins are found. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url))
/** The plugin of these tests, for `plugins:`. */
export const probe = fileURLToPath(new URL('probe-plugin.ts', import.meta.url))

/** Threads that outlast a run: starting them from TypeScript sources takes longer than most runs here. */
class KeptThreads extends WorkerPool {
  readonly pool: BufferPool

  constructor() {
    const pool = new BufferPool(() => PixelArena.create(64 * 2 ** 20, 2))
    const cancelled = new Int32Array(new SharedArrayBuffer(4))
    super({
      size: 2,
      spare: 0,
      pool,
      cancelled,
      modelPlugins: [],
      memory: Infinity,
      idleSessionBytes: Infinity,
      cacheDir: undefined,
      provider: 'cpu',
    })
    this.pool = pool
  }

  override close(): Promise<void> {
    return Promise.resolve()
  }

  end(): Promise<void> {
    return super.close()
  }
}

let kept: KeptThreads | undefined
after(() => kept?.end())

/** What a run said, gave and left. */
export interface Told {
  result: RunResult
  events: RunEvent[]
  /** Node paths of the tasks that were computed, sorted, with repetitions. */
  ran: string[]
  cached: string[]
  warnings: string[]
  /** Pooled bytes in use after the run. */
  liveBytes: number
}

/** A folder with photos, pipelines, a cache and run folders. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'kintsugi-run-'))

  path(...parts: string[]): string {
    return join(this.folder, ...parts)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  write(name: string, content: string | Uint8Array): string {
    mkdirSync(join(this.path(name), '..'), { recursive: true })
    writeFileSync(this.path(name), content)
    return this.path(name)
  }

  /** A small photo-like PNG: waves and edges that depend on the seed. */
  async photo(name: string, seed: number, width = 32, height = 28): Promise<void> {
    const samples = Buffer.alloc(width * height * 3)
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)]
      for (let c = 0; c < 3; c++) {
        const wave = Math.sin((x * (seed + 1)) / 5 + c) + Math.cos((y * (seed + 2)) / 7)
        samples[3 * i + c] = Math.max(0, Math.min(255, 60 + 20 * (seed % 5) + 40 * wave + (x > width / 2 ? 25 : 0)))
      }
    }
    this.write(
      name,
      await sharp(samples, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer(),
    )
  }

  /**
   * Runs a pipeline, by default into `out` with the cache of the workshop. With `jobs` it has threads of its own, else it shares those
   * of the tests.
   */
  async run(pipeline: string, options: RunOptions & PlanOptions & { kintsugi?: KintsugiOptions } = {}): Promise<Told> {
    const events: RunEvent[] = []
    const { kintsugi, ...rest } = options
    const threads = rest.jobs === undefined ? (kept ??= new KeptThreads()) : undefined
    const pool = threads?.pool ?? new BufferPool()
    const result = await createKintsugi({
      cwd: root,
      cacheDir: this.path('cache'),
      ...kintsugi,
      rebind: (container) => {
        container.rebind(services.pool).toConstantValue(pool)
        if (threads !== undefined) container.rebind(services.workers).toConstantValue(threads)
      },
    }).run(this.path(pipeline), {
      out: this.path('out'),
      ...rest,
      on: (event) => {
        events.push(event)
        rest.on?.(event)
      },
    })
    const tasks = (state: 'ran' | 'cached'): string[] =>
      events.flatMap((event) => (event.type === 'task' && event.state === state ? [event.node] : [])).sort()
    return {
      result,
      events,
      ran: tasks('ran'),
      cached: tasks('cached'),
      warnings: events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])),
      liveBytes: pool.liveBytes,
    }
  }
}

/** Hashes of all files below a folder by path, hidden ones too. */
export function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    names
      .filter((name) => !statSync(join(folder, name)).isDirectory())
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  )
}

/** The `run.json` of a run folder. */
export function runJson(folder: string): {
  saved: { path: string; value: string }[]
  records: { key: string }[]
  failures: unknown[]
} {
  return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as ReturnType<typeof runJson>
}
