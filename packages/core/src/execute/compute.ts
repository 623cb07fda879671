import { KintsugiError } from '../errors/index.js'
import type { ImageMetadata } from '../image/image.js'
import {
  releaseOutputs,
  retainOutputs,
  retainValue,
  type StoredOutputs,
  type StoredValue,
  valueBytes,
} from '../memory/stored-value.js'
import type { Source } from '../plan/plan.js'
import type { InputSize } from '../plugin/node.js'
import type { SeriesSource, TaskInput } from '../workers/task.js'
import {
  absent,
  type Bound,
  type BoundInput,
  type BoundSeries,
  type Cell,
  type Identity,
  type Outcome,
  present,
} from './cell.js'
import type { Acquired, Evaluator } from './evaluator.js'
import { namedKeys } from './frame.js'

/** A task's outputs: those of an equal task under way, those in the cache, or those of running it. */
export async function computeOutputs(evaluator: Evaluator, cell: Cell): Promise<Outcome<StoredOutputs>> {
  const { state } = evaluator
  const identified = await evaluator.identify(cell)
  if (!identified.ok) return identified
  const { key } = identified.value
  const owner = state.inFlight.get(key)
  if (owner !== undefined) {
    const shared = await evaluator.share(owner)
    if (shared !== undefined) return shared
  }
  state.inFlight.set(key, cell)
  try {
    return await cachedOrRun(evaluator, cell, identified.value)
  } finally {
    state.inFlight.delete(key)
  }
}

async function cachedOrRun(evaluator: Evaluator, cell: Cell, identity: Identity): Promise<Outcome<StoredOutputs>> {
  const { state } = evaluator
  const { registered, path, axes } = cell.node
  const onDisk = registered.cached && registered.plugin.specifier !== undefined
  const item = namedKeys(axes, cell.keys)
  state.throwIfCancelled()
  if (onDisk && state.cache !== undefined) {
    const started = performance.now()
    const found = await state.cache.get(identity.key)
    if (found !== undefined) {
      state.totals.cached++
      state.emit({ type: 'task', node: path, item, state: 'cached', milliseconds: performance.now() - started })
      return present(found)
    }
  }
  const inputs = await acquireInputs(evaluator, cell, identity)
  if (!inputs.ok) return inputs
  let outputs: StoredOutputs
  try {
    outputs = await runTask(evaluator, cell, identity, inputs.value.inputs)
  } finally {
    for (const { release } of inputs.value.acquired) release()
  }
  if (onDisk && state.cache !== undefined) {
    retainOutputs(state.pool, outputs)
    const write = state.cache.put(identity.key, outputs).finally(() => {
      releaseOutputs(state.pool, outputs)
      state.writes.delete(write)
      state.budget.admit()
    })
    state.writes.add(write)
  }
  return present(outputs)
}

async function runTask(
  evaluator: Evaluator,
  cell: Cell,
  identity: Identity,
  inputs: Readonly<Record<string, TaskInput>>,
): Promise<StoredOutputs> {
  const { state } = evaluator
  const { registered, path, axes } = cell.node
  const item = namedKeys(axes, cell.keys)
  const inline = registered.runs === 'inline' || registered.plugin.specifier === undefined
  const release = inline
    ? undefined
    : await state.budget.reserve(await neededBytes(evaluator, cell, identity, inputs), cell.frame.order)
  try {
    state.throwIfCancelled()
    const started = performance.now()
    const outputs = await (inline ? state.inline : state.workers).run({
      registered,
      inputs,
      params: identity.params,
      random: identity.random,
      order: cell.frame.order,
      model: identity.model,
      onProgress: (fraction) => state.emit({ type: 'progress', node: path, item, fraction }),
      onWarning: (message) => state.warn(`${path}: ${message}`),
    })
    const milliseconds = performance.now() - started
    state.totals.ran++
    state.totals.computeMilliseconds += milliseconds
    state.emit({ type: 'task', node: path, item, state: 'ran', milliseconds })
    return outputs
  } finally {
    release?.()
  }
}

