import { KintsugiError } from '../errors/error.js'
import type { ModelProto } from './onnx_pb.js'
import { readMetadata, writeMetadata } from './read.js'

/** What a host must know of a network to run it on images. Stored in the ONNX file's metadata under keys `kintsugi.*`. */
export interface ModelFacts {
  /** The family of node types that runs it, such as `esrgan`. */
  family: string
  /** The network's published name, such as `RRDBNet`. */
  architecture: string
  /** Hyper-parameters under the names of the authors' code. */
  hyperParameters?: Readonly<Record<string, number | string | boolean | readonly number[]>>
  /** Output size divided by input size; 4 makes a picture four times as wide and as high. */
  scale: number
  /** Input width and height must be multiples of this. */
  sizeMultiple: number
  /** Tiles must begin at multiples of this; absent: at multiples of `sizeMultiple`. */
  tileMultiple?: number
  /**
   * Input pixels on each side of a tile beyond which nothing changes the tile's output; `global` if every output pixel
   * depends on the whole input. Absent: derive it from the graph (`deriveReceptiveField`).
   */
  halo?: number | 'global'
  /**
   * Values of the graph that sum up the whole image, such as means and attention between channels. Worked out once on the whole
   * image and fed to tiles, they leave a network that looks at neighbourhoods alone.
   */
  statistics?: readonly string[]
  /** A smaller halo with the largest error measured with it, in units of the output range. */
  bounded?: { readonly halo: number; readonly maxError: number }
  channels: { readonly input: number; readonly output: number }
  /** What the main output is, where it is no image: a list of numbers, scores of classes, or feature maps. */
  output?: 'vector' | 'classes' | 'features'
  /** Values that stand for black and white. */
  inputRange: readonly [number, number]
  /** Logits beside the image: the graph's output of that name is batch x count; what the classes are called, in order. */
  classes?: { readonly output: string; readonly count: number; readonly names?: readonly string[] }
  /** The levels that a network of many strengths was trained at, in their own unit, such as sigmas of noise on 0..255. */
  trainedLevels?: readonly number[]
  /** Licence of the weights. */
  licence?: string
  /** What it was trained for, on which data. */
  training?: string
  description?: string
  /** Where the weights come from: a file name and its content hash, or an address. */
  source?: string
}

/** How each fact is checked when it is read: metadata of a foreign file is data, not a promise. */
const checks: { readonly [K in keyof Required<ModelFacts>]: (value: unknown) => boolean } = {
  family: isText,
  architecture: isText,
  hyperParameters: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  scale: isPositive,
  sizeMultiple: (value) => isPositive(value) && Number.isInteger(value),
  tileMultiple: (value) => isPositive(value) && Number.isInteger(value),
  halo: (value) => value === 'global' || (Number.isInteger(value) && (value as number) >= 0),
  statistics: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
  bounded: isBounded,
  channels: isChannels,
  output: (value) => value === 'vector' || value === 'classes' || value === 'features',
  inputRange: (value) => Array.isArray(value) && value.length === 2 && value.every((end) => Number.isFinite(end)),
  classes: isClasses,
  trainedLevels: isLevels,
  licence: isText,
  training: isText,
  description: isText,
  source: isText,
}

const required = ['family', 'architecture', 'scale', 'sizeMultiple', 'channels', 'inputRange'] as const

const PREFIX = 'kintsugi.'

/** Stores the facts in the model's metadata, in place: texts as they are, everything else as JSON. */
export function writeFacts(model: ModelProto, facts: ModelFacts): void {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined && value !== '')
  writeMetadata(
    model,
    new Map(entries.map(([key, value]) => [PREFIX + key, typeof value === 'string' ? value : JSON.stringify(value)])),
  )
}

/**
 * Reads those facts that the model's metadata holds. Throws `E_MODEL_FORMAT` if one is there but malformed.
 */
export function readPartialFacts(model: ModelProto, name = 'model'): Partial<ModelFacts> {
  const facts: Record<string, unknown> = {}
  const metadata = readMetadata(model)
  for (const [key, check] of Object.entries(checks)) {
    const text = metadata.get(PREFIX + key)
    if (text === undefined) continue
    const value = check === isText || key === 'output' || text === 'global' ? text : parse(text)
    if (!check(value)) throw malformed(name, key, text)
    facts[key] = value
  }
  return facts
}

/** Reads the facts of a model that Kintsugi wrote; undefined if a required one is missing, as in foreign ONNX files. */
export function readFacts(model: ModelProto, name = 'model'): ModelFacts | undefined {
  const facts = readPartialFacts(model, name)
  return required.every((key) => facts[key] !== undefined) ? (facts as ModelFacts) : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isPositive(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) > 0
}

function isLevels(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(Number.isFinite)
}

function isChannels(value: unknown): boolean {
  const { input, output } = (value ?? {}) as Record<string, unknown>
  return isPositive(input) && Number.isInteger(input) && isPositive(output) && Number.isInteger(output)
}

function isClasses(value: unknown): boolean {
  const { output, count, names } = (value ?? {}) as Record<string, unknown>
  const named = names === undefined || (Array.isArray(names) && names.length === count && names.every(isText))
  return isText(output) && Number.isInteger(count) && isPositive(count) && named
}

function isBounded(value: unknown): boolean {
  const { halo, maxError } = (value ?? {}) as Record<string, unknown>
  return Number.isInteger(halo) && (halo as number) >= 0 && Number.isFinite(maxError) && (maxError as number) >= 0
}

function malformed(name: string, key: string, text: string): KintsugiError {
  return new KintsugiError('E_MODEL_FORMAT', {
    message: `${name} has a malformed fact in its metadata: ${PREFIX}${key}.`,
    expected: `a valid value for ${key}`,
    found: text.length > 80 ? `${text.slice(0, 80)}…` : text,
    fix: 'Convert the checkpoint again with `kintsugi convert`.',
  })
}
