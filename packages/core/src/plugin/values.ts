import type { Image } from '../image/image.js'
import type { Metric } from './metric.js'

/** A distribution over names: what a classifier says of an image. */
export interface Label {
  /** The most probable name. */
  readonly label: string
  /** Its probability, 0..1. */
  readonly confidence: number
  /** Probability of every name, summing to 1. */
  readonly distribution: Readonly<Record<string, number>>
}

/** Named numbers under a codec that says what they mean, such as `dasr/33@1`. */
export interface Vector {
  readonly codec: string
  readonly names: readonly string[]
  readonly values: readonly number[]
}

/** A network: a file, or a recipe by which one is made of others. Plain data; weights are read where the network is opened. */
export type Model = ModelFile | MadeModel

/** A network in a file (ONNX, or a checkpoint that an installed reader understands), known by the hash of its content. */
export interface ModelFile {
  /** What a person calls it: file name or `builtin:NAME`. */
  readonly name: string
  /** Absolute path of the file. Never written to lineage. */
  readonly path: string
  /** SHA-256 of the file's bytes, hex. */
  readonly hash: string
}

/** A network that is made when it is first opened. Make one with `makeModel`. */
export interface MadeModel {
  /** What a person calls it, such as `0.7 a.pth + 0.3 b.pth`. */
  readonly name: string
  /** SHA-256, hex, over the canonical JSON of the maker's name, the members' hashes and the parameters. */
  readonly hash: string
  readonly recipe: ModelRecipe
}

/** How a network is made. */
export interface ModelRecipe {
  /** Name of the `ModelMaker` that follows it, such as `nn/mix@1`. */
  readonly maker: string
  readonly members: readonly Model[]
  /** JSON that the maker understands. */
  readonly params: unknown
}

/** A cell of a table. `null` is a missing value. */
export type Cell = number | string | boolean | null

/** A rectangular table with named columns. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** What each column measures; null for keys and for numbers whose node type does not say. */
  readonly metrics?: readonly (Metric | null)[]
  /** For each cell: `1` the best of those that it may be compared with, `2` the second, `0` neither. */
  readonly ranks?: readonly (readonly number[])[]
  /** What a reader must know: conventions, how intervals were made, what could not be ranked and why. */
  readonly notes?: readonly string[]
}

/** Where an input of a recorded step came from. */
export type RecordReference =
  /** `step.port` (`step.port[key]` for one entry of an axis), or the name of a source. */
  | string
  | { readonly literal: unknown }
  | { readonly model: string; readonly sha256: string }
  | { readonly many: Readonly<Record<string, RecordReference>> }
  /** Number of members of a whole axis that the step took; they are not part of the record. */
  | { readonly series: number }

/** One step of a lineage record: which node type ran, with what. */
export interface RecordStep {
  readonly use: string
  /** Parameters with all forms resolved and defaults filled in. */
  readonly with: Readonly<Record<string, unknown>>
  /** False when the step was bypassed by `when`; `with` still tells what it drew. */
  readonly ran: boolean
  /** The key that started the node's random stream, hex, when it has one. */
  readonly random?: string
  /** What its inputs were, by port; only steps that ran have it. */
  readonly in?: Readonly<Record<string, RecordReference>>
  /** Name and version of the plugin that ran it. */
  readonly plugin?: string
  /** Values of the outputs that its node type records, by port, as their port types pack them. */
  readonly gave?: Readonly<Record<string, unknown>>
}

/** An image that came from outside. */
export interface RecordSource {
  /** Name of its file; absent for an image from a program. */
  readonly file?: string
  /** SHA-256 of the file, or of the samples of an image from a program; absent in a record that no image was made with. */
  readonly sha256?: string
}

/**
 * What made a value, as data: where it came from, the steps in the order in which they ran, addressed by node path, and the choices
 * that were drawn. With an image in the place of its source, `core/replay` carries the steps out again.
 */
export interface LineageRecord {
  /** Version of this form. */
  readonly record: 1
  /** The value that it tells of: a step and its output, or a source. */
  readonly result: string
  readonly sources: Readonly<Record<string, RecordSource>>
  readonly steps: Readonly<Record<string, RecordStep>>
  readonly choices: Readonly<Record<string, string | readonly string[]>>
}

/**
 * The port types and the values they carry. The set is open: a plugin adds its own by declaration merging,
 * `declare module '@kintsugi/core' { interface PortValues { spectrum: Spectrum } }`, and lists it in its manifest.
 */
export interface PortValues {
  image: Image
  number: number
  boolean: boolean
  text: string
  label: Label
  vector: Vector
  model: Model
  table: Table
  record: LineageRecord
}

/** Name of a port type. */
export type PortTypeName = keyof PortValues
