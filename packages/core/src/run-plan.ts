import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { Container } from 'inversify'
import { nearest } from './document/suggest.js'
import { KintsugiError, toErrorData } from './errors/index.js'
import { Captured } from './execute/captured.js'
import { Evaluator } from './execute/evaluator.js'
import type { RunListener } from './execute/events.js'
import { execute, type RunResult, writeRun } from './execute/execute.js'
import { axisFilter, checkFilters, selectOutputs } from './execute/filters.js'
import { namedKeys } from './execute/frame.js'
import { rootsOf } from './execute/jobs.js'
import type { RunState } from './execute/run-state.js'
import { SMALL_OUTPUTS, SmallOutputs } from './execute/small-outputs.js'
import { streamedAxes } from './execute/streamed-axes.js'
import { libraryVersions } from './lineage/versions.js'
import { DEFAULT_MEMORY } from './memory/process-memory.js'
import { storePacked } from './memory/stored-value.js'
import { graphOf } from './plan/graph.js'
import { metricOf } from './plan/metrics.js'
import type { Plan, PlanOutput } from './plan/plan.js'
import type { LoadedPlugin, Registry } from './plugin/registry.js'
import { RunFolder } from './run/run-folder.js'
import type { ScoreMetrics } from './run/scores.js'
import { services } from './services.js'
import { VERSION } from './version.js'
import { ForeignError } from './workers/thread-errors.js'

/** What a run takes over from the program that it is part of. */
interface RunSetup {
  cwd: string
  cacheDir: string | undefined
  cacheLimit: number | undefined
  rebind: ((container: Container) => void) | undefined
  registryFor(names: readonly string[]): Promise<Registry>
}

/** How a plan is run. */
export interface RunOptions {
  /** Folder to write to. Without it nothing is written. */
  out?: string
  /** Worker threads. Default: the number of processors. */
  jobs?: number
  /** Memory in bytes that the process may take, by and large. Default: 2 GiB. */
  memory?: number
  /** Execution provider of onnxruntime. Default: `cpu`. */
  provider?: string
  /** Go on after failures. */
  keepGoing?: boolean
  /** Outputs to compute. Default: all. */
  only?: readonly string[]
  /** Number of keys of an axis to go through. */
  limit?: Readonly<Record<string, number>>
  /** Keys of an axis to go through. */
  where?: Readonly<Record<string, readonly string[]>>
  signal?: AbortSignal
  on?: RunListener
  /** Receives a copy of every output value, in order. */
  receive?: (output: string, item: Readonly<Record<string, string>>, value: unknown) => void | Promise<void>
}

/** A plan with the pipeline that it was made from. */
export interface PreparedRun {
  plan: Plan
  registry: Registry
}

/** Items under way for each job: what they give is taken in their order, and while one takes long the others keep all threads at work. */
const ITEMS_PER_JOB = 4

