import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { ModelFacts } from '@kintsugi/core'
import { KintsugiError } from '@kintsugi/core/errors'
import type { HyperParameters } from '../architectures/architecture.js'
import { formatError } from './format-error.js'
import { checkLimit, limits, type MemoryAllowance, memoryAllowance } from './limits.js'
import { materialise } from './materialise.js'
import { looksLikeNcnn, readNcnn } from './ncnn.js'
import { ncnnStateDict } from './ncnn-state-dict.js'
import { looksLikeSafetensors, readSafetensors } from './safetensors.js'
import type { Tensor, Tensors } from './tensor.js'
import { legacyMagic, readTorchLegacy } from './torch-legacy.js'
import type { TorchObject } from './torch-object.js'
import { readTorchZip } from './torch-zip.js'
import { findStateDict, stripPrefixes } from './wrapper.js'

/** The weights in a checkpoint file. */
export interface Checkpoint {
  /** Tensors by name, prefixes stripped, in file order. Many are views of the file's bytes: do not write into them. */
  readonly tensors: Tensors
  readonly format: 'torch-zip' | 'torch-legacy' | 'safetensors' | 'ncnn'
  /** Keys under which the tensors stood, such as `params_ema`; `none` if bare. */
  readonly wrapper: string
  /** What was stripped from the front of every name, such as `module.`. */
  readonly prefix: string
  /** Other sets of weights in the file that were passed over. */
  readonly passedOver: readonly string[]
  /** Hyper-parameters that the file states beside the tensors. */
  readonly hyperParameters?: HyperParameters
  /** What the file says of its weights beside them: see `Provenance`. */
  readonly provenance?: Provenance
  /** SHA-256 of the file's content, as hexadecimal digits. */
  sha256(): string
}

/**
 * What is known of weights beside their numbers. A `.safetensors` file holds it as metadata under the keys of ONNX files
 * (`kintsugi.licence`); of a checkpoint of HyperRes's training it is the trained levels (`sigmas`).
 */
export type Provenance = Pick<ModelFacts, 'licence' | 'training' | 'description' | 'trainedLevels'>

/** A path, or the file's bytes. */
export type CheckpointSource = string | Uint8Array

/**
 * Reads a `.pth`, `.pt` or `.safetensors` file, recognised by content, or an ncnn `.bin` file, beside which its `.param` file must lie.
 * Nothing in it is executed.
 * Throws `E_CHECKPOINT_FORMAT`, `_PICKLE`, `_TENSOR` or `_LIMIT`; `E_FILE` if the path cannot be read.
 */
export async function readCheckpoint(source: CheckpointSource, name?: string): Promise<Checkpoint> {
  const file = name ?? (typeof source === 'string' ? basename(source) : 'checkpoint')
  const bytes = await readSource(source)
  const isNcnn = typeof source === 'string' && /\.bin$/i.test(source) && !isTorch(bytes)
  const found = isNcnn ? await readNcnnPair(source, bytes, file) : await readWeights(bytes, file)
  return { ...found, sha256: () => createHash('sha256').update(bytes).digest('hex') }
}

async function readWeights(bytes: Uint8Array, file: string): Promise<Omit<Checkpoint, 'sha256'>> {
  const memory = memoryAllowance(file, bytes.length)
  if (startsWith(bytes, zipMagic)) return fromTorch(await readTorchZip(bytes, file, memory), 'torch-zip', file, memory)
  if (startsWith(bytes, legacyMagic))
    return fromTorch(readTorchLegacy(bytes, file, memory), 'torch-legacy', file, memory)
  if (looksLikeSafetensors(bytes)) {
    const { tensors: named, metadata } = readSafetensors(bytes, file, memory)
    const { tensors, prefix } = stripPrefixes(named)
    const provenance = provenanceOf(metadata)
    return { tensors, format: 'safetensors', wrapper: 'none', prefix, passedOver: [], provenance }
  }
  throw formatError(file, 'a checkpoint that PyTorch or safetensors wrote', describeStart(bytes))
}

function isTorch(bytes: Uint8Array): boolean {
  return startsWith(bytes, zipMagic) || startsWith(bytes, legacyMagic)
}

async function readNcnnPair(path: string, bytes: Uint8Array, file: string): Promise<Omit<Checkpoint, 'sha256'>> {
  const description = `${path.slice(0, -extname(path).length)}.param`
  const text = await readSource(description).catch((cause: unknown) => {
    const expected = `${basename(description)} beside it, as ncnn's files come in pairs`
    throw formatError(file, expected, 'no such file, and no checkpoint of PyTorch', cause)
  })
  checkLimit(file, 'its .param file in bytes', text.length, limits.pickleBytes)
  const layers = readNcnn(new TextDecoder('latin1').decode(text), bytes, file, memoryAllowance(file, bytes.length))
  return { ...ncnnStateDict(layers, file), format: 'ncnn', wrapper: 'none', prefix: '', passedOver: [] }
}

/** The bytes of a source. Throws `E_FILE` if the path cannot be read. */
export async function readSource(source: CheckpointSource): Promise<Uint8Array> {
  if (typeof source !== 'string') return source
  try {
    checkLimit(basename(source), 'its size in bytes', (await stat(source)).size, limits.fileBytes)
    return await readFile(source)
  } catch (cause) {
    if (cause instanceof KintsugiError) throw cause
    throw new KintsugiError('E_FILE', {
      message: `${source} cannot be read.`,
      found: (cause as Error).message,
      fix: 'Check the path and its permissions.',
      cause,
    })
  }
}

function fromTorch(
  object: TorchObject,
  format: Checkpoint['format'],
  file: string,
  memory: MemoryAllowance,
): Omit<Checkpoint, 'sha256'> {
  const { tensors, ...found } = findStateDict(object.root, file)
  checkLimit(file, 'the number of its tensors', tensors.size, limits.tensors)
  const materialised = [...tensors].map(([name, reference]): [string, Tensor] => {
    return [name, materialise(file, name, reference, object.storage(reference.storage), memory)]
  })
  const levels = object.root instanceof Map ? levelsOf(object.root.get('sigmas')) : {}
  return { ...found, tensors: new Map(materialised), format, provenance: levels }
}

function provenanceOf(metadata: ReadonlyMap<string, string>): Provenance {
  const texts = (['licence', 'training', 'description'] as const).flatMap((key) => {
    const text = metadata.get(`kintsugi.${key}`)
    return text === undefined || text === '' ? [] : [[key, text] as const]
  })
  return { ...Object.fromEntries(texts), ...levelsOf(parseJson(metadata.get('kintsugi.trainedLevels'))) }
}

function levelsOf(value: unknown): Pick<Provenance, 'trainedLevels'> {
  const isList = Array.isArray(value) && value.length > 0 && value.every((level) => Number.isFinite(level))
  return isList ? { trainedLevels: value as number[] } : {}
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}

const zipMagic = [0x50, 0x4b, 3, 4]

function startsWith(bytes: Uint8Array, start: ArrayLike<number>): boolean {
  return bytes.length >= start.length && Array.from(start).every((byte, i) => bytes[i] === byte)
}

function describeStart(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file'
  const start = bytes.subarray(0, 16)
  const text = new TextDecoder('latin1').decode(start)
  if (looksLikeNcnn(text)) return 'the description of an ncnn network; name its .bin file, which holds the weights'
  if (text.startsWith('version https://') || text.trimStart().startsWith('<'))
    return 'a text file, such as a download page or a Git LFS pointer'
  return `a file of ${bytes.length} bytes that begins with ${Buffer.from(start).toString('hex')}`
}
