import { createHash } from 'node:crypto'
import { KintsugiError } from '../errors/index.js'
import { formatOfPath } from '../image/format.js'
import { embeddedLineage } from '../lineage/embedded.js'
import type { TaskRecord } from '../lineage/record.js'
import { unpackStored } from '../memory/stored-value.js'
import type { PlanOutput } from '../plan/plan.js'
import type { Table } from '../plugin/values.js'
import type { RunFolder, SavedFile } from '../run/run-folder.js'
import { savePath } from '../run/save-path.js'
import { type ScoreRow, tableCsv, tableMarkdown } from '../run/scores.js'
import type { WorkerPool } from '../workers/worker-pool.js'
import { type Bound, type Outcome, present } from './cell.js'
import { type Evaluator, keyText } from './evaluator.js'
import { type Frame, type Keys, namedKeys } from './frame.js'

/** What one output came to at one item. */
export interface Produced {
  output: PlanOutput
  item: Readonly<Record<string, string>>
  row?: ScoreRow
  saved?: SavedFile & { kept: boolean }
  table?: Table
  /** A copy of the value, for programs that asked for values. */
  value?: unknown
  record: TaskRecord | undefined
}

export interface OutputSettings {
  evaluator: Evaluator
  folder: RunFolder | undefined
  encoder: Pick<WorkerPool, 'encode'>
  versions: Readonly<Record<string, string>>
  /** Whether copies of values are wanted. */
  values: boolean
  /** Saved paths so far, lower case, to find instances that would overwrite each other. */
  paths: Set<string>
}

/** Computes one output at one item: its score row, its file, or both. */
export async function produce(
  settings: OutputSettings,
  output: PlanOutput,
  keys: Keys,
  frame: Frame,
): Promise<Outcome<Produced>> {
  const { evaluator, folder } = settings
  const { source } = output
  const bound = await evaluator.resolve(source, keys, frame)
  if (!bound.ok) return bound
  const item = namedKeys(source.axes, keys)
  const record = bound.value.kind === 'output' ? bound.value.record : undefined
  const produced: Produced = { output, item, record }
  if (output.save !== undefined && folder !== undefined) {
    const saved = await save(settings, folder, output, bound.value, keys, frame)
    if (!saved.ok) return saved
    produced.saved = saved.value
  }
  const type = evaluator.state.portType(bound.value.type)
  const wanted =
    settings.values ||
    type.toCells !== undefined ||
    bound.value.type === 'table' ||
    output.save === undefined ||
    folder === undefined
  if (!wanted) return present(produced)
  const acquired = await evaluator.acquire(bound.value)
  if (!acquired.ok) return acquired
  const { value, release } = acquired.value
  try {
    if (settings.values)
      produced.value = unpackStored(type, {
        json: value.json,
        slices: value.slices.map((slice) => ({
          ...slice,
          buffer: { ...slice.buffer, memory: copyOf(slice.buffer.memory) },
        })),
      })
    if (type.toCells !== undefined)
      produced.row = { output: output.name, item, cells: type.toCells(unpackStored(type, value)) }
    if (bound.value.type === 'table') produced.table = unpackStored(type, value) as Table
  } finally {
    release()
  }
  return present(produced)
}

function copyOf(memory: SharedArrayBuffer): SharedArrayBuffer {
  const copy = new SharedArrayBuffer(memory.byteLength)
  new Uint8Array(copy).set(new Uint8Array(memory))
  return copy
}

async function save(
  settings: OutputSettings,
  folder: RunFolder,
  output: PlanOutput,
  bound: Bound,
  keys: Keys,
  frame: Frame,
): Promise<Outcome<Produced['saved'] & object>> {
  const { evaluator } = settings
  const template = output.save
  if (template === undefined) throw new Error('only saved outputs are saved')
  let missing: Outcome<never> | undefined
  const path = await savePath(template, keys, async (source) => {
    const value = await evaluator.value(source, keys, frame)
    if (value.ok) return keyText(value.value)
    missing = value
    return ''
  })
  if (missing !== undefined) return missing
  const item = namedKeys(output.source.axes, keys)
  if (settings.paths.has(path.toLowerCase())) {
    throw new KintsugiError('E_OUTPUT', {
      message: `Two instances of output "${output.name}" have the path "${path}".`,
      expected: 'a path of its own for each',
      fix: 'Add to "save" what tells them apart.',
      place: { ...output.place(), node: output.source.node.path, item },
    })
  }
  settings.paths.add(path.toLowerCase())
  const encode = Object.keys(output.encode).length === 0 ? undefined : output.encode
  const kept = await folder.kept(path, bound.id, encode)
  if (kept !== undefined) return present({ ...kept, output: output.name, item, kept: true })
  const acquired = await evaluator.acquire(bound)
  if (!acquired.ok) return acquired
  try {
    const entry = { output: output.name, item, path, value: bound.id, ...(encode === undefined ? {} : { encode }) }
    if (bound.type === 'image') {
      const lineage =
        bound.kind === 'output'
          ? embeddedLineage(bound.id, bound.record, settings.versions, evaluator.state.provider)
          : undefined
      const { bytes, pixels } = await settings.encoder.encode({
        image: acquired.value.value,
        format: formatOfPath(path),
        options: output.encode,
        lineage,
        order: frame.order,
      })
      await folder.write(path, bytes)
      return present({ ...entry, sha256: sha256(bytes), pixels, kept: false })
    }
    const text = textOf(path, unpackStored(evaluator.state.portType(bound.type), acquired.value.value))
    await folder.write(path, text)
    return present({ ...entry, sha256: sha256(text), kept: false })
  } finally {
    acquired.value.release()
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** A value other than an image as the text of a file. */
function textOf(path: string, value: unknown): string {
  if (path.endsWith('.txt')) return `${String(value)}\n`
  if (path.endsWith('.csv')) return tableCsv((value as Table).columns, (value as Table).rows)
  if (path.endsWith('.md')) return tableMarkdown((value as Table).columns, (value as Table).rows)
  return `${JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner), 2)}\n`
}
