import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { KintsugiError } from '../errors/index.js'
import { hashFile } from '../files/hash-file.js'
import { readLineage } from '../image/xmp.js'
import type { SavedFile } from '../run/run-folder.js'
import type { DrawnAside, EmbeddedLineage } from './embedded.js'
import type { RecordInput, WrittenRecord } from './record.js'

/** How a saved image was made, as far as the image and the run folder that it lies in tell. */
export interface ImageHistory {
  /** Absolute path of the image. */
  path: string
  /** Identity of the value: `<task key>:<port>`. */
  value: string
  /** Versions that made it. */
  versions: Readonly<Record<string, string>>
  provider: string
  /** Options of the encoder, if something tells them. */
  encode: Readonly<Record<string, unknown>> | undefined
  /** Every task behind it, by key. */
  records: ReadonlyMap<string, WrittenRecord>
  /** Steps left out and choices, if the image tells of them. */
  drawn: DrawnAside | undefined
  /** What the run wrote down when it saved the image, if its `run.json` is there. */
  saved: SavedFile | undefined
}

interface WrittenRun {
  provider: string
  libraries: Readonly<Record<string, string>>
  saved: readonly SavedFile[]
  records: readonly WrittenRecord[]
}

/** How many folders above an image its `run.json` is looked for in. */
const MAX_FOLDERS_UP = 8
/** A `run.json` larger than this (1 GiB) is not read. */
const MAX_RUN_BYTES = 2 ** 30

/**
 * Reads how an image was made: from the lineage embedded in it, completed by the `run.json` of the run folder that it lies in. Throws
 * `E_REPLAY` when neither tells, `E_FILE` and `E_IMAGE_FORMAT` when the image cannot be read.
 */
export async function readHistory(path: string): Promise<ImageHistory> {
  const absolute = resolve(path)
  const shown = basename(path)
  const embedded = parseEmbedded(await readLineage(absolute), shown)
  const run = await findRun(absolute, embedded?.value)
  if (embedded === undefined && run?.entry === undefined) {
    throw new KintsugiError('E_REPLAY', {
      message: `"${shown}" does not tell how it was made.`,
      expected: 'an image saved by `kintsugi run` or `kintsugi apply`, or one that lies in its run folder',
      found: 'an image without embedded lineage, and no run.json above it that lists it',
      fix: 'Take the file as it was saved; programs that edit or send images often remove what is embedded.',
    })
  }
  const records = new Map<string, WrittenRecord>()
  for (const record of [...(run?.run.records ?? []), ...(embedded?.records ?? [])]) records.set(record.key, record)
  const value = embedded?.value ?? run?.entry?.value ?? ''
  return {
    path: absolute,
    value,
    versions: embedded?.versions ?? run?.run.libraries ?? {},
    provider: embedded?.provider ?? run?.run.provider ?? 'cpu',
    encode: embedded?.encode ?? (run?.entry === undefined ? undefined : (run.entry.encode ?? {})),
    records: recordsBehind(value, records),
    drawn: embedded?.drawn,
    saved: run?.entry,
  }
}

/** `<task key>:<port>`, with `[axis key]` behind it for one entry of an axis. */
export const REFERENCE = /^([0-9a-f]{64}):([^[\]:]+)(?:\[([\s\S]*)\])?$/

/** Identities of the values that an input takes at once, without members of series. */
export function directInputs(input: RecordInput): string[] {
  if (typeof input === 'string') return [input]
  return 'many' in input ? Object.values(input.many).flatMap(directInputs) : []
}

function allInputs(input: RecordInput): string[] {
  if (typeof input === 'string') return [input]
  if ('many' in input) return Object.values(input.many).flatMap(allInputs)
  return 'series' in input ? input.series.map(({ value }) => value) : []
}

/** The records that a value rests on. Throws `E_REPLAY` if one is not there. */
function recordsBehind(value: string, all: ReadonlyMap<string, WrittenRecord>): Map<string, WrittenRecord> {
  const behind = new Map<string, WrittenRecord>()
  const stack = [value]
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const key = REFERENCE.exec(id)?.[1]
    if (key === undefined || behind.has(key)) continue
    const record = all.get(key)
    if (record === undefined) {
      throw new KintsugiError('E_REPLAY', {
        message: `The record of task ${key.slice(0, 8)} is not there.`,
        expected: 'the whole history, in the image or in the run.json of its run folder',
        found: `${all.size} ${all.size === 1 ? 'record' : 'records'}`,
        fix: 'Replay the image where the run wrote it: a long history is kept in run.json alone.',
      })
    }
    behind.set(key, record)
    for (const input of Object.values(record.inputs)) stack.push(...allInputs(input))
  }
  if (behind.size > 0) return behind
  throw new KintsugiError('E_REPLAY', {
    message: 'The image is no result of a task.',
    expected: 'the identity of a value, <task key>:<port>',
    found: value.slice(0, 80),
    fix: 'Images handed over by a program cannot be made again.',
  })
}

function parseEmbedded(text: string | undefined, shown: string): EmbeddedLineage | undefined {
  if (text === undefined) return undefined
  let lineage: unknown
  try {
    lineage = JSON.parse(text)
  } catch {
    lineage = undefined
  }
  const { kintsugi, value, records } = (lineage ?? {}) as Partial<EmbeddedLineage>
  if (kintsugi === 1 && typeof value === 'string' && Array.isArray(records)) return lineage as EmbeddedLineage
  throw new KintsugiError('E_REPLAY', {
    message: `The lineage embedded in "${shown}" cannot be read.`,
    expected: 'lineage of version 1',
    found: text.slice(0, 60),
    fix: 'Take the file as it was saved, or a newer version of Kintsugi.',
  })
}

/** The nearest `run.json` above an image that knows it: by its path and value, or by the content of the file. */
async function findRun(
  image: string,
  value: string | undefined,
): Promise<{ run: WrittenRun; entry: SavedFile | undefined } | undefined> {
  let folder = dirname(image)
  let fallback: { run: WrittenRun; entry: undefined } | undefined
  for (let up = 0; up < MAX_FOLDERS_UP; up++) {
    const run = await readRun(join(folder, 'run.json'))
    if (run !== undefined) {
      const path = relative(folder, image).split(sep).join('/')
      const entry = run.saved.find((file) => file.path === path)
      const known = value ?? (entry !== undefined && entry.sha256 === (await hashFile(image)) ? entry.value : undefined)
      if (known !== undefined && entry?.value === known) return { run, entry }
      if (known !== undefined && run.records.some(({ key }) => known.startsWith(`${key}:`)))
        fallback ??= { run, entry: undefined }
    }
    if (dirname(folder) === folder) break
    folder = dirname(folder)
  }
  return fallback
}

async function readRun(path: string): Promise<WrittenRun | undefined> {
  try {
    if ((await stat(path)).size > MAX_RUN_BYTES) return undefined
    const run = JSON.parse(await readFile(path, 'utf8')) as Partial<WrittenRun>
    return Array.isArray(run.records) && Array.isArray(run.saved) ? (run as WrittenRun) : undefined
  } catch {
    return undefined
  }
}
