import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { KintsugiError } from '../errors/error.js'
import type { MadeModel, Model, ModelFile } from '../plugin/values.js'
import { isSealed, sealModel } from './checksum.js'
import type { ModelReader } from './reader.js'
import { filesOf, type ModelMaker } from './recipe.js'

export interface ModelStoreOptions {
  /** Readers of formats other than ONNX, tried in order. */
  readers: readonly ModelReader[]
  /** Makers of the networks that recipes describe. */
  makers?: readonly ModelMaker[]
  /** Folder below which converted models are kept, in `models/`. Without it they are kept in memory. */
  cacheDir?: string
  /** Told once when converted models cannot be kept on disk. */
  warn?: (message: string) => void
}

/** Made models that are kept in memory where there is no cache folder or their maker is quick: those used last. */
const MADE_IN_MEMORY = 4

/** Gives the ONNX bytes of models; other formats are converted once, recipes followed once, and kept by content. */
export class ModelStore {
  private readonly readers: readonly ModelReader[]
  private readonly makers: readonly ModelMaker[]
  private readonly folder: string | undefined
  private readonly warn: ((message: string) => void) | undefined
  /** Converted models that are on no disk. */
  private readonly converted = new Map<string, Uint8Array>()
  /** Made models that are on no disk, in order of last use. */
  private readonly made = new Map<string, Uint8Array>()
  private readonly converting = new Map<string, Promise<Uint8Array>>()
  /** Files whose content was the one that their models name, with their state then. */
  private readonly checked = new Map<string, string>()

  constructor({ readers, makers = [], cacheDir, warn }: ModelStoreOptions) {
    this.readers = readers
    this.makers = makers
    this.folder = cacheDir === undefined ? undefined : join(cacheDir, 'models')
    this.warn = warn
  }

  /**
   * The bytes of the model as an ONNX file. Throws `E_FILE` if the file cannot be read or is no longer the one that `hash`
   * names, `E_MODEL_FORMAT` if no reader takes its extension or no maker follows its recipe, and what readers and makers throw.
   */
  read(model: Model): Promise<Uint8Array> {
    if (!('recipe' in model) && extname(model.path).toLowerCase() === '.onnx') return readSource(model)
    const running = this.converting.get(model.hash)
    if (running !== undefined) return running
    const work = 'recipe' in model ? this.make(model) : this.convert(model)
    const reading = work.finally(() => this.converting.delete(model.hash))
    this.converting.set(model.hash, reading)
    return reading
  }

  private async make(model: MadeModel): Promise<Uint8Array> {
    const { maker: name, members, params } = model.recipe
    const maker = this.makers.find((candidate) => candidate.name === name)
    if (maker === undefined) throw this.unknownMaker(model)
    const entry = `${model.hash}-${fileName(name)}.onnx`
    const kept = await this.recall(entry, maker.quick)
    if (kept !== undefined) return kept
    for (const file of filesOf(model)) await this.check(file)
    const { onnx } = await maker.make(
      members.map((member) => ({
        name: member.name,
        hash: member.hash,
        path: 'recipe' in member ? undefined : member.path,
        onnx: () => this.read(member),
      })),
      params,
      model.name,
    )
    return this.keep(entry, onnx, this.made, maker.quick)
  }

  /** Throws `E_FILE` if the file is not the one that the model names. A file as it was when last checked is not read again. */
  private async check(model: ModelFile): Promise<void> {
    const found = await stat(model.path, { bigint: true }).catch(() => undefined)
    const state = `${model.hash} ${found?.mtimeNs} ${found?.ctimeNs} ${found?.size}`
    if (found !== undefined && this.checked.get(model.path) === state) return
    await readSource(model)
    this.checked.set(model.path, state)
  }

