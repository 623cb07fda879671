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

/** A network: a file (ONNX, or a checkpoint that an installed reader understands) known by the hash of its content. */
export interface Model {
  /** What a person calls it: file name or `builtin:NAME`. */
  readonly name: string
  /** Absolute path of the file. Never written to lineage. */
  readonly path: string
  /** SHA-256 of the file's bytes, hex. */
  readonly hash: string
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

/** One step of a lineage record: which node type ran, with what. */
export interface RecordStep {
  readonly use: string
  readonly with: Readonly<Record<string, unknown>>
  /** False when the step was bypassed by `when`; `with` still tells what it drew. */
  readonly ran: boolean
  /** The key that started the node's random stream, when it has one. */
  readonly random?: string
}

/** What made a value: steps addressed by node path, and the choices that were drawn. */
export interface LineageRecord {
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
