import { fileURLToPath } from 'node:url'
import { KintsugiError } from '../errors/index.js'
import { applyDefaults, compileParams, type SchemaFault } from '../forms/index.js'
import type { ModelReader } from '../models/reader.js'
import type { ModelMaker } from '../models/recipe.js'
import type { AnyNodeDefinition, InputPort, NodeKind, OutputPort } from './node.js'
import type { Plugin } from './plugin.js'
import type { PortType } from './port-type.js'
import { corePortTypes } from './port-types.js'

/** A plugin with where it came from. */
export interface LoadedPlugin {
  plugin: Plugin
  /** URL that a worker imports; absent for plugins made by the program itself, whose nodes run on the main thread. */
  specifier: string | undefined
  /** Identity of its code, part of every task key. */
  identity: () => string
  /** Where it was found, for people. */
  from: string
}

/** A node type ready to plan and run. */
export interface RegisteredNode {
  name: string
  definition: AnyNodeDefinition
  plugin: LoadedPlugin
  kind: NodeKind
  inputs: ReadonlyMap<string, InputPort>
  outputs: ReadonlyMap<string, OutputPort>
  random: boolean
  runs: 'worker' | 'inline'
  /** Whether its outputs are kept on disk. */
  cached: boolean
  /** Names of parameters that are paths of files. */
  files: readonly string[]
  /** Name of the parameter that takes what the entries of a `many` port measure (`x-kintsugi: metrics`), if it has one. */
  metrics: string | undefined
  validate: (params: unknown) => readonly SchemaFault[]
  /** Parameters with their defaults filled in. */
  complete: (params: Record<string, unknown>) => Readonly<Record<string, unknown>>
}

/** All node types, pipelines, port types, models and readers of the plugins that are loaded; immutable. */
export class Registry {
  private readonly nodes = new Map<string, RegisteredNode>()
  private readonly pipelines = new Map<string, string>()
  private readonly portTypes = new Map<string, PortType>()
  private readonly models = new Map<string, string>()
  readonly readers: readonly { reader: ModelReader; plugin: LoadedPlugin }[]
  readonly makers: readonly { maker: ModelMaker; plugin: LoadedPlugin }[]

  constructor(readonly plugins: readonly LoadedPlugin[]) {
    const makers: { maker: ModelMaker; plugin: LoadedPlugin }[] = []
    const readers: { reader: ModelReader; plugin: LoadedPlugin }[] = []
    for (const type of corePortTypes) this.portTypes.set(type.name, type)
    for (const loaded of plugins) {
      const { plugin } = loaded
      for (const type of plugin.portTypes ?? []) claim(this.portTypes, type.name, type, loaded, 'port type')
      for (const node of plugin.nodes ?? []) claim(this.nodes, node.name, register(node, loaded), loaded, 'node type')
      for (const [name, url] of Object.entries(plugin.pipelines ?? {}))
        claim(this.pipelines, name, fileURLToPath(url), loaded, 'pipeline')
      for (const [name, url] of Object.entries(plugin.models ?? {}))
        claim(this.models, name, fileURLToPath(url), loaded, 'model')
      for (const reader of plugin.modelReaders ?? []) readers.push({ reader, plugin: loaded })
      for (const maker of plugin.modelMakers ?? []) makers.push({ maker, plugin: loaded })
    }
    this.readers = readers
    this.makers = makers
  }

  node(name: string): RegisteredNode | undefined {
    return this.nodes.get(name)
  }

  /** Absolute path of a node type that is a pipeline file. */
  pipeline(name: string): string | undefined {
    return this.pipelines.get(name)
  }

  portType(name: string): PortType | undefined {
    return this.portTypes.get(name)
  }

  portTypeNames(): string[] {
    return [...this.portTypes.keys()]
  }

  /** Absolute path of a `builtin:` model. */
  model(name: string): string | undefined {
    return this.models.get(name)
  }

  /** URLs of the plugins that read or make models, for worker threads to import; those of the program itself have none. */
  modelPlugins(): string[] {
    return [...new Set([...this.readers, ...this.makers].flatMap(({ plugin }) => plugin.specifier ?? []))]
  }

  /** Names of `builtin:` models with their files. */
  builtinModels(): ReadonlyMap<string, string> {
    return this.models
  }

  /** Names of node types and pipelines. */
  names(): string[] {
    return [...this.nodes.keys(), ...this.pipelines.keys()].sort()
  }

  all(): RegisteredNode[] {
    return [...this.nodes.values()]
  }

  allPipelines(): ReadonlyMap<string, string> {
    return this.pipelines
  }

  /** Names and versions of the plugins that provide these nodes. */
  usedPlugins(nodes: readonly RegisteredNode[]): { name: string; version: string }[] {
    const used = new Set(nodes.map((node) => node.plugin.plugin))
    return [...used].map(({ name, version }) => ({ name, version })).sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

function claim<T>(map: Map<string, T>, name: string, value: T, loaded: LoadedPlugin, what: string): void {
  if (map.has(name)) {
    throw new KintsugiError('E_PLUGIN', {
      message: `The ${what} "${name}" is provided twice, the second time by ${loaded.plugin.name} (${loaded.from}).`,
      expected: 'one provider',
      fix: 'List under "plugins" the one to use.',
    })
  }
  map.set(name, value)
}

function register(definition: AnyNodeDefinition, plugin: LoadedPlugin): RegisteredNode {
  const runs = definition.runs ?? 'worker'
  const schema = (definition.params ?? { type: 'object', properties: {} }) as {
    properties?: Record<string, Record<string, unknown>>
  }
  return {
    name: definition.name,
    definition,
    plugin,
    kind: definition.kind ?? 'map',
    inputs: new Map(
      Object.entries(definition.inputs ?? {}).map(([name, port]) => [
        name,
        typeof port === 'string' ? { type: port } : port,
      ]),
    ),
    outputs: new Map(
      Object.entries(definition.outputs).map(([name, port]) => [
        name,
        typeof port === 'string' ? { type: port } : port,
      ]),
    ),
    random: definition.random === true,
    runs,
    cached: definition.cache ?? runs === 'worker',
    files: Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      property['x-kintsugi'] === 'file' ? [name] : [],
    ),
    metrics: Object.keys(schema.properties ?? {}).find(
      (name) => schema.properties?.[name]?.['x-kintsugi'] === 'metrics',
    ),
    validate: (params) => compileParams(schema)(applyDefaults(schema, params)),
    complete: (params) => applyDefaults(schema, params) as Record<string, unknown>,
  }
}
