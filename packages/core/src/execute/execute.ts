import { type ErrorData, KintsugiError, toErrorData } from '../errors/index.js'
import { countOf } from '../plan/axes.js'
import type { Plan, PlanOutput } from '../plan/plan.js'
import type { RunFolder, SavedFile } from '../run/run-folder.js'
import { type ScoreMetrics, type ScoreRow, scoresCsv, scoresJson } from '../run/scores.js'
import type { WorkerPool } from '../workers/worker-pool.js'
import type { Absence } from './cell.js'
import { type Evaluator } from './evaluator.js'
import { Frame, type Keys, namedKeys } from './frame.js'
import { homesOf } from './homes.js'
import { type Job, jobsOf, type Root } from './jobs.js'
import { type OutputSettings, type Produced, produce, SavedPaths } from './outputs.js'
import { capture } from './series.js'

/** What a run is asked for besides its plan. */
export interface ExecuteOptions {
  outputs: readonly PlanOutput[]
  /** Those of the outputs. */
  roots: readonly Root[]
  evaluator: Evaluator
  workers: WorkerPool
  folder: RunFolder | undefined
  keepGoing: boolean
  /** Items worked on at a time. */
  window: number
  versions: Readonly<Record<string, string>>
  cancelled: () => boolean
  /** Receives a copy of every output value, in order. */
  receive:
    | ((output: string, item: Readonly<Record<string, string>>, value: unknown) => void | Promise<void>)
    | undefined
}

/** One output that could not be had at one item. */
export interface RunFailure {
  output: string
  item: Readonly<Record<string, string>>
  error: KintsugiError
}

/** What a run gave. */
export interface RunResult {
  ok: boolean
  cancelled: boolean
  rows: readonly ScoreRow[]
  tables: Readonly<Record<string, unknown>>
  saved: readonly SavedFile[]
  failures: readonly RunFailure[]
  /** Tasks that were computed. */
  ran: number
  /** Tasks whose outputs came from the cache. */
  cached: number
  /** Time that computed tasks took, summed. */
  computeMilliseconds: number
}

interface Collected {
  rows: ScoreRow[]
  tables: Record<string, unknown>
  saved: SavedFile[]
  failures: RunFailure[]
  done: number
}

/**
 * Goes through all items, some at a time, and gathers what comes out in their order: the items of the streamed axes one after the other,
 * and inside each those of each stage of reductions in turn.
 */
export async function execute(plan: Plan, options: ExecuteOptions): Promise<RunResult> {
  const { evaluator, roots } = options
  const { state } = evaluator
  const { captured } = state
  const { streamed } = captured
  const settings: OutputSettings = {
    evaluator,
    folder: options.folder,
    encoder: options.workers,
    versions: options.versions,
    values: options.receive !== undefined,
    paths: new SavedPaths(),
  }
  const collected: Collected = { rows: [], tables: {}, saved: [], failures: [], done: 0 }
  const expected = expectedCount(options.outputs, state.filter)
  const root = new Frame((cell) => evaluator.drop(cell))
  const numbers = [...new Set(roots.map((r) => r.source.node.stage))].sort((a, b) => a - b)
  const stages = numbers.map((stage) => roots.filter((r) => r.source.node.stage === stage))
  let stopped = false
  const ended = (): boolean => stopped || options.cancelled()
  const pending: Promise<Delivered>[] = []
  const deliver = async (most: number): Promise<void> => {
    while (pending.length > most) {
      const result = (await pending.shift()) as Delivered
      await take(options, collected, result, expected)
      if (result.kind === 'failed' && !options.keepGoing) stopped = true
    }
  }
  const keys: Keys = new Array<string | undefined>(plan.axes.length).fill(undefined)
  try {
    if (streamed.length > 0) evaluator.homes = homesOf(roots.map((r) => r.source))
    for await (const item of evaluator.domains.product(streamed, keys, root)) {
      if (!item.ok) throw new Error('an axis that is streamed has no keys')
      // Whether each has failed. Without streamed axes, one stage has been delivered before the next begins.
      const running: Promise<boolean>[] = []
      for (const staged of stages) {
        if (streamed.length === 0) {
          await deliver(0)
          evaluator.homes = homesOf(staged.map((r) => r.source))
        }
        const earlier = Promise.all(running)
        if (staged.some(({ source }) => source.axes.some(({ origin }) => origin.kind !== 'static'))) await earlier
        for await (const job of jobsOf(staged, streamed.length, evaluator.domains, item.value)) {
          if (ended()) break
          job.frame.hold()
          const run = earlier
            .then((failed) => (failed.includes(true) && !options.keepGoing ? NOTHING : runJob(settings, job)))
            .finally(() => job.frame.leave())
          if (streamed.length > 0) running.push(run.then(({ kind }) => kind === 'failed'))
          pending.push(run)
          await deliver(options.window - 1)
        }
        if (ended()) break
      }
      if (streamed.length > 0) void Promise.all(running).then(() => captured.forget(item.value.keys))
      if (ended()) break
    }
    await deliver(0)
  } finally {
    await Promise.allSettled(pending)
    root.leave()
    await Promise.all(state.writes)
  }
  const cancelled = options.cancelled()
  return {
    ok: collected.failures.length === 0 && !cancelled,
    cancelled,
    ...inStages(collected, options.outputs),
    tables: collected.tables,
    ...state.totals,
  }
}

/** Rows, files and failures stage by stage, whatever was streamed. */
function inStages({ rows, saved, failures }: Collected, outputs: readonly PlanOutput[]) {
  const stages = new Map(outputs.map(({ name, source }) => [name, source.node.stage]))
  const sorted = <T extends { output: string }>(list: readonly T[]): T[] =>
    list.toSorted((a, b) => stages.get(a.output)! - stages.get(b.output)!)
  return { rows: sorted(rows), saved: sorted(saved), failures: sorted(failures) }
}

