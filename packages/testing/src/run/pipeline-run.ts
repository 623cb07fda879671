import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  KintsugiError,
  type NodeDeclaration,
  type PipelineDocument,
  type RegisteredNode,
  type WrittenRecord,
} from '@kintsugi/core'
import { type Case, type CaseInput, SERIES_AXIS, seriesLength } from '../cases/case.js'
import { outputFingerprint } from '../fingerprint.js'
import type { Workbench } from './workbench.js'

/** A case with the node type that it applies. */
export interface PlannedCase {
  readonly registered: RegisteredNode
  readonly made: Case
}

/** What running a case in a pipeline gave. */
export interface PipelineRun {
  /** Fingerprints of the outputs by port. */
  readonly prints: ReadonlyMap<string, string>
  readonly error?: KintsugiError
  readonly record?: WrittenRecord
  /** Whether the node ran, and its outputs did not come from the cache. */
  readonly computed: boolean
}

/** What running cases in pipelines gave, by case id. */
export type PipelineRuns = ReadonlyMap<string, PipelineRun>

/**
 * Runs cases as users run nodes: in a pipeline, with one worker thread, the disk cache and a run folder called `name`. Series of
 * different lengths are different axes, so there is a pipeline for each length.
 */
export async function runInPipelines(
  bench: Workbench,
  cases: readonly PlannedCase[],
  name: string,
): Promise<PipelineRuns> {
  const byLength = new Map<number, PlannedCase[]>()
  for (const planned of cases) {
    const length = seriesLength(planned.made.inputs)
    byLength.set(length, [...(byLength.get(length) ?? []), planned])
  }
  const runs = new Map<string, PipelineRun>()
  for (const [length, group] of byLength) {
    const { document, inputs } = pipelineOf(bench, group)
    const out = join(bench.folder, `${name}-${length}`)
    const received = new Map<string, unknown>()
    const computed = new Set<string>()
    const result = await bench.kintsugi().run(document, {
      inputs,
      out,
      jobs: 1,
      keepGoing: true,
      on: (event) => {
        if (event.type === 'task' && event.state === 'ran') computed.add(event.node)
      },
      receive: (output, item, value) => {
        const [key] = Object.values(item)
        if (key === undefined) received.set(output, value)
        else received.set(output, ((received.get(output) ?? new Map()) as Map<string, unknown>).set(key, value))
      },
    })
    const { records } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as { records: WrittenRecord[] }
    for (const { registered, made } of group) {
      const prints = new Map<string, string>()
      for (const [port, { type }] of registered.outputs) {
        const output = outputName(made, port)
        if (received.has(output)) prints.set(port, outputFingerprint(bench.portType(type), received.get(output)))
      }
      const error = result.failures.find(({ output }) => output.startsWith(`${made.id}_`))?.error
      const record = records.find(({ node }) => node === made.id)
      runs.set(made.id, {
        prints,
        computed: computed.has(made.id),
        ...(error !== undefined && { error }),
        ...(record !== undefined && { record }),
      })
    }
  }
  return runs
}

const outputName = (made: Case, port: string): string => `${made.id}_${port}`

function pipelineOf(
  bench: Workbench,
  cases: readonly PlannedCase[],
): { document: PipelineDocument; inputs: Record<string, unknown> } {
  const inputs: Record<string, unknown> = {}
  const declared: NonNullable<PipelineDocument['inputs']> = {}
  const nodes: Record<string, NodeDeclaration> = {}
  const outputs: Record<string, string> = {}
  for (const { registered, made } of cases) {
    const connections: Record<string, string | Record<string, string>> = {}
    const literals: Record<string, unknown> = {}
    let count = 0
    const input = (type: string, value: unknown): string => {
      const name = `${made.id}_in${count++}`
      inputs[name] = value
      declared[name] = { type: type as 'image' }
      return name
    }
    const stack = (type: string, members: readonly unknown[]): string => {
      const name = `${made.id}_stack${count++}`
      // Text given to an input would be taken for a path or a pattern.
      const entry = (value: unknown) =>
        typeof value === 'string' ? { literal: { $literal: value } } : input(type, value)
      nodes[name] = {
        stack: Object.fromEntries(members.map((value, i) => [String(i), entry(value)])),
        axis: SERIES_AXIS,
        type: type as 'image',
      }
      return name
    }
    const connect = (port: string, given: CaseInput): void => {
      const type = registered.inputs.get(port)?.type ?? 'image'
      switch (given.kind) {
        case 'one':
          if (given.unfilled === true) return
          if (given.literal === undefined) connections[port] = input(type, given.value)
          else literals[port] = { $literal: given.literal }
          return
        case 'many':
          connections[port] = Object.fromEntries(
            Object.entries(given.values).map(([name, value]) => [name, input(type, value)]),
          )
          return
        case 'series':
          connections[port] = stack(type, given.members)
          return
        case 'many-series':
          connections[port] = Object.fromEntries(
            Object.entries(given.members).map(([name, members]) => [name, stack(type, members)]),
          )
      }
    }
    for (const [port, given] of Object.entries(made.inputs)) connect(port, given)
    nodes[made.id] = {
      use: registered.name,
      in: connections,
      with: { ...made.params, ...literals },
      ...(seriesLength(made.inputs) > 0 && { over: SERIES_AXIS }),
      ...(registered.kind === 'expand' && { opens: `${made.id}_key` }),
    }
    for (const port of registered.outputs.keys()) outputs[outputName(made, port)] = `${made.id}.${port}`
  }
  return {
    document: {
      kintsugi: 1,
      name: 'conformance',
      seed: 1,
      plugins: [...bench.specifiers],
      inputs: declared,
      nodes,
      outputs,
    },
    inputs,
  }
}
