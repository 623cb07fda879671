import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Container } from 'inversify'
import { PipelineBuilder } from './builder/pipeline-builder.js'
import { defaultCacheFolder } from './cache/folder.js'
import type { PipelineDocument } from './document/types.js'
import { type RunResult } from './execute/execute.js'
import { loadAllPlugins, loadPipeline, loadPluginsFor, type Pipeline } from './load/load-pipeline.js'
import { type GivenInput, resolveInputs } from './load/resolve-inputs.js'
import { corePlugin } from './nodes/index.js'
import { setAt } from './plan/override.js'
import { makePlan } from './plan/planner.js'
import { lazyIdentity } from './plugin/identity.js'
import { checkManifest } from './plugin/manifest.js'
import type { Plugin } from './plugin/plugin.js'
import type { LoadedPlugin, Registry } from './plugin/registry.js'
import { type PreparedRun, type RunOptions, runPlan } from './run-plan.js'
import { CORE } from './workers/worker-pool.js'

/** How Kintsugi is set up. */
export interface KintsugiOptions {
  /** Folder that relative paths start from. Default: the working directory. */
  cwd?: string
  /** Folder of the cache; `false` for none. Default: `KINTSUGI_CACHE`, else `.kintsugi/cache` beside the nearest `package.json`, else the user's cache folder. */
  cacheDir?: string | false
  /** Most bytes of the cache. Default: 10 GiB. */
  cacheLimit?: number
  /** Plugins made by the program itself; their nodes run on the main thread and are not cached on disk. */
  plugins?: readonly Plugin[]
  /** Replaces services before they are made, see `services`. */
  rebind?: (container: Container) => void
}

/** What a plan is narrowed and filled in with. */
export interface PlanOptions {
  /** Values of inputs: a path or glob as text, or a value such as an `Image`. */
  inputs?: Readonly<Record<string, unknown>>
  params?: Readonly<Record<string, unknown>>
  /** Replaced parts of the document, by path: `{ 'nodes.noisy.with.sigma': 10 }`. */
  set?: Readonly<Record<string, unknown>>
  seed?: number
}

/** Loads, validates, plans and runs pipelines. */
export class Kintsugi {
  readonly cwd: string
  readonly cacheDir: string | undefined
  private readonly plugins: readonly LoadedPlugin[]

  constructor(private readonly options: KintsugiOptions = {}) {
    this.cwd = resolve(options.cwd ?? process.cwd())
    this.cacheDir =
      options.cacheDir === false
        ? undefined
        : options.cacheDir === undefined
          ? defaultCacheFolder(this.cwd)
          : resolve(this.cwd, options.cacheDir)
    const core: LoadedPlugin = {
      plugin: corePlugin,
      specifier: CORE,
      identity: lazyIdentity(corePlugin.name, corePlugin.version, import.meta.url),
      from: fileURLToPath(import.meta.url),
    }
    const own = (options.plugins ?? []).map((plugin): LoadedPlugin => {
      checkManifest(plugin, `"${plugin.name}"`)
      return { plugin, specifier: undefined, identity: () => `${plugin.name}@${plugin.version}`, from: 'this program' }
    })
    this.plugins = [core, ...own]
  }

  /** Reads a pipeline file, document or builder, with the files and plugins that it uses. Throws `PipelineErrors`. */
  load(
    pipeline: string | PipelineDocument | PipelineBuilder,
    set: Readonly<Record<string, unknown>> = {},
  ): Promise<Pipeline> {
    const document = pipeline instanceof PipelineBuilder ? pipeline.toDocument() : pipeline
    return loadPipeline(document, {
      cwd: this.cwd,
      plugins: this.plugins,
      edit: (value) => Object.entries(set).forEach(([path, to]) => setAt(value, path, to)),
    })
  }

  /** Plans a pipeline: everything checked, nothing computed. Throws `PipelineErrors`. */
  async plan(
    pipeline: Pipeline | string | PipelineDocument | PipelineBuilder,
    options: PlanOptions = {},
  ): Promise<PreparedRun> {
    const loaded =
      typeof pipeline === 'object' && 'registry' in pipeline ? pipeline : await this.load(pipeline, options.set)
    const given = Object.fromEntries(
      Object.entries(options.inputs ?? {}).map(([name, value]): [string, GivenInput] => [
        name,
        typeof value === 'string' ? { text: value } : { value },
      ]),
    )
    const inputs = await resolveInputs(loaded.main, given, this.cwd)
    const plan = makePlan({
      document: loaded.main,
      documents: loaded.documents,
      registry: loaded.registry,
      inputs,
      params: options.params ?? {},
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    })
    return { plan, registry: loaded.registry }
  }

  /** Plans and runs a pipeline. */
  async run(
    pipeline: PreparedRun | string | PipelineDocument | PipelineBuilder,
    options: RunOptions & PlanOptions = {},
  ): Promise<RunResult> {
    const prepared =
      typeof pipeline === 'object' && 'plan' in pipeline && 'registry' in pipeline
        ? pipeline
        : await this.plan(pipeline, options)
    return runPlan(prepared, options, {
      cwd: this.cwd,
      cacheDir: this.cacheDir,
      cacheLimit: this.options.cacheLimit,
      rebind: this.options.rebind,
      registryFor: (names) => this.registryFor(names),
    })
  }

  /** All node types that can be found from a folder, with the plugins that failed to load. */
  discover(folder = this.cwd): ReturnType<typeof loadAllPlugins> {
    return loadAllPlugins({ folder, cwd: this.cwd, plugins: this.plugins })
  }

  /** The registry with the plugins of these node types. */
  registryFor(names: readonly string[]): Promise<Registry> {
    return loadPluginsFor(names, { cwd: this.cwd, plugins: this.plugins })
  }
}

/** Sets up Kintsugi. */
export function createKintsugi(options: KintsugiOptions = {}): Kintsugi {
  return new Kintsugi(options)
}
