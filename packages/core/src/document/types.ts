import type { PortTypeName } from '../plugin/values.js'

/** Path of a value inside a document: keys and indices from the root. */
export type DocumentPath = readonly (string | number)[]

/** A pipeline file as written; see `docs/pipelines.md`. Value forms may stand wherever `Value` is said. */
export interface PipelineDocument {
  /** Version of the file format. */
  kintsugi: 1
  name?: string
  title?: string
  description?: string
  seed?: number
  plugins?: string[]
  /** JSON Schema of each parameter, by name. */
  params?: Record<string, ParamDeclaration>
  axes?: Record<string, AxisDeclaration>
  inputs?: Record<string, InputDeclaration>
  let?: Record<string, Value>
  nodes: Record<string, NodeDeclaration>
  outputs: Record<string, OutputDeclaration | string>
}

/** A literal or a value form, at any depth. */
export type Value = unknown

/** JSON Schema of one parameter; a parameter without `default` must be given. */
export type ParamDeclaration = Record<string, unknown>

/** A list of keys or of records with a `key`, a map from key to value, or a number of keys `0 .. count-1`. */
export type AxisDeclaration = readonly Value[] | { count: Value } | Readonly<Record<string, Value>>

export interface InputDeclaration {
  type: PortTypeName
  description?: string
  /** Files that open an axis when this file is run on its own. */
  each?: string | { glob: string; join?: 'equal' | 'inner' }
  /** Axes that the caller must map, because this graph reduces over them. */
  axes?: string[]
  /** A literal or path used when no value is given. */
  default?: Value
  optional?: boolean
}

export interface RandomDeclaration {
  /** Axes that enter the key of parameter draws. Default: all axes of the node. */
  by?: string[]
  /** Name that replaces the node's path in the key. */
  stream?: string
  /** The same for the stream that `run` receives. */
  pixels?: { by?: string[] }
}

/** One reference, references by port name, or for `many` ports references by name. */
export type Connections = string | Record<string, string | Record<string, string> | string[]>

/** What every kind of node may say. */
export interface NodeModifiers {
  title?: string
  description?: string
  when?: Value
  along?: string[]
  random?: RandomDeclaration
}

export interface UseNode extends NodeModifiers {
  /** A node type `family/name`, or a pipeline file `./x.yaml`. */
  use: string
  in?: Connections
  with?: Record<string, Value>
  /** Axes that a reducing node removes: a name, names, or `*`. */
  over?: string | string[]
  /** The complement of `over`. */
  keep?: string | string[]
  /** Groups a reducing node by a label or text: `node.port`. */
  by?: string
  /** Name of the axis that `by` opens. */
  as?: string
  /** What a reduction does about failed or skipped members. Default `fail`. */
  missing?: 'fail' | 'skip'
  /** Renames the axis that an expanding node opens. */
  opens?: string
  /** For a nested pipeline whose inputs declare `axes`: its axis -> axis of this file. */
  axes?: Record<string, string>
}

export interface ChooseNode extends NodeModifiers {
  choose: Record<string, { weight?: Value; steps?: StepDeclaration[] }>
  in?: Connections
}

export interface ShuffleNode extends NodeModifiers {
  shuffle: { steps: Record<string, StepDeclaration>; before?: [string, string][] }
  in?: Connections
}

export interface SelectNode extends NodeModifiers {
  select: { by: string; cases: Record<string, string>; default?: string; min_confidence?: Value }
}

export interface StackNode extends NodeModifiers {
  /** Key -> reference, or `{ literal }`. */
  stack: Record<string, string | { literal: Value }>
  axis: string
  /** Port type, needed when every entry is a literal. */
  type?: PortTypeName
}

/** A step of `choose` or `shuffle`: a node whose first input is the step before it. */
export type StepDeclaration = NodeDeclaration & {
  /** Name in the graph and in random keys. Default: the node type's name after the slash. */
  name?: string
}

export type NodeDeclaration = UseNode | ChooseNode | ShuffleNode | SelectNode | StackNode

export interface OutputDeclaration {
  from: string
  /** Template of a path below the output folder, such as `restored/{photo}-{sigma}.png`. */
  save?: string
  /** Options of the encoder, such as `{ quality: 90 }`. */
  encode?: Record<string, unknown>
  description?: string
  /** In a file used as a node type: axes opened inside that the value keeps. */
  axes?: string[]
}
