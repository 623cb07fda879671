import {
  createImage,
  createStream,
  KintsugiError,
  type NodeContext,
  type RandomStream,
  type RegisteredNode,
  type Series,
} from '@kintsugi/core'
import { type Case, type CaseInput, type CaseInputs, caseValues, SERIES_AXIS } from '../cases/case.js'
import { fingerprint, stableJson } from '../fingerprint.js'
import type { Workbench } from './workbench.js'

/** What one call of `run` on this thread did. */
export interface DirectRun {
  /** What it gave; absent if it threw. */
  readonly outputs?: Readonly<Record<string, unknown>>
  readonly error?: unknown
  /** Parameters that it read, nested ones as `size.width`. */
  readonly read: ReadonlySet<string>
  /** Random numbers drawn. */
  readonly draws: number
  /** Whether it asked for random numbers without declaring them. */
  readonly undeclaredRandom: boolean
  /** Bytes of images that it made. */
  readonly allocated: number
  /** Memory that outputs may lie in. */
  readonly memory: ReadonlySet<ArrayBufferLike>
  /** Inputs and parameters that it changed. */
  readonly changed: readonly string[]
  readonly milliseconds: number
}

export interface DirectRunOptions {
  /** Starts the random stream. */
  key: Uint8Array
  /** Called in place of looking whether the run was cancelled. */
  throwIfCancelled?: () => void
}

/** Calls `run` with everything around it watched. What it throws is part of the result. */
export async function runHere(
  bench: Workbench,
  registered: RegisteredNode,
  made: Pick<Case, 'inputs' | 'params'>,
  options: DirectRunOptions,
): Promise<DirectRun> {
  const read = new Set<string>()
  const memory = new Set<ArrayBufferLike>()
  const state = { draws: 0, undeclaredRandom: false, allocated: 0 }
  const params = structuredClone(registered.complete({ ...made.params }))
  const before = snapshot(bench, registered, made.inputs, params)
  for (const { value } of caseValues(made.inputs)) for (const samples of buffersOf(value)) memory.add(samples.buffer)
  const context = watchedContext(bench, registered, state, memory, options)
  const started = performance.now()
  const result = await attempt(async () =>
    registered.definition.run(valuesOf(made.inputs) as never, watched(params, read, '') as never, context),
  )
  const milliseconds = performance.now() - started
  const after = snapshot(bench, registered, made.inputs, params)
  const changed = Object.keys(before).filter((name) => before[name] !== after[name])
  return { ...result, ...state, read, memory, changed, milliseconds }
}

async function attempt(
  run: () => Promise<Record<string, unknown>>,
): Promise<{ outputs: Record<string, unknown> } | { error: unknown }> {
  try {
    return { outputs: await run() }
  } catch (error) {
    return { error }
  }
}

function watchedContext(
  bench: Workbench,
  registered: RegisteredNode,
  state: { draws: number; undeclaredRandom: boolean; allocated: number },
  memory: Set<ArrayBufferLike>,
  { key, throwIfCancelled = () => undefined }: DirectRunOptions,
): NodeContext {
  const random = countingStream(createStream(key), state)
  const makeImage: NodeContext['createImage'] = (shape) =>
    createImage(shape, (length, cleared) => {
      const samples = new Float32Array(new SharedArrayBuffer(length * 4))
      // What a node does not write, though it said that it would, is then found as a sample that is not finite.
      if (!cleared) samples.fill(NaN)
      state.allocated += samples.byteLength
      memory.add(samples.buffer)
      return samples
    })
  const progress = (): void => undefined
  return {
    get random() {
      if (registered.random) return random
      state.undeclaredRandom = true
      throw new KintsugiError('E_NODE_FAILED', {
        message: `${registered.name} uses random numbers without declaring "random: true".`,
      })
    },
    createImage: makeImage,
    openModel: bench.modelOpener({ createImage: makeImage, throwIfCancelled, progress }),
    throwIfCancelled,
    progress,
    warn: () => undefined,
  }
}

/** The stream with its calls counted. */
function countingStream(stream: RandomStream, state: { draws: number }): RandomStream {
  return new Proxy(stream, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      return (...args: unknown[]): unknown => {
        state.draws++
        return member.apply(target, args) as unknown
      }
    },
  })
}

/** Parameters that tell which of them are read. */
function watched(value: unknown, read: Set<string>, path: string): unknown {
  if (typeof value !== 'object' || value === null) return value
  return new Proxy(value, {
    get(target, key, receiver) {
      const inner: unknown = Reflect.get(target, key, receiver)
      if (typeof key === 'symbol' || Array.isArray(target)) return inner
      read.add(path + key)
      return watched(inner, read, `${path}${key}.`)
    },
  })
}

/** What `run` receives. */
function valuesOf(inputs: CaseInputs): Record<string, unknown> {
  const valueOf = (input: CaseInput): unknown => {
    switch (input.kind) {
      case 'one':
        return input.value
      case 'many':
        return input.values
      case 'series':
        return seriesOf(input.members)
      case 'many-series':
        return Object.fromEntries(Object.entries(input.members).map(([name, members]) => [name, seriesOf(members)]))
    }
  }
  return Object.fromEntries(Object.entries(inputs).map(([port, input]) => [port, valueOf(input)]))
}

function seriesOf(values: readonly unknown[]): Series<unknown> {
  const members = values.map((value, i) => ({ keys: { [SERIES_AXIS]: String(i) }, value }))
  return {
    length: members.length,
    missing: 0,
    values: async () => members.map((member) => ({ ...member })),
    async *[Symbol.asyncIterator]() {
      for (const { keys, value } of members) yield { keys, load: async () => value }
    },
  }
}

/** Fingerprints of everything that `run` must leave alone. */
function snapshot(
  bench: Workbench,
  registered: RegisteredNode,
  inputs: CaseInputs,
  params: unknown,
): Record<string, string> {
  const prints: Record<string, string> = { parameters: stableJson(params) }
  for (const { port, value } of caseValues(inputs)) {
    const type = bench.portType(registered.inputs.get(port)?.type ?? 'record')
    prints[`input "${port}"`] = `${prints[`input "${port}"`] ?? ''}${fingerprint(type, value)}`
  }
  return prints
}

/** Sample buffers of an image-like value. */
export function buffersOf(value: unknown): Float32Array[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).filter((part): part is Float32Array => part instanceof Float32Array)
}
