import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import {
  checkFilters,
  checkLocked,
  createKintsugi,
  type Plan,
  type PreparedRun,
  type RunEvent,
  type RunResult,
  selectOutputs,
} from '@kintsugi/core'
import type { RunTimings } from '@kintsugi/report'
import { exitCodes } from '../exit-codes.js'
import { interruption } from '../interruption.js'
import { kintsugiOptions } from '../options/kintsugi-options.js'
import { type PipelineOptions, planFile } from '../options/plan-file.js'
import { readJson } from '../options/read-json.js'
import { faultsOf, isInvalid } from '../report/fault-kind.js'
import { describePlan, formatPlan } from '../report/plan.js'
import { formatError, printErrors } from '../report/print-error.js'
import { openProgress } from '../report/progress.js'
import { reproduceCommand } from '../report/reproduce.js'
import { summarise } from '../report/summary.js'
import { Timings } from '../report/timings.js'

/** Options of `kintsugi run`, as commander gives them. */
export interface RunCommandOptions extends PipelineOptions {
  out?: string | undefined
  jobs?: number | undefined
  memory?: number | undefined
  keepGoing?: boolean | undefined
  dryRun?: boolean | undefined
  only?: readonly string[] | undefined
  limit?: Readonly<Record<string, number>> | undefined
  where?: Readonly<Record<string, readonly string[]>> | undefined
  locked?: string | undefined
  provider?: string | undefined
  cache?: string | boolean | undefined
  report?: boolean | undefined
  json?: boolean | undefined
}

/** Runs a pipeline file, or tells what running it would do. */
export async function run(file: string, options: RunCommandOptions): Promise<void> {
  const json = options.json === true
  try {
    const kintsugi = createKintsugi(kintsugiOptions(options))
    const prepared = await planFile(kintsugi, file, options)
    const { plan } = prepared
    const filters = { ...(options.limit && { limit: options.limit }), ...(options.where && { where: options.where }) }
    const outputs = selectOutputs(plan, options.only)
    checkFilters(plan, filters)
    if (options.locked !== undefined) checkLocked(plan, await readJson(options.locked), options.locked)
    const out = options.out ?? defaultFolder(plan)
    if (options.dryRun === true) {
      const description = describePlan(plan, outputs, filters, out)
      process.stdout.write(json ? `${JSON.stringify({ type: 'plan', ...description })}\n` : formatPlan(description))
      return
    }
    await compute(prepared, { kintsugi, file, options, filters, out, json })
  } catch (error) {
    if (!json) throw error
    for (const fault of faultsOf(error)) writeLine({ type: 'error', error: fault })
    printErrors(error)
    process.exitCode = isInvalid(error) ? exitCodes.invalid : exitCodes.failed
  }
}

interface Computation {
  kintsugi: ReturnType<typeof createKintsugi>
  file: string
  options: RunCommandOptions
  filters: { limit?: Readonly<Record<string, number>>; where?: Readonly<Record<string, readonly string[]>> }
  out: string
  json: boolean
}

async function compute(
  prepared: PreparedRun,
  { kintsugi, file, options, filters, out, json }: Computation,
): Promise<void> {
  const progress = json ? undefined : openProgress()
  const { signal, release } = interruption((message) => {
    // A second Ctrl-C would leave the terminal as the bar has set it.
    progress?.end()
    process.stderr.write(`${message}\n`)
  })
  const started = performance.now()
  const timings = new Timings()
  const on = (event: RunEvent): void => {
    timings.take(event)
    if (event.type !== 'failed') {
      if (json) writeLine(event)
      progress?.take(event)
      return
    }
    const command = reproduceCommand(file, options, out, event)
    if (json) writeLine({ ...event, reproduce: command })
    progress?.print(`${formatError(event.error)}\n  reproduce  ${command}\n`)
  }
  let result: RunResult
  try {
    result = await kintsugi.run(prepared, {
      ...filters,
      ...(options.only && { only: options.only }),
      ...(options.jobs !== undefined && { jobs: options.jobs }),
      ...(options.memory !== undefined && { memory: options.memory }),
      ...(options.provider !== undefined && { provider: options.provider }),
      out,
      keepGoing: options.keepGoing === true,
      signal,
      on,
    })
  } catch (error) {
    progress?.end()
    if (json) for (const fault of faultsOf(error)) writeLine({ type: 'error', error: fault })
    printErrors(error)
    process.exitCode = exitCodes.failed
    return
  } finally {
    release()
  }
  progress?.end()
  const milliseconds = performance.now() - started
  const report =
    options.report === false || result.cancelled ? undefined : await reportOf(out, timings.result(milliseconds))
  if (!result.ok) process.exitCode = exitCodes.failed
  if (json)
    writeLine({
      type: 'result',
      out,
      ok: result.ok,
      saved: result.saved.length,
      scores: result.cancelled ? null : join(out, 'scores.json'),
      report: report ?? null,
    })
  else
    process.stdout.write(
      summarise(prepared.plan, result, {
        cached: options.cache !== false,
        out: shownPath(out),
        report: report === undefined ? undefined : shownPath(report),
        milliseconds,
      }),
    )
}

/** Writes the times and the report of a run; a report that cannot be written is told, and fails no run. */
async function reportOf(out: string, timings: RunTimings): Promise<string | undefined> {
  try {
    await writeFile(join(out, 'timings.json'), `${JSON.stringify(timings, undefined, 2)}\n`)
    // Loaded now: the run has waited for nothing of it.
    const { writeReport } = await import('@kintsugi/report')
    return (await writeReport(out)).path
  } catch (error) {
    process.stderr.write(`warning: there is no report: ${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  }
}

/** `runs/<name>`, the name made fit for a folder. */
function defaultFolder(plan: Plan): string {
  const name = plan.name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, '')
  return join('runs', name === '' ? 'pipeline' : name)
}

function shownPath(path: string): string {
  const near = relative(process.cwd(), path)
  return near === '' ? '.' : near.startsWith('..') ? path : near
}

function writeLine(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
