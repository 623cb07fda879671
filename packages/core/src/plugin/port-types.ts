import { Type } from 'typebox'
import { KintsugiError } from '../errors/index.js'
import type { Image, ImageMetadata } from '../image/image.js'
import type { PackedValue, PortType } from './port-type.js'
import { recordSchema } from './record-schema.js'
import type { Label, Vector } from './values.js'

const packJson = (value: unknown): PackedValue => ({ json: value, buffers: [] })
const unpackJson = (packed: PackedValue): unknown => packed.json

interface PackedImage {
  width: number
  height: number
  channels: 1 | 3
  metadata: ImageMetadata
}

const image: PortType = {
  name: 'image',
  description:
    'Planar float32 RGB or gray, sRGB-encoded, nominally 0..1, with an alpha plane of its own if it has one.',
  pack(value) {
    const { width, height, channels, data, alpha, metadata } = value as Image
    const json: PackedImage = { width, height, channels, metadata }
    return { json, buffers: alpha === null ? [data] : [data, alpha] }
  },
  unpack({ json, buffers }) {
    const [data, alpha] = buffers
    if (data === undefined) throw new KintsugiError('E_UNEXPECTED', { message: 'A packed image has no samples.' })
    return { ...(json as PackedImage), data, alpha: alpha ?? null } satisfies Image
  },
}

const number: PortType = {
  name: 'number',
  description: 'A number; Infinity and NaN are kept.',
  // JSON has neither Infinity nor NaN.
  pack: (value) => packJson(Number.isFinite(value) ? value : String(value)),
  unpack: ({ json }) => (typeof json === 'string' ? Number(json) : json),
  literal: Type.Number(),
  toCells: (value) => ({ '': value as number }),
}

const boolean: PortType = {
  name: 'boolean',
  description: 'True or false.',
  pack: packJson,
  unpack: unpackJson,
  literal: Type.Boolean(),
  toCells: (value) => ({ '': value as boolean }),
}

const text: PortType = {
  name: 'text',
  description: 'Text.',
  pack: packJson,
  unpack: unpackJson,
  literal: Type.String(),
  toCells: (value) => ({ '': value as string }),
}

const label: PortType = {
  name: 'label',
  description:
    'A distribution over names, with the most probable one and its confidence. As a literal: a name, which is then certain.',
  pack: packJson,
  unpack: unpackJson,
  literal: Type.String(),
  fromLiteral: (literal): Label => ({
    label: literal as string,
    confidence: 1,
    distribution: { [literal as string]: 1 },
  }),
  toCells: (value) => ({ '': (value as Label).label, confidence: (value as Label).confidence }),
}

const vector: PortType = {
  name: 'vector',
  description: 'Named numbers under a codec that says what they mean.',
  pack: packJson,
  unpack: unpackJson,
  literal: Type.Object({
    codec: Type.String(),
    names: Type.Array(Type.String()),
    values: Type.Array(Type.Number()),
  }),
  toCells: (value) =>
    Object.fromEntries((value as Vector).names.map((name, i) => [name, (value as Vector).values[i] ?? null])),
}

const model: PortType = {
  name: 'model',
  description: 'A network: a path to an ONNX file or to a checkpoint, or `builtin:NAME`.',
  pack: packJson,
  unpack: unpackJson,
  literal: Type.String({ minLength: 1 }),
}

const table: PortType = { name: 'table', description: 'Rows under named columns.', pack: packJson, unpack: unpackJson }

const record: PortType = {
  name: 'record',
  description:
    'What made a value: sources, steps with their parameters and random keys, and the choices drawn. As a literal: the object, or the path of a file that holds it, JSON or a saved image.',
  pack: packJson,
  unpack: unpackJson,
  literal: Type.Union([Type.String({ minLength: 1 }), recordSchema]),
}

/** The port types of the core. */
export const corePortTypes: readonly PortType[] = [image, number, boolean, text, label, vector, model, table, record]