  private async convert(model: ModelFile): Promise<Uint8Array> {
    const extension = extname(model.path).toLowerCase()
    const readers = this.readers.filter(({ extensions }) => extensions.includes(extension))
    if (readers.length === 0) throw this.unknownFormat(model, extension)
    for (const reader of readers) {
      const kept = await this.recall(entryName(model, reader))
      if (kept !== undefined) return kept
    }
    await readSource(model)
    const failures: unknown[] = []
    for (const reader of readers) {
      try {
        const { onnx } = await reader.read(model.path)
        return await this.keep(entryName(model, reader), onnx)
      } catch (error) {
        failures.push(error)
      }
    }
    throw failures[0]
  }

  private async recall(name: string, memoryOnly = false): Promise<Uint8Array | undefined> {
    const inMemory = this.converted.get(name) ?? this.made.get(name)
    if (inMemory !== undefined || this.folder === undefined || memoryOnly) return inMemory
    const path = join(this.folder, name)
    const bytes = await readFile(path).catch(() => undefined)
    if (bytes === undefined || !isSealed(bytes)) return undefined
    const now = new Date()
    await utimes(path, now, now).catch(() => undefined)
    return bytes
  }

  /** Writes beside and renames: readers see a whole file or none, also when two workers convert at once. */
  private async keep(
    name: string,
    onnx: Uint8Array,
    inMemory = this.converted,
    memoryOnly = false,
  ): Promise<Uint8Array> {
    if (this.folder !== undefined && !memoryOnly) {
      const sealed = sealModel(onnx)
      const temporary = join(this.folder, `${name}.${randomUUID()}.tmp`)
      try {
        await mkdir(this.folder, { recursive: true })
        await writeFile(temporary, sealed)
        await rename(temporary, join(this.folder, name))
        return sealed
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined)
        this.warn?.(`Converted models are kept in memory only, for they cannot be written: ${(error as Error).message}`)
      }
    }
    inMemory.set(name, onnx)
    for (const oldest of this.made.keys()) {
      if (this.made.size <= MADE_IN_MEMORY) break
      this.made.delete(oldest)
    }
    return onnx
  }

  private unknownMaker({ name, recipe }: MadeModel): KintsugiError {
    return new KintsugiError('E_MODEL_FORMAT', {
      message: `Nothing installed makes the model ${name}.`,
      expected:
        this.makers.length === 0 ? 'a plugin that makes models' : this.makers.map((maker) => maker.name).join(', '),
      found: recipe.maker,
      fix: 'List a plugin that runs networks under `plugins`, or update it.',
    })
  }

  private unknownFormat(model: ModelFile, extension: string): KintsugiError {
    const known = [...new Set(['.onnx', ...this.readers.flatMap(({ extensions }) => extensions)])]
    return new KintsugiError('E_MODEL_FORMAT', {
      message: `Nothing installed reads the model ${model.name}.`,
      expected: `a file ending in ${known.join(', ')}`,
      found: extension === '' ? 'a file without an extension' : extension,
      fix: 'Convert the model to ONNX, or list a plugin that reads this format under `plugins`.',
    })
  }
}

function entryName({ hash }: ModelFile, { name }: ModelReader): string {
  return `${hash}-${fileName(name)}.onnx`
}

function fileName(name: string): string {
  return name.replaceAll(/[^\w.@-]/g, '-')
}

async function readSource(model: ModelFile): Promise<Uint8Array> {
  let bytes: Buffer
  try {
    bytes = await readFile(model.path)
  } catch (cause) {
    throw new KintsugiError('E_FILE', {
      message: `The model ${model.name} cannot be read.`,
      expected: 'a readable file',
      found: (cause as Error).message,
      fix: 'Check the path and the permissions.',
      cause,
    })
  }
  const hash = createHash('sha256').update(bytes).digest('hex')
  if (hash === model.hash) return bytes
  throw new KintsugiError('E_FILE', {
    message: `The model ${model.name} changed while it was in use.`,
    expected: `content with SHA-256 ${model.hash}`,
    found: `SHA-256 ${hash}`,
    fix: 'Run again, and leave model files alone during a run.',
  })
}
