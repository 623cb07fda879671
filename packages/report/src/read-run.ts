import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ErrorData,
  type Graph,
  KintsugiError,
  type Metric,
  type SavedFile,
  type Table,
  type WrittenRecord,
} from '@kintsugi/core'

/** How long one node took over all items. */
export interface NodeTiming {
  node: string
  /** Tasks that were computed, and those whose outputs came from the cache. */
  ran: number
  cached: number
  /** Of computed tasks, summed. */
  milliseconds: number
  slowest?: { item: Readonly<Record<string, string>>; milliseconds: number }
}

/** `timings.json` of a run folder. Not part of `run.json`, which is the same for every run of the same pipeline. */
export interface RunTimings {
  milliseconds: number
  jobs: number
  nodes: readonly NodeTiming[]
}

/** One row of `scores.json`: axis keys, value, further columns, error. */
export type WrittenScore = Readonly<Record<string, unknown>>

/** What a run folder tells. */
export interface WrittenRun {
  pipeline: string
  seed: number
  provider: string
  kintsugi: string
  plugins: readonly { name: string; version: string }[]
  libraries: Readonly<Record<string, string>>
  saved: readonly SavedFile[]
  failures: readonly { output: string; item: Readonly<Record<string, string>>; error: ErrorData }[]
  graph: Graph
  records: readonly WrittenRecord[]
  scores: Readonly<Record<string, readonly WrittenScore[]>>
  metrics: Readonly<Record<string, Metric>>
  tables: Readonly<Record<string, Table>>
  timings: RunTimings | undefined
}

/** Reads what `kintsugi run` wrote into a folder. Throws `E_REPORT_RUN` where it is not the folder of a finished run. */
export async function readRun(folder: string): Promise<WrittenRun> {
  const run = (await readJson(folder, 'run.json')) as Omit<WrittenRun, 'scores' | 'metrics' | 'tables' | 'timings'>
  const scores = (await readJson(folder, 'scores.json')) as {
    outputs: WrittenRun['scores']
    metrics?: WrittenRun['metrics']
    tables?: WrittenRun['tables']
  }
  if (!Array.isArray(run.saved) || run.graph === undefined)
    throw unusable(folder, 'run.json', 'a record of an older version')
  let timings: RunTimings | undefined
  try {
    timings = JSON.parse(await readFile(join(folder, 'timings.json'), 'utf8')) as RunTimings
  } catch {
    timings = undefined
  }
  return { ...run, scores: scores.outputs, metrics: scores.metrics ?? {}, tables: scores.tables ?? {}, timings }
}

async function readJson(folder: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8')) as unknown
  } catch (cause) {
    throw unusable(folder, name, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function unusable(folder: string, name: string, found: string, cause?: unknown): KintsugiError {
  return new KintsugiError('E_REPORT_RUN', {
    message: `"${folder}" is not the folder of a finished run: ${name} cannot be used`,
    expected: 'a folder that `kintsugi run` wrote, with run.json and scores.json',
    found,
    fix: 'run the pipeline again, or name its output folder',
    ...(cause === undefined ? {} : { cause }),
  })
}
