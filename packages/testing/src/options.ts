import type { NodeExample } from '@kintsugi/core'

/** What a test says about one node type besides its definition. */
export interface NodeOptions {
  /** Examples that cannot stand in the definition, such as those that name a file. They come after its own. */
  examples?: readonly NodeExample[]
  /** Parameters that every kind of image is tried with. Default: the defaults where they are complete, else those of the first example. */
  with?: Readonly<Record<string, unknown>>
  /**
   * What the node type does not do, with the reason: `check` or `check/case` (see `checkNames`), such as
   * `{ 'metadata/bitDepth': 'JPEG has 8 bits' }`. An exception that is not needed is a finding.
   */
  except?: Readonly<Record<string, string>>
  /** Longest time in milliseconds between cancelling and the end of `run`. Default: 1000. */
  cancelWithin?: number
}

/** What a test says about a plugin. */
export interface PluginOptions {
  /** Options of node types, by name. */
  nodes?: Readonly<Record<string, NodeOptions>>
}
