import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  countOf,
  createKintsugi,
  type Kintsugi,
  type PipelineBuilder,
  type PipelineDocument,
  type PlanOptions,
  type RunOptions,
  type RunResult,
  services,
} from '@kintsugi/core'
import { parse } from 'yaml'
import { stub } from './stub.js'

/** Folder of the documents. */
export const DOCUMENTS = fileURLToPath(new URL('documents/', import.meta.url))

/** A document as its file has it. */
export function documentOf(name: string): PipelineDocument {
  return parse(readFileSync(join(DOCUMENTS, name), 'utf8')) as PipelineDocument
}

/** Kintsugi with the stubs and without a cache; every node runs on this thread, which starts at once. */
export function kintsugi(): Kintsugi {
  return createKintsugi({
    cwd: DOCUMENTS,
    cacheDir: false,
    plugins: [stub],
    rebind: (container) => {
      const inline = container.get(services.inline)
      container.unbind(services.workers)
      container.bind(services.workers).toConstantValue({
        run: (request: never) => inline.run(request),
        hash: (path: string) => Promise.resolve(createHash('sha256').update(readFileSync(path)).digest('hex')),
        close: () => Promise.resolve(),
      } as never)
    },
  })
}

/** One instance of an output. */
export interface Item<T> {
  keys: Readonly<Record<string, string>>
  value: T
}

/** A run, and what it told. */
export interface Observed {
  result: RunResult
  /** Instances of each task node that ran. */
  ran: Readonly<Record<string, number>>
  /** Values of an output in order. */
  items<T>(output: string): Item<T>[]
  /** Value of an output at these keys. */
  at<T>(output: string, keys?: Readonly<Record<string, string>>): T
  /** Parameters and run streams of every task, by node: from `run.json`, sorted. */
  draws: Readonly<Record<string, readonly string[]>>
}

interface Written {
  records: { node: string; with: unknown; random?: string }[]
}

/** Runs a document and checks that no instance ran twice. Failures of items are thrown unless `keepGoing`. */
export async function observe(
  pipeline: string | PipelineDocument | PipelineBuilder,
  options: RunOptions & PlanOptions = {},
): Promise<Observed> {
  const values = new Map<string, Item<unknown>[]>()
  const seen = new Map<string, Set<string>>()
  const out = mkdtempSync(join(tmpdir(), 'kintsugi-seven-'))
  try {
    const result = await kintsugi().run(pipeline, {
      out,
      ...options,
      receive: (output, keys, value) => {
        const items = values.get(output) ?? []
        items.push({ keys, value })
        values.set(output, items)
      },
      on: (event) => {
        options.on?.(event)
        if (event.type !== 'task') return
        const instances = seen.get(event.node) ?? new Set()
        const id = JSON.stringify(event.item)
        assert.ok(!instances.has(id), `"${event.node}" ran twice for ${id}`)
        seen.set(event.node, instances.add(id))
      },
    })
    if (options.keepGoing !== true) for (const { error } of result.failures) throw error
    const { records } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as Written
    const draws: Record<string, string[]> = {}
    for (const record of records) (draws[record.node] ??= []).push(JSON.stringify([record.with, record.random ?? null]))
    for (const list of Object.values(draws)) list.sort()
    const items = <T>(output: string): Item<T>[] => (values.get(output) ?? []) as Item<T>[]
    return {
      result,
      ran: Object.fromEntries([...seen].map(([node, instances]) => [node, instances.size])),
      items,
      at: <T>(output: string, keys: Readonly<Record<string, string>> = {}): T => {
        const found = items<T>(output).filter((item) =>
          Object.entries(keys).every(([axis, key]) => item.keys[axis] === key),
        )
        assert.equal(found.length, 1, `${output} at ${JSON.stringify(keys)}: ${found.length} values`)
        return (found[0] as Item<T>).value
      },
      draws,
    }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** Static number of instances of every task of a plan, by node path. */
export async function planned(
  pipeline: string | PipelineDocument | PipelineBuilder,
  options: PlanOptions = {},
): Promise<Record<string, number | undefined>> {
  const { plan } = await kintsugi().plan(pipeline, options)
  return Object.fromEntries(
    plan.nodes.filter((node) => node.kind === 'task').map((node) => [node.path, countOf(node.axes)]),
  )
}

/** A document with an axis, a node that draws along it, and an output of that node, each before all others. */
export function withUnrelated(document: PipelineDocument): PipelineDocument {
  return {
    ...document,
    axes: { unrelated: ['x', 'y'], ...document.axes },
    nodes: {
      unrelated: { use: 'core/value', with: { value: { $uniform: [0, 1] } }, along: ['unrelated'] },
      ...document.nodes,
    },
    outputs: { unrelated: 'unrelated', ...document.outputs },
  }
}

/** Checks that an unrelated axis and node change no parameter and no run stream of any task. */
export async function assertDrawsKept(
  document: PipelineDocument,
  before: Observed,
  options: RunOptions & PlanOptions = {},
): Promise<void> {
  const after = await observe(withUnrelated(document), options)
  const { unrelated, ...draws } = after.draws
  assert.equal(unrelated?.length, 2)
  assert.deepEqual(draws, before.draws)
}

/** Mean of numbers. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Asserts that two numbers differ by at most `tolerance`. */
export function assertNear(actual: number, expected: number, tolerance: number, message = ''): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${message} ${actual} is not within ${tolerance} of ${expected}`)
}