type Delivered =
  | { kind: 'member'; record: Produced['record'] }
  | { kind: 'produced'; produced: Produced }
  | { kind: 'failed'; output: PlanOutput; item: Readonly<Record<string, string>>; error: KintsugiError }
  | { kind: 'skipped'; output: PlanOutput; item: Readonly<Record<string, string>>; message: string }

/** What a job gives that is left out, since an earlier stage of its item has failed. */
const NOTHING: Delivered = { kind: 'member', record: undefined }

async function runJob(settings: OutputSettings, job: Job): Promise<Delivered> {
  const { root, keys } = job
  if (root.kind === 'member') return runMember(settings, root, job)
  const { output } = root
  const item = namedKeys(output.source.axes, keys)
  const absence = (reason: Absence): Delivered =>
    reason.kind === 'failed'
      ? { kind: 'failed', output, item, error: reason.error }
      : { kind: 'skipped', output, item, message: reason.message }
  if (job.absence !== undefined) return absence(job.absence)
  try {
    const produced = await produce(settings, output, keys, job.frame)
    return produced.ok ? { kind: 'produced', produced: produced.value } : absence(produced.absence)
  } catch (error) {
    return { kind: 'failed', output, item, error: asFault(error, output, item) }
  }
}

async function runMember(settings: OutputSettings, root: Root, { keys, frame, absence }: Job): Promise<Delivered> {
  const { evaluator } = settings
  const { captured } = evaluator.state
  if (absence !== undefined) return { kind: 'member', record: undefined }
  try {
    const bound = await evaluator.resolve(root.source, keys, frame)
    if (!bound.ok) {
      captured.set(root.source, keys, { absence: bound.absence })
      return { kind: 'member', record: undefined }
    }
    const value = await capture(evaluator, bound.value)
    captured.set(root.source, keys, value.ok ? { id: bound.value.id, value: value.value } : { absence: value.absence })
    return { kind: 'member', record: bound.value.kind === 'output' ? bound.value.record : undefined }
  } catch (error) {
    captured.set(root.source, keys, {
      absence: { kind: 'failed', error: asFault(error, undefined, namedKeys(root.source.axes, keys)) },
    })
    return { kind: 'member', record: undefined }
  }
}

function asFault(
  error: unknown,
  output: PlanOutput | undefined,
  item: Readonly<Record<string, string>>,
): KintsugiError {
  const fault =
    error instanceof KintsugiError
      ? error
      : new KintsugiError('E_UNEXPECTED', { message: toErrorData(error).message, cause: error })
  return fault.at({ ...output?.place(), item })
}

async function take(
  options: ExecuteOptions,
  collected: Collected,
  result: Delivered,
  expected: number | undefined,
): Promise<void> {
  const { emit } = options.evaluator.state
  if (result.kind === 'member') {
    if (result.record !== undefined) await options.folder?.addRecords(result.record)
    return
  }
  collected.done++
  if (result.kind === 'failed') {
    const { output, item, error } = result
    if (error.code === 'E_CANCELLED') return
    collected.failures.push({ output: output.name, item, error })
    collected.rows.push({ output: output.name, item, cells: {}, error: error.code })
    emit({ type: 'failed', error: error.toJSON(), output: output.name, item })
  } else if (result.kind === 'skipped') {
    collected.rows.push({ output: result.output.name, item: result.item, cells: {}, error: 'E_ABSENT' })
  } else {
    const { produced } = result
    const { output, item } = produced
    if (produced.record !== undefined) await options.folder?.addRecords(produced.record)
    if (produced.row !== undefined) collected.rows.push(produced.row)
    if (produced.table !== undefined) collected.tables[[output.name, ...Object.values(item)].join('/')] = produced.table
    if (produced.saved !== undefined) {
      const { kept, ...file } = produced.saved
      collected.saved.push(file)
      emit({ type: 'saved', output: output.name, item, path: file.path, kept })
    }
    if (options.receive !== undefined) await options.receive(output.name, item, produced.value)
  }
  const { output, item } = result.kind === 'produced' ? result.produced : result
  emit({ type: 'output', output: output.name, item, done: collected.done, of: expected })
}

function expectedCount(outputs: readonly PlanOutput[], filter: Evaluator['state']['filter']): number | undefined {
  let sum = 0
  for (const { source } of outputs) {
    if (countOf(source.axes) === undefined) return undefined
    sum += source.axes.reduce(
      (count, axis) => count * (axis.origin.kind === 'static' ? filter(axis.name, axis.origin.keys).length : 1),
      1,
    )
  }
  return sum
}

/** Writes the files of a run besides its saved values. */
export async function writeRun(
  folder: RunFolder,
  result: RunResult,
  metrics: ScoreMetrics,
  facts: Omit<Parameters<RunFolder['finish']>[0], 'saved' | 'failures'>,
): Promise<void> {
  await folder.write('scores.json', scoresJson(result.rows, result.tables, metrics))
  await folder.write('scores.csv', scoresCsv(result.rows, metrics))
  const failures = result.failures.map(
    ({ output, item, error }): { output: string; item: Readonly<Record<string, string>>; error: ErrorData } => ({
      output,
      item,
      error: withoutFrame(error.toJSON()),
    }),
  )
  await folder.finish({ ...facts, saved: result.saved, failures })
}

function withoutFrame(error: ErrorData): ErrorData {
  const { frame: _frame, ...place } = error.place ?? {}
  return { ...error, place, ...(error.cause === undefined ? {} : { cause: withoutFrame(error.cause) }) }
}