/** Runs a plan: puts the services together, goes through its items and writes what the run folder holds. */
export async function runPlan(
  { plan, registry }: PreparedRun,
  options: RunOptions,
  setup: RunSetup,
): Promise<RunResult> {
  const started = performance.now()
  const outputs = selectOutputs(plan, options.only)
  checkFilters(plan, options)
  const cancelled = new Int32Array(new SharedArrayBuffer(4))
  const abort = (): void => void Atomics.store(cancelled, 0, 1)
  const listenerFaults: unknown[] = []
  const emit: RunListener = (event) => {
    try {
      options.on?.(event)
    } catch (error) {
      listenerFaults.push(error)
      abort()
    }
  }
  const warned = new Set<string>()
  const warn = (message: string): void => {
    if (warned.has(message)) return
    warned.add(message)
    emit({ type: 'warning', message })
  }
  const jobs = options.jobs ?? availableParallelism()
  if (!Number.isInteger(jobs) || jobs < 1) {
    throw new KintsugiError('E_ARGUMENT', {
      message: `A run cannot have ${jobs} jobs.`,
      expected: 'a whole number of at least 1',
      found: String(jobs),
      fix: 'Leave it out to use all processors.',
    })
  }
  const memory = options.memory ?? DEFAULT_MEMORY
  if (!(memory > 0)) {
    throw new KintsugiError('E_ARGUMENT', {
      message: `A run cannot have a memory budget of ${memory} bytes.`,
      expected: 'a number above 0',
      found: String(memory),
      fix: 'Leave it out for 2 GiB, or give a number of bytes.',
    })
  }
  const provider = options.provider ?? 'cpu'
  const late: { evaluator?: Evaluator } = {}
  const portType = (name: string): NonNullable<ReturnType<Registry['portType']>> => {
    const type = registry.portType(name)
    if (type === undefined)
      throw new KintsugiError('E_PLUGIN', { message: `No loaded plugin provides the port type "${name}".` })
    return type
  }
  // Loaded when something runs: listing and validating need no services.
  const { composeRun } = await import('./composition.js')
  const container = composeRun(
    {
      jobs,
      memory,
      cacheDir: setup.cacheDir,
      cacheLimit: setup.cacheLimit ?? 10 * 2 ** 30,
      provider,
      modelPlugins: registry.modelPlugins(),
      readers: registry.readers.map(({ reader }) => reader),
      makers: registry.makers.map(({ maker }) => maker),
      portType,
      cancelled,
      evict: () => late.evaluator?.evict() ?? false,
      warn,
    },
    setup.rebind,
  )
  const workers = container.get(services.workers)
  const pool = container.get(services.pool)
  const files = container.get(services.files)
  const cache = container.get(services.cache)
  const roots = rootsOf(outputs)
  const streamed = streamedAxes(plan.nodes, roots)
  const state: RunState = {
    plan,
    pool,
    budget: container.get(services.budget),
    cache,
    workers,
    inline: container.get(services.inline),
    files,
    provider,
    filter: axisFilter(options),
    captured: new Captured(streamed),
    small: new SmallOutputs(streamed.length > 0 ? SMALL_OUTPUTS.streamed : SMALL_OUTPUTS.gathered),
    owners: new Map(),
    writes: new Set(),
    emit,
    warn,
    totals: { ran: 0, cached: 0, computeMilliseconds: 0 },
    portType,
    onnxOf: async (model) => (await container.get(services.models)()).read(model),
    findModel: (literal, folder) => findModel(registry, files, literal, folder),
    findNode: async (name) => registry.node(name) ?? (await setup.registryFor([name])).node(name),
    storeLiteral: (bound) => storePacked(pool, portType(bound.type).pack(bound.value)),
    failure: (error, cell) => {
      const place = { ...cell.node.place(), node: cell.node.path, item: namedKeys(cell.node.axes, cell.keys) }
      return located(error, place, cell.node.registered)
    },
    throwIfCancelled: () => {
      if (Atomics.load(cancelled, 0) === 1)
        throw new KintsugiError('E_CANCELLED', { message: 'The run was cancelled.' })
    },
  }
  const evaluator = new Evaluator(state)
  late.evaluator = evaluator
  if (options.signal?.aborted === true) abort()
  options.signal?.addEventListener('abort', abort, { once: true })
  const folder = options.out === undefined ? undefined : new RunFolder(resolve(setup.cwd, options.out), options.out)
  const versions = libraryVersions(plan)
  try {
    await folder?.open()
    emit({ type: 'start', pipeline: plan.name, jobs, items: undefined })
    const result = await execute(plan, {
      outputs,
      roots,
      evaluator,
      workers,
      folder,
      keepGoing: options.keepGoing ?? false,
      window: ITEMS_PER_JOB * jobs,
      versions,
      cancelled: () => Atomics.load(cancelled, 0) === 1,
      receive: options.receive,
    })
    if (folder !== undefined && !result.cancelled) {
      await writeRun(folder, result, metricsOf(outputs), {
        kintsugi: VERSION,
        pipeline: plan.name,
        seed: plan.seed,
        provider,
        plugins: plan.plugins,
        libraries: versions,
        graph: graphOf(plan),
      })
    }
    emit({
      type: 'end',
      ok: result.ok,
      cancelled: result.cancelled,
      failed: result.failures.length,
      milliseconds: performance.now() - started,
      ran: result.ran,
      cached: result.cached,
      computeMilliseconds: result.computeMilliseconds,
    })
    if (listenerFaults.length > 0) throw listenerFaults[0]
    return result
  } finally {
    options.signal?.removeEventListener('abort', abort)
    await Promise.all([workers.close(), state.inline.close()])
    await cache?.close()
    await folder?.close()
    pool.close()
  }
}

/** What the outputs measure, those that say so. */
function metricsOf(outputs: readonly PlanOutput[]): ScoreMetrics {
  return Object.fromEntries(
    outputs.flatMap(({ name, source }) => {
      const metric = source.record ? undefined : metricOf(source)
      return metric === undefined ? [] : [[name, metric] as const]
    }),
  )
}

async function findModel(
  registry: Registry,
  files: { of(path: string, shown: string): Promise<string> },
  literal: string,
  folder: string,
): ReturnType<RunState['findModel']> {
  if (!literal.startsWith('builtin:')) {
    const path = resolve(folder, literal)
    return { name: literal, path, hash: await files.of(path, literal) }
  }
  const path = registry.model(literal.slice('builtin:'.length))
  if (path !== undefined) return { name: literal, path, hash: await files.of(path, literal) }
  const known = [...registry.builtinModels().keys()].map((name) => `builtin:${name}`)
  const guess = nearest(literal, known)
  throw new KintsugiError('E_FILE', {
    message: `There is no built-in model "${literal}".`,
    expected:
      known.length === 0 ? 'the path of a model file' : `one of ${known.join(', ')}, or the path of a model file`,
    found: literal,
    fix: guess === undefined ? 'See `kintsugi models`.' : `Write "${guess}".`,
  })
}

/** A thrown value as a fault with its place; what a plugin throws without meaning to is named as its failure. */
function located(
  error: unknown,
  place: KintsugiError['place'],
  registered: { name: string; plugin: LoadedPlugin },
): KintsugiError {
  if (error instanceof KintsugiError) return error.at(place)
  const cause = error instanceof ForeignError ? error.cause : error
  const { plugin } = registered.plugin
  return new KintsugiError('E_NODE_FAILED', {
    message: `"${place.node ?? ''}" (${registered.name} of ${plugin.name} ${plugin.version}) failed: ${toErrorData(cause).message}`,
    expected: 'a node that gives its outputs or says why it cannot',
    fix: `Report it to the authors of ${plugin.name}.`,
    place,
    cause,
  })
}
