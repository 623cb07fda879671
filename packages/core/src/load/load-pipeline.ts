import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isPipelinePath, type LoadedDocument, readDocumentFile, takeDocument } from '../document/load.js'
import type { PipelineDocument } from '../document/types.js'
import { usesOf } from '../document/uses.js'
import { KintsugiError } from '../errors/index.js'
import { PipelineErrors } from '../plan/planner.js'
import { type FoundPlugin, findPlugins, importPlugin } from '../plugin/discovery.js'
import { type LoadedPlugin, Registry } from '../plugin/registry.js'

/** A pipeline with every file and plugin that it uses. */
export interface Pipeline {
  main: LoadedDocument
  /** Nested pipeline files, by absolute path; the main file too. */
  documents: ReadonlyMap<string, LoadedDocument>
  registry: Registry
}

export interface LoadOptions {
  /** Working directory: where plugins are looked for after the pipeline's folder. */
  cwd: string
  /** Plugins that are there without being looked for: the core's own, and those of an embedding program. */
  plugins: readonly LoadedPlugin[]
  /** Changes the document before it is checked. */
  edit?: (document: unknown) => void
}

/** Folder of this package: where the plugins that were installed beside it are found last. */
const OWN_FOLDER = dirname(fileURLToPath(import.meta.url))

/** Folders in which plugins are looked for, nearest first. */
export function pluginFolders(folder: string, cwd: string): string[] {
  return [...new Set([folder, cwd, OWN_FOLDER])]
}

/** Reads a pipeline, the files it nests and the plugins it needs. Throws `PipelineErrors` with every fault of form. */
export async function loadPipeline(pipeline: string | PipelineDocument, options: LoadOptions): Promise<Pipeline> {
  const faults: KintsugiError[] = []
  const report = (found: readonly KintsugiError[]): void => void faults.push(...found)
  const main =
    typeof pipeline === 'string'
      ? await readDocumentFile(resolve(options.cwd, pipeline), pipeline, report, options.edit)
      : takeDocument(pipeline, options.cwd, report, options.edit)
  if (main === undefined) throw new PipelineErrors(faults)
  const folders = pluginFolders(main.folder, options.cwd)
  const plugins = new PluginSet(options.plugins, folders)
  for (const [i, specifier] of (main.document.plugins ?? []).entries()) {
    await plugins.require(specifier).catch((error: unknown) => {
      throw error instanceof KintsugiError ? error.at(main.source.locate(['plugins', i])) : error
    })
  }
  const documents = new Map<string, LoadedDocument>()
  if (main.path !== undefined) documents.set(main.path, main)
  const waiting: LoadedDocument[] = [main]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const { use, path } of usesOf(next.document)) {
      const from = next
      const file = isPipelinePath(use)
        ? resolve(next.folder, use)
        : await plugins.pipelineOf(use).catch((error: unknown) => {
            throw error instanceof KintsugiError ? error.at(from.source.locate(path)) : error
          })
      if (file === undefined || documents.has(file)) continue
      const shown = relative(options.cwd, file)
      const loaded = await readDocumentFile(file, shown.startsWith('..') ? file : shown, report).catch(
        (error: unknown) => {
          throw error instanceof KintsugiError && error.code === 'E_FILE' ? error.at(from.source.locate(path)) : error
        },
      )
      if (loaded === undefined) continue
      documents.set(file, loaded)
      waiting.push(loaded)
    }
  }
  if (faults.length > 0) throw new PipelineErrors(faults)
  return { main, documents, registry: plugins.registry() }
}

/** Plugins loaded so far; finds and imports the one that provides a family when a node first needs it. */
class PluginSet {
  private readonly loaded: LoadedPlugin[]
  private found: FoundPlugin[] | undefined
  private readonly tried = new Set<string>()

  constructor(
    given: readonly LoadedPlugin[],
    private readonly folders: readonly string[],
  ) {
    this.loaded = [...given]
  }

  /** Loads a plugin that the pipeline lists. */
  async require(specifier: string): Promise<void> {
    const plugin = await importPlugin(specifier, this.folders)
    if (!this.loaded.some((known) => known.plugin.name === plugin.plugin.name)) this.loaded.push(plugin)
  }

  /** The file behind a node type that is a pipeline; loads the plugin of its family first. */
  async pipelineOf(use: string): Promise<string | undefined> {
    await this.loadFamily(use.split('/')[0] ?? use)
    for (const { plugin } of this.loaded) {
      const url = plugin.pipelines?.[use]
      if (url !== undefined) return fileURLToPath(url)
    }
    return undefined
  }

  registry(): Registry {
    return new Registry(this.loaded)
  }

  async loadFamily(family: string): Promise<void> {
    if (this.tried.has(family) || this.provides(family)) return
    this.tried.add(family)
    this.found ??= findPlugins(this.folders)
    const candidates = this.found.filter((plugin) => plugin.families.includes(family))
    if (candidates.length > 1) {
      throw new KintsugiError('E_PLUGIN', {
        message: `The family "${family}" is provided by ${candidates.map((plugin) => plugin.name).join(' and ')}.`,
        expected: 'one provider',
        fix: 'List under "plugins" the one to use.',
      })
    }
    const [plugin] = candidates
    if (plugin !== undefined && !this.loaded.some((known) => known.plugin.name === plugin.name)) {
      this.loaded.push(await importPlugin(plugin.name, this.folders))
    }
  }

  private provides(family: string): boolean {
    return this.loaded.some(({ plugin }) =>
      [...(plugin.nodes ?? []).map((node) => node.name), ...Object.keys(plugin.pipelines ?? {})].some((name) =>
        name.startsWith(`${family}/`),
      ),
    )
  }
}

/** Loads every plugin that can be found, for listings; those that fail are told of, not thrown. */
export async function loadAllPlugins(
  options: LoadOptions & { folder: string },
): Promise<{ registry: Registry; failed: readonly KintsugiError[] }> {
  const folders = pluginFolders(options.folder, options.cwd)
  const loaded = [...options.plugins]
  const failed: KintsugiError[] = []
  for (const { name } of findPlugins(folders)) {
    if (loaded.some((known) => known.plugin.name === name)) continue
    try {
      loaded.push(await importPlugin(name, folders))
    } catch (error) {
      if (!(error instanceof KintsugiError)) throw error
      failed.push(error)
    }
  }
  return { registry: new Registry(loaded), failed }
}

/** Loads the plugin that provides one node type. */
export async function loadPluginsFor(names: readonly string[], options: LoadOptions): Promise<Registry> {
  const plugins = new PluginSet(options.plugins, pluginFolders(options.cwd, options.cwd))
  for (const name of names) await plugins.pipelineOf(name)
  return plugins.registry()
}
