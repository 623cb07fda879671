import type { ServiceIdentifier } from 'inversify'
import type { DiskCache } from './cache/cache.js'
import type { FileHashes } from './execute/file-hashes.js'
import type { MemoryBudget } from './memory/budget.js'
import type { BufferPool } from './memory/buffer-pool.js'
import type { ModelEnvironment } from './models/index.js'
import type { ModelReader } from './models/reader.js'
import type { ModelMaker } from './models/recipe.js'
import type { PortType } from './plugin/port-type.js'
import type { InlineTaskRunner } from './workers/task.js'
import type { WorkerPool } from './workers/worker-pool.js'

/** What a run is set up with. */
export interface RunSettings {
  jobs: number
  memory: number
  cacheDir: string | undefined
  cacheLimit: number
  provider: string
  /** URLs of the plugins that read or make models. */
  modelPlugins: readonly string[]
  readers: readonly ModelReader[]
  makers: readonly ModelMaker[]
  portType: (name: string) => PortType
  cancelled: Int32Array
  evict: () => boolean
  warn: (message: string) => void
}

const token = <T>(name: string): ServiceIdentifier<T> => Symbol.for(`kintsugi/${name}`)

/** The services of a run. An embedding program may bind others in their place. */
export const services = {
  settings: token<RunSettings>('settings'),
  pool: token<BufferPool>('pool'),
  budget: token<MemoryBudget>('budget'),
  /** Absent when there is no cache folder. */
  cache: token<DiskCache | undefined>('cache'),
  files: token<FileHashes>('files'),
  models: token<() => Promise<ModelEnvironment>>('models'),
  inline: token<InlineTaskRunner>('inline'),
  workers: token<WorkerPool>('workers'),
}
