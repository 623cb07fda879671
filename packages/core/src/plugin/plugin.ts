import type { ModelReader } from '../models/reader.js'
import type { ModelMaker } from '../models/recipe.js'
import type { AnyNodeDefinition } from './node.js'
import type { PortType } from './port-type.js'

/** The version of the plugin contract that this core speaks. */
export const CONTRACT_VERSION = 1

/** A plugin's manifest: the default export of a plugin package, made with `definePlugin`. */
export interface Plugin {
  /** npm package name, or any name for a local file. */
  name: string
  version: string
  /** Version of the plugin contract it was written for. */
  contract: typeof CONTRACT_VERSION
  nodes?: readonly AnyNodeDefinition[]
  /** Node types that are pipeline files: name -> URL of the file. */
  pipelines?: Readonly<Record<string, URL>>
  portTypes?: readonly PortType[]
  /** Models that ship with it, used as `builtin:NAME`: name -> URL of the file. */
  models?: Readonly<Record<string, URL>>
  /** Readers of checkpoint formats. */
  modelReaders?: readonly ModelReader[]
  /** Makers of models that recipes describe, such as mixtures. Several plugins may bring the same. */
  modelMakers?: readonly ModelMaker[]
}

/** Declares a plugin. Node types may be passed as they come from `defineNode`. */
export function definePlugin(plugin: Omit<Plugin, 'contract'> & { contract?: typeof CONTRACT_VERSION }): Plugin {
  return { ...plugin, contract: plugin.contract ?? CONTRACT_VERSION }
}
