import type { DiskCache } from '../cache/cache.js'
import { KintsugiError } from '../errors/index.js'
import type { ImageMetadata } from '../image/image.js'
import {
  releaseOutputs,
  retainOutputs,
  type StoredOutputs,
  type StoredValue,
  valueBytes,
} from '../memory/stored-value.js'
import type { InputSize } from '../plugin/node.js'
import type { RegisteredNode } from '../plugin/registry.js'
import type { SeriesSource, TaskInput, TaskRequest, TaskResult } from '../workers/task.js'
import { acquireInputs, giveBack } from './acquire-inputs.js'
import { type Cell, type Identity, type Outcome, present } from './cell.js'
import type { Evaluator } from './evaluator.js'
import { namedKeys } from './frame.js'
import { mapRecord } from './map-record.js'
import type { RunState } from './run-state.js'

/** A task's outputs: those of an equal task under way or in memory, those in the cache, or those of running it. */
export async function computeOutputs(evaluator: Evaluator, cell: Cell): Promise<Outcome<StoredOutputs>> {
  const { state } = evaluator
  const identified = await evaluator.identify(cell)
  if (!identified.ok) return identified
  const { key } = identified.value
  const small = state.small.get(key)
  if (small !== undefined) return present(small)
  const owner = state.owners.get(key)
  if (owner !== undefined && owner !== cell) return evaluator.share(owner)
  state.owners.set(key, cell)
  let shareable = false
  try {
    const outputs = await cachedOrRun(evaluator, cell, identified.value)
    shareable = outputs.ok && !state.small.offer(key, outputs.value)
    return outputs
  } finally {
    if (!shareable) state.owners.delete(key)
  }
}

async function cachedOrRun(evaluator: Evaluator, cell: Cell, identity: Identity): Promise<Outcome<StoredOutputs>> {
  const { state } = evaluator
  const cache = isCached(state, cell.node.registered) ? state.cache : undefined
  state.throwIfCancelled()
  if (cache !== undefined) {
    const found = await findCached(state, cache, cell, identity)
    if (found !== undefined) return present(found)
  }
  const inputs = await acquireInputs(evaluator, cell, identity)
  if (!inputs.ok) return inputs
  try {
    const result = await runTask(evaluator, cell, identity, inputs.value.inputs)
    const { outputs } = result
    settled(state, cell, result)
    if (cache !== undefined) storeCached(state, cache, identity, outputs)
    return present(outputs)
  } finally {
    giveBack(inputs.value.acquired)
  }
}

/** Whether a node's outputs are looked for and kept on disk. */
export function isCached(state: RunState, registered: RegisteredNode): boolean {
  return registered.cached && registered.plugin.specifier !== undefined && state.cache !== undefined
}

/** Counts and tells that a task has run. */
export function settled(state: RunState, cell: Cell, { milliseconds }: TaskResult): void {
  state.totals.ran++
  state.totals.computeMilliseconds += milliseconds
  tell(state, cell, 'ran', milliseconds)
}

async function findCached(
  state: RunState,
  cache: DiskCache,
  cell: Cell,
  identity: Identity,
): Promise<StoredOutputs | undefined> {
  const started = performance.now()
  const found = await cache.get(identity.key)
  if (found === undefined) return undefined
  state.totals.cached++
  tell(state, cell, 'cached', performance.now() - started)
  return found
}

/** Starts to write outputs to the cache; they stay in memory until that has ended. */
function storeCached(state: RunState, cache: DiskCache, { key }: Identity, outputs: StoredOutputs): void {
  retainOutputs(state.pool, outputs)
  const write = cache.put(key, outputs).finally(() => {
    releaseOutputs(state.pool, outputs)
    state.writes.delete(write)
    state.budget.admit()
  })
  state.writes.add(write)
}

function tell(state: RunState, { node, keys }: Cell, how: 'ran' | 'cached', milliseconds: number): void {
  state.emit({ type: 'task', node: node.path, item: namedKeys(node.axes, keys), state: how, milliseconds })
}

async function runTask(
  evaluator: Evaluator,
  cell: Cell,
  identity: Identity,
  inputs: Readonly<Record<string, TaskInput>>,
): Promise<TaskResult> {
  const { state } = evaluator
  const { registered } = cell.node
  if (registered.runs === 'inline' || registered.plugin.specifier === undefined)
    return state.inline.run(taskRequest(state, cell, identity, inputs))
  const { model } = identity
  const reservation = await state.budget.reserve(
    await neededBytes(evaluator, cell, identity, inputs),
    cell.frame.order,
    model === undefined ? undefined : () => state.workers.reusableSessionBytes(model),
  )
  try {
    state.throwIfCancelled()
    const waiting = mapSeries(inputs, (load) => reservation.waitFor(load))
    return await state.workers.run(taskRequest(state, cell, identity, waiting))
  } finally {
    reservation.end()
  }
}

/** What a runner is told of a task. */
export function taskRequest(
  state: RunState,
  { node, keys, frame }: Cell,
  { params, random, model }: Identity,
  inputs: Readonly<Record<string, TaskInput>>,
): TaskRequest {
  return {
    registered: node.registered,
    inputs,
    params,
    random,
    order: frame.order,
    model,
    onProgress: (fraction) =>
      state.emit({ type: 'progress', node: node.path, item: namedKeys(node.axes, keys), fraction }),
    onWarning: (message) => state.warn(`${node.path}: ${message}`),
  }
}

/** Inputs whose members are loaded through a function. */
function mapSeries(
  inputs: Readonly<Record<string, TaskInput>>,
  around: (load: () => Promise<StoredValue>) => Promise<StoredValue>,
): Record<string, TaskInput> {
  const wrap = (series: SeriesSource): SeriesSource => ({
    ...series,
    load: (index) => around(() => series.load(index)),
  })
  return mapRecord(inputs, (input) => {
    if (input.kind === 'series') return { kind: 'series', series: wrap(input.series) }
    if (input.kind === 'many-series') return { kind: 'many-series', series: mapRecord(input.series, wrap) }
    return input
  })
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
  // What a network takes is known where it is opened: it is refused there, before its first tile.
  if (identity.model !== undefined) return Math.min(needed, Math.max(0, budget.limit - inputBytes))
  if (needed + inputBytes > budget.limit) {
    throw new KintsugiError('E_MEMORY', {
      message: `"${cell.node.path}" needs about ${amount(needed + inputBytes)} for this item, the memory budget is ${amount(budget.limit)}.`,
      expected: 'an item that fits the budget',
      found:
        Object.entries(sizes)
          .map(([port, size]) => `${port} ${size.width}x${size.height}x${size.channels}`)
          .join(', ') || amount(needed),
      fix: `Give more with --memory ${Math.ceil(((needed + inputBytes) * 1.2) / 2 ** 20)}MiB, or use smaller tiles or images.`,
    })
  }
  return needed
}

/** Bytes for people, so that small amounts that differ are not shown as the same. */
function amount(bytes: number): string {
  return bytes < 10 * 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} KiB` : `${Math.ceil(bytes / 2 ** 20)} MiB`
}
