import type { TSchema } from 'typebox'

/** A value as plain JSON and float buffers; the same for threads, cache and other processes. */
export interface PackedValue {
  json: unknown
  buffers: Float32Array[]
}

/** A port type: how its values cross threads and are stored, and what literal form it has in a pipeline file. */
export interface PortType {
  name: string
  description: string
  pack(value: unknown): PackedValue
  unpack(packed: PackedValue): unknown
  /** Schema of the literal form that `with` accepts in place of a connection, if there is one. */
  literal?: TSchema
  /** Makes a value of a literal. Default: the literal is the value. */
  fromLiteral?(literal: unknown): unknown
  /** For values that become columns of `scores.csv`: name suffix -> cell. Absent: not scored. */
  toCells?(value: unknown): Readonly<Record<string, number | string | boolean | null>>
}
