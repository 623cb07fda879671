import { Container } from 'inversify'
import { DiskCache } from './cache/cache.js'
import { FileHashes } from './execute/file-hashes.js'
import { MemoryBudget } from './memory/budget.js'
import { BufferPool } from './memory/buffer-pool.js'
import { PixelArena } from './memory/pixel-arena.js'
import { idleSessionBytes, sharedMemory } from './memory/process-memory.js'
import { createModelEnvironment, type ModelEnvironment } from './models/index.js'
import { type RunSettings, services } from './services.js'
import { InlineRunner } from './workers/inline-runner.js'
import { spareThreads } from './workers/spare-threads.js'
import { WorkerPool } from './workers/worker-pool.js'

/** The one place where the services of a run are put together. `rebind` may replace any of them before they are made. */
export function composeRun(settings: RunSettings, rebind?: (container: Container) => void): Container {
  const container = new Container({ defaultScope: 'Singleton' })
  const threads = settings.jobs + spareThreads(settings.jobs)
  container.bind(services.settings).toConstantValue(settings)
  container
    .bind(services.pool)
    .toResolvedValue(() => new BufferPool(() => PixelArena.take(sharedMemory(settings.memory), threads)))
  container
    .bind(services.files)
    .toResolvedValue((workers: WorkerPool) => new FileHashes((path) => workers.hash(path)), [services.workers])
  container
    .bind(services.budget)
    .toResolvedValue(
      (pool: BufferPool, workers: WorkerPool) =>
        new MemoryBudget(
          sharedMemory(settings.memory),
          () => pool.liveBytes + workers.idleSessionBytes,
          settings.evict,
          { bytes: () => workers.idleSessionBytes, release: () => workers.releaseIdleSessions() },
        ),
      [services.pool, services.workers],
    )
  container
    .bind(services.cache)
    .toResolvedValue(
      (pool: BufferPool) =>
        settings.cacheDir === undefined
          ? undefined
          : new DiskCache({ directory: settings.cacheDir, limit: settings.cacheLimit, pool, warn: settings.warn }),
      [services.pool],
    )
  container.bind(services.models).toResolvedValue(() => {
    let environment: Promise<ModelEnvironment> | undefined
    return () => {
      environment ??= Promise.resolve(
        createModelEnvironment({
          readers: settings.readers,
          makers: settings.makers,
          memory: sharedMemory(settings.memory),
          provider: settings.provider,
          ...(settings.cacheDir === undefined ? {} : { cacheDir: settings.cacheDir }),
        }),
      )
      return environment
    }
  })
  container.bind(services.inline).toResolvedValue(
    (pool: BufferPool, models: () => Promise<ModelEnvironment>) =>
      new InlineRunner({
        pool,
        models,
        portType: settings.portType,
        cancelled: () => Atomics.load(settings.cancelled, 0) === 1,
      }),
    [services.pool, services.models],
  )
  container.bind(services.workers).toResolvedValue(
    (pool: BufferPool) =>
      new WorkerPool({
        size: settings.jobs,
        spare: spareThreads(settings.jobs),
        pool,
        cancelled: settings.cancelled,
        modelPlugins: settings.modelPlugins,
        memory: sharedMemory(settings.memory),
        idleSessionBytes: idleSessionBytes(settings.memory, threads),
        cacheDir: settings.cacheDir,
        provider: settings.provider,
      }),
    [services.pool],
  )
  rebind?.(container)
  return container
}
