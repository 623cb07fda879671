import { KintsugiError } from '../errors/index.js'
import { hashFile } from '../files/hash-file.js'
import { decodeImage } from '../image/decode.js'
import { type ImageDifference, imageDifference } from '../image/difference.js'
import { encodeImage } from '../image/encode.js'
import { type ImageFormat, imageFormats } from '../image/format.js'
import type { Image } from '../image/image.js'
import type { Registry } from '../plugin/registry.js'
import { type ImageHistory, readHistory } from './history.js'
import { modelFilesOf } from './model-record.js'
import { replayRecords } from './replay.js'
import { SourceSearch } from './source-search.js'
import { libraryVersions, type VersionDifference, versionDifferences } from './versions.js'

export interface ReplayImageOptions {
  cwd: string
  /** Loads the plugins of node types; `Kintsugi.registryFor`. */
  registryFor: (names: readonly string[]) => Promise<Registry>
  /** Files to take as sources. Default: files with the recorded content near the image or the working directory. */
  inputs?: readonly string[]
  /** Execution provider of onnxruntime. Default: the one of the record. */
  provider?: string
  jobs?: number
  signal?: AbortSignal
  warn?: (message: string) => void
}

/** What came of making an image again. */
export interface ReplayReport {
  /** Whether the saved file holds, sample for sample, what replaying it gives. */
  identical: boolean
  difference: ImageDifference
  /** Why they may differ, one sentence each; empty when identical. */
  reasons: readonly string[]
  /** Versions that are not those that made the image. */
  versions: readonly VersionDifference[]
  /** Number of tasks that were run. */
  tasks: number
  image: Image
}

/**
 * Makes a saved image again from its lineage and compares it with the file, at the file's depth and in its format. Throws `E_REPLAY` when
 * it cannot be made again: lineage, records, node types or sources are not there.
 */
export async function replayImage(path: string, options: ReplayImageOptions): Promise<ReplayReport> {
  const history = await readHistory(path)
  const registry = await registryOf(history, options)
  const sources = await findSources(history, registry, path, options)
  const provider = options.provider ?? history.provider
  const image = await replayRecords(history, {
    registry,
    provider,
    findSource: (_name, sha256) => Promise.resolve(sources.get(sha256) ?? ''),
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.warn === undefined ? {} : { warn: options.warn }),
  })
  const saved = await decodeImage(history.path)
  const difference = imageDifference(saved, await asSaved(image, saved, history))
  const identical = difference.shapes === undefined && difference.differing === 0
  const used = registry.usedPlugins([...history.records.values()].flatMap(({ use }) => registry.node(use) ?? []))
  const versions = differingVersions(history, libraryVersions({ plugins: used }))
  const reasons = identical ? [] : await reasonsOf(history, saved, versions, provider)
  return { identical, difference, reasons, versions, tasks: history.records.size, image }
}

async function registryOf(history: ImageHistory, { registryFor }: ReplayImageOptions): Promise<Registry> {
  const registry = await registryFor([...new Set([...history.records.values()].map(({ use }) => use))])
  for (const { use, plugin } of history.records.values()) {
    if (registry.node(use) !== undefined) continue
    throw new KintsugiError('E_REPLAY', {
      message: `No installed plugin provides "${use}", which the image was made with.`,
      expected: plugin,
      fix: `Install ${plugin.replace(/@[^@]*$/, '')}.`,
    })
  }
  return registry
}

/** Paths of all files that the records name, by content. */
async function findSources(
  history: ImageHistory,
  registry: Registry,
  image: string,
  { cwd, inputs = [] }: ReplayImageOptions,
): Promise<Map<string, string>> {
  const search = new SourceSearch({ given: inputs, image, cwd })
  const paths = new Map<string, string>()
  const find = async (name: string, sha256: string): Promise<void> => {
    if (!paths.has(sha256)) paths.set(sha256, await search.find(name, sha256))
  }
  for (const record of history.records.values()) {
    for (const name of registry.node(record.use)?.files ?? []) {
      const source = (record.with as Record<string, { file?: unknown; sha256?: unknown } | undefined>)[name]
      if (typeof source?.file === 'string' && typeof source.sha256 === 'string') await find(source.file, source.sha256)
    }
    for (const { model, sha256 } of Object.values(record.inputs).flatMap(modelFilesOf)) {
      const builtin = model.startsWith('builtin:') ? registry.model(model.slice('builtin:'.length)) : undefined
      if (builtin !== undefined && (await hashFile(builtin)) === sha256) paths.set(sha256, builtin)
      else await find(model.split(/[\\/:]/).at(-1) ?? model, sha256)
    }
  }
  const [stranger] = search.unmatched()
  if (stranger === undefined) return paths
  throw new KintsugiError('E_REPLAY', {
    message: `"${stranger}" is no source of the image.`,
    expected: `a file with SHA-256 ${[...paths.keys()].slice(0, 4).join(' or ')}`,
    found: 'other content',
    fix: 'Name the file that the image was made from, or leave --input away.',
  })
}

/** The replayed image as its file would hold it. */
async function asSaved(image: Image, saved: Image, { encode }: ImageHistory): Promise<Image> {
  const format = saved.metadata.format as ImageFormat | undefined
  if (format === undefined || !Object.hasOwn(imageFormats, format)) return image
  const options = { ...(imageFormats[format].deep ? { bitDepth: saved.metadata.bitDepth ?? 8 } : {}), ...encode }
  return decodeImage(await encodeImage(image, { format, options }))
}

function differingVersions(history: ImageHistory, now: Readonly<Record<string, string>>): VersionDifference[] {
  // What this image does not rest on says nothing about it.
  const plugins = new Set([...history.records.values()].map(({ plugin }) => plugin.replace(/@[^@]*$/, '')))
  const matters = (name: string): boolean => name in now || plugins.has(name)
  const then = Object.fromEntries(Object.entries(history.versions).filter(([name]) => matters(name)))
  return versionDifferences(then, Object.fromEntries(Object.entries(now).filter(([name]) => name in then)))
}

async function reasonsOf(
  history: ImageHistory,
  saved: Image,
  versions: readonly VersionDifference[],
  provider: string,
): Promise<string[]> {
  const reasons: string[] = []
  const { saved: entry, path } = history
  if (entry !== undefined && (await hashFile(path)) !== entry.sha256) {
    reasons.push('The file is not as the run saved it: its content has another hash than in run.json.')
  }
  for (const { name, then, now } of versions) {
    reasons.push(`${name} was ${then ?? 'not used'} and is ${now ?? 'not used'}.`)
  }
  if (provider !== history.provider) reasons.push(`The execution provider was ${history.provider} and is ${provider}.`)
  const format = saved.metadata.format ?? ''
  if (history.encode === undefined && format !== 'png' && format !== 'tiff') {
    reasons.push(`The settings of the ${format} encoder are not written down; the default ones were taken.`)
  }
  if (reasons.length === 0) {
    reasons.push(
      `Versions and provider are the same: ${entry === undefined ? 'the file was changed after it was saved, or ' : ''}the code of a linked plugin or the kind of processor differs.`,
    )
  }
  return reasons
}