/** Bytes that a task may take besides its inputs. Throws `E_MEMORY` when it can never fit. */
async function neededBytes(
  evaluator: Evaluator,
  cell: Cell,
  identity: Identity,
  inputs: Readonly<Record<string, TaskInput>>,
): Promise<number> {
  const { budget } = evaluator.state
  const { registered } = cell.node
  const sizes: Record<string, InputSize> = {}
  let inputBytes = 0
  for (const [port, input] of Object.entries(inputs)) {
    if (input.kind !== 'one' || registered.inputs.get(port)?.type !== 'image') continue
    const { width, height, channels } = input.value.json as {
      width: number
      height: number
      channels: number
      metadata: ImageMetadata
    }
    sizes[port] = { width, height, channels: channels + (input.value.slices.length > 1 ? 1 : 0) }
    inputBytes += valueBytes(input.value)
  }
  const own = registered.definition.memory?.(sizes, identity.params as never)
  const needed = own === undefined ? 3 * inputBytes : await own
  if (needed + inputBytes > budget.limit) {
    throw new KintsugiError('E_MEMORY', {
      message: `"${cell.node.path}" needs about ${mebibytes(needed + inputBytes)} for this item, the memory budget is ${mebibytes(budget.limit)}.`,
      expected: 'an item that fits the budget',
      found:
        Object.entries(sizes)
          .map(([port, size]) => `${port} ${size.width}x${size.height}x${size.channels}`)
          .join(', ') || mebibytes(needed),
      fix: `Give more with --memory ${Math.ceil((needed + inputBytes) / 2 ** 20)}MiB, or use smaller tiles or images.`,
    })
  }
  return needed
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`
}

interface AcquiredInputs {
  inputs: Record<string, TaskInput>
  acquired: Acquired[]
}

async function acquireInputs(evaluator: Evaluator, cell: Cell, identity: Identity): Promise<Outcome<AcquiredInputs>> {
  const acquired: Acquired[] = []
  const give = (): void => {
    for (const { release } of acquired) release()
  }
  const inputs: Record<string, TaskInput> = {}
  const results = await Promise.all(
    Object.entries(identity.inputs).map(async ([port, input]): Promise<Outcome<unknown>> => {
      const taken = await acquireInput(evaluator, cell, port, input, acquired)
      if (taken.ok) inputs[port] = taken.value
      return taken
    }),
  )
  const missing = results.find((result) => !result.ok)
  if (missing !== undefined && !missing.ok) {
    give()
    return absent(missing.absence)
  }
  return present({ inputs, acquired })
}

async function acquireInput(
  evaluator: Evaluator,
  cell: Cell,
  port: string,
  input: BoundInput,
  acquired: Acquired[],
): Promise<Outcome<TaskInput>> {
  const take = async (bound: Bound): Promise<Outcome<StoredValue>> => {
    const result = await evaluator.acquire(bound)
    if (!result.ok) return result
    acquired.push(result.value)
    return present(result.value.value)
  }
  switch (input.kind) {
    case 'one': {
      const value = await take(input.bound)
      return value.ok ? present({ kind: 'one', value: value.value }) : value
    }
    case 'many': {
      const values: Record<string, StoredValue> = {}
      for (const [name, bound] of Object.entries(input.bounds)) {
        const value = await take(bound)
        if (!value.ok) return value
        values[name] = value.value
      }
      return present({ kind: 'many', values })
    }
    case 'series':
      return present({ kind: 'series', series: seriesSource(evaluator, cell, port, input.series) })
    case 'many-series':
      return present({
        kind: 'many-series',
        series: Object.fromEntries(
          Object.entries(input.series).map(([name, series]) => [name, seriesSource(evaluator, cell, port, series)]),
        ),
      })
  }
}

/** Loads members of a series, those that were not kept by computing them again or from the cache. */
function seriesSource(evaluator: Evaluator, cell: Cell, port: string, series: BoundSeries): SeriesSource {
  const binding = cell.node.inputs[port]
  const source: Source | undefined =
    binding?.kind === 'source'
      ? binding.source
      : binding?.kind === 'many' && series.entry !== undefined
        ? binding.entries[series.entry]
        : undefined
  return {
    members: series.members.map((member) => member.keys),
    missing: series.missing,
    load: async (index) => {
      const member = series.members[index]
      if (member === undefined || source === undefined) throw new Error(`no member ${index} of ${port}`)
      if (member.captured !== undefined) {
        retainValue(evaluator.state.pool, member.captured)
        return member.captured
      }
      let frame = cell.frame
      for (const axis of cell.node.over) frame = frame.enter(axis, member.keysOf[axis.order] ?? '')
      try {
        const bound = await evaluator.resolve(source, member.keysOf, frame)
        const value = bound.ok ? await evaluator.acquire(bound.value) : bound
        if (value.ok) return value.value.value
        throw value.absence.kind === 'failed'
          ? value.absence.error
          : new KintsugiError('E_ABSENT', { message: value.absence.message })
      } finally {
        for (let at = frame; at !== cell.frame && at.parent !== undefined; at = at.parent) at.leave()
      }
    },
  }
}
