import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  corePortTypes,
  createKintsugi,
  type Kintsugi,
  KintsugiError,
  type KintsugiOptions,
  type Model,
  type NodeContext,
  type PipelineDocument,
  type Plugin,
  type PortType,
  type RegisteredNode,
  type Registry,
  services,
} from '@kintsugi/core'
import { type LiteralValidator, literalValidator } from './literal-validators.js'

type Container = Parameters<NonNullable<KintsugiOptions['rebind']>>[0]
type Models = Awaited<ReturnType<typeof modelsOf>>

const modelsOf = (container: Container) => container.get(services.models)()

/** Where a plugin's node types are tried: its registry, models on this thread, and a folder that is removed at the end. */
export class Workbench {
  private models: Promise<Models> | undefined

  private constructor(
    readonly plugin: Plugin,
    readonly registry: Registry,
    readonly folder: string,
    /** Whether its nodes run in worker threads as they do for users. */
    readonly threaded: boolean,
    /** Paths for `plugins` of a pipeline. */
    readonly specifiers: readonly string[],
    private readonly container: Container,
    /** What is wrong with a literal of a port type; `undefined` if it fits. */
    readonly literalFault: LiteralValidator,
  ) {}

  /**
   * Loads a plugin as a pipeline that lists it does. Without `specifier` it is taken as made by this program, unless it is the
   * core's own. Throws `E_CONFORMANCE_SETUP` if the specifier gives another plugin.
   */
  static async open(plugin: Plugin, specifier: string | URL | undefined): Promise<Workbench> {
    const folder = await mkdtemp(join(tmpdir(), 'kintsugi-conformance-'))
    try {
      return await Workbench.load(plugin, specifier, folder)
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  private static async load(plugin: Plugin, specifier: string | URL | undefined, folder: string): Promise<Workbench> {
    const specifiers = specifier === undefined ? [] : [fileURLToPath(specifier)]
    const own = specifier === undefined && !(await isBuiltIn(plugin, folder))
    let container: Container | undefined
    const kintsugi = createKintsugi({
      cwd: folder,
      cacheDir: join(folder, 'models'),
      plugins: own ? [plugin] : [],
      rebind: (made) => {
        container = made
      },
    })
    const prepared = await kintsugi.plan(trivialPipeline(specifiers))
    await kintsugi.run(prepared)
    const { registry } = prepared
    const missing = (plugin.nodes ?? []).find(({ name }) => registry.node(name)?.plugin.plugin.name !== plugin.name)
    if (missing !== undefined || container === undefined) {
      throw new KintsugiError('E_CONFORMANCE_SETUP', {
        message: `${missing?.name ?? plugin.name} is not provided by what ${String(specifier)} loads`,
        expected: `a module whose default export is the plugin ${plugin.name}`,
        fix: "give the URL of the plugin's entry, such as `new URL('../src/index.js', import.meta.url)`",
      })
    }
    return new Workbench(
      plugin,
      registry,
      folder,
      !own,
      specifiers,
      container,
      await literalValidator([...corePortTypes, ...(plugin.portTypes ?? [])]),
    )
  }

  /** A Kintsugi that keeps its cache in this folder and knows the plugin. */
  kintsugi(): Kintsugi {
    return createKintsugi({
      cwd: this.folder,
      cacheDir: join(this.folder, 'cache'),
      plugins: this.threaded ? [] : [this.plugin],
    })
  }

  node(name: string): RegisteredNode {
    const registered = this.registry.node(name)
    if (registered === undefined)
      throw new KintsugiError('E_CONFORMANCE_SETUP', { message: `${this.plugin.name} has no node type ${name}` })
    return registered
  }

  portType(name: string): PortType {
    const type = this.registry.portType(name)
    if (type === undefined) throw new KintsugiError('E_CONFORMANCE_SETUP', { message: `there is no port type ${name}` })
    return type
  }

  /** The model of a literal: `builtin:NAME` or the path of a file. */
  async model(literal: string): Promise<Model> {
    const path = literal.startsWith('builtin:') ? this.registry.model(literal.slice('builtin:'.length)) : literal
    if (path === undefined) throw new KintsugiError('E_CONFORMANCE_SETUP', { message: `there is no model ${literal}` })
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    return { name: literal.startsWith('builtin:') ? literal : basename(path), path, hash }
  }

  /** Opens models on this thread for one run of a node. */
  modelOpener(hooks: Pick<NodeContext, 'createImage' | 'throwIfCancelled' | 'progress'>): NodeContext['openModel'] {
    return async (model, options) => {
      this.models ??= modelsOf(this.container)
      return (await this.models).open(model, hooks, options)
    }
  }

  async close(): Promise<void> {
    await (await this.models)?.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

function trivialPipeline(plugins: readonly string[]): PipelineDocument {
  return {
    kintsugi: 1,
    plugins: [...plugins],
    nodes: { one: { use: 'core/value', with: { value: 1 } } },
    outputs: { one: 'one' },
  }
}

/** Whether every Kintsugi has this plugin's node types. */
async function isBuiltIn(plugin: Plugin, cwd: string): Promise<boolean> {
  const { registry } = await createKintsugi({ cwd, cacheDir: false }).plan(trivialPipeline([]))
  return (
    (plugin.nodes ?? []).length > 0 &&
    (plugin.nodes ?? []).every((node) => registry.node(node.name)?.definition === node)
  )
}
