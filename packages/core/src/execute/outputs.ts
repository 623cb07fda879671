import { createHash } from 'node:crypto'
import { KintsugiError } from '../errors/index.js'
import { formatOfPath } from '../image/format.js'
import { drawnAside, embeddedLineage } from '../lineage/embedded.js'
import type { TaskRecord } from '../lineage/record.js'
import { type StoredValue, samplesOf, unpackStored } from '../memory/stored-value.js'
import type { PlanOutput, SaveTemplate } from '../plan/plan.js'
import type { PortType } from '../plugin/port-type.js'
import type { Model, Table } from '../plugin/values.js'
import type { RunFolder, SavedFile, WantedFile } from '../run/run-folder.js'
import { savePath } from '../run/save-path.js'
import type { ScoreRow } from '../run/scores.js'
import { textOf } from '../run/table-text.js'
import type { WorkerPool } from '../workers/worker-pool.js'
import { type Bound, type Outcome, present } from './cell.js'
import { type Evaluator, keyText } from './evaluator.js'
import { type Frame, type Keys, namedKeys } from './frame.js'
import { recordOf } from './lineage-record.js'

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
  paths: SavedPaths
}

/** The paths that instances save to, taken in the order of the instances, so that of two with one path it is always the later one that fails. */
export class SavedPaths {
  private readonly taken = new Set<string>()
  private last: Promise<void> = Promise.resolve()

  /** A turn to take a path: those before it have had theirs when `ready` resolves. Every turn must be ended. */
  turn(): { ready: Promise<void>; end: () => void } {
    const ready = this.last
    let end = (): void => undefined
    this.last = ready.then(() => new Promise<void>((resolve) => void (end = resolve)))
    return { ready, end: () => void ready.then(() => end()) }
  }

  /** Takes a path; false if another instance has it, or has it in other letter case. */
  take(path: string): boolean {
    const folded = path.toLowerCase()
    if (this.taken.has(folded)) return false
    this.taken.add(folded)
    return true
  }
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
  const template = folder === undefined ? undefined : output.save
  const turn = template === undefined ? undefined : settings.paths.turn()
  const produced: Produced = { output, item: namedKeys(source.axes, keys), record: undefined }
  let bound: Bound
  let path: string | undefined
  try {
    const resolved = await evaluator.resolve(source, keys, frame)
    if (!resolved.ok) return resolved
    bound = resolved.value
    if (template !== undefined) {
      const found = await pathOf(evaluator, template, keys, frame)
      if (!found.ok) return found
      path = found.value
      await turn?.ready
      if (!settings.paths.take(path)) throw takenPath(output, path, produced.item)
    }
  } finally {
    turn?.end()
  }
  if (bound.kind === 'output') produced.record = bound.record
  if (folder !== undefined && path !== undefined) {
    const saved = await save(settings, folder, { ...produced, path, bound, keys, frame })
    if (!saved.ok) return saved
    produced.saved = saved.value
  }
  const type = evaluator.state.portType(bound.type)
  const wanted = settings.values || type.toCells !== undefined || bound.type === 'table' || path === undefined
  if (!wanted) return present(produced)
  const acquired = await evaluator.acquire(bound)
  if (!acquired.ok) return acquired
  const { value, release } = acquired.value
  try {
    if (settings.values) produced.value = copyOf(type, value)
    if (type.toCells !== undefined)
      produced.row = { output: output.name, item: produced.item, cells: type.toCells(unpackStored(type, value)) }
    if (bound.type === 'table') produced.table = unpackStored(type, value) as Table
  } finally {
    release()
  }
  return present(produced)
}

/** The value in memory of its own; not shared memory, which the garbage collector does not see. */
function copyOf(type: PortType, value: StoredValue): unknown {
  return type.unpack({ json: structuredClone(value.json), buffers: samplesOf(value).map((samples) => samples.slice()) })
}

async function pathOf(
  evaluator: Evaluator,
  template: SaveTemplate,
  keys: Keys,
  frame: Frame,
): Promise<Outcome<string>> {
  let missing: Outcome<never> | undefined
  const path = await savePath(template, keys, async (source) => {
    const value = await evaluator.value(source, keys, frame)
    if (value.ok) return keyText(value.value)
    missing = value
    return ''
  })
  return missing ?? present(path)
}

function takenPath(output: PlanOutput, path: string, item: Produced['item']): KintsugiError {
  return new KintsugiError('E_OUTPUT', {
    message: `Two instances of output "${output.name}" have the path "${path}".`,
    expected: 'a path of its own for each',
    fix: 'Add to "save" what tells them apart.',
    place: { ...output.place(), node: output.source.node.path, item },
  })
}

async function save(
  { evaluator, encoder, versions }: OutputSettings,
  folder: RunFolder,
  { output, item, path, bound, keys, frame }: Produced & { path: string; bound: Bound; keys: Keys; frame: Frame },
): Promise<Outcome<SavedFile & { kept: boolean }>> {
  const record = bound.type === 'image' ? await recordOf(evaluator, output.source, keys, frame) : undefined
  if (record?.ok === false) return record
  const drawn = record === undefined ? undefined : drawnAside(record.value)
  const lineage =
    bound.kind === 'output' && bound.type === 'image'
      ? embeddedLineage(bound.id, bound.record, versions, evaluator.state.provider, output.encode, drawn)
      : undefined
  const wanted: WantedFile = {
    output: output.name,
    item,
    path,
    value: bound.id,
    ...(Object.keys(output.encode).length === 0 ? {} : { encode: output.encode }),
    ...(lineage === undefined ? {} : { lineage: sha256(lineage) }),
  }
  const kept = await folder.kept(wanted)
  if (kept !== undefined) {
    const { sha256, pixels } = kept
    return present({ ...wanted, sha256, ...(pixels === undefined ? {} : { pixels }), kept: true })
  }
  const acquired = await evaluator.acquire(bound)
  if (!acquired.ok) return acquired
  const { value, release } = acquired.value
  try {
    if (bound.type === 'image') {
      const format = formatOfPath(path)
      const request = { image: value, format, options: output.encode, lineage, order: frame.order }
      const encoded = await folder.take(path, (staged) => encoder.encode({ ...request, staged }))
      return present({ ...wanted, ...encoded, kept: false })
    }
    const plain = unpackStored(evaluator.state.portType(bound.type), value)
    const content = bound.type === 'model' ? await evaluator.state.onnxOf(plain as Model) : textOf(path, plain)
    await folder.write(path, content)
    return present({ ...wanted, sha256: sha256(content), kept: false })
  } finally {
    release()
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
