import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NodeDeclaration, PipelineDocument, UseNode } from '@kintsugi/core'
import fc from 'fast-check'
import { keyText, runNumbers, type Values } from './axes-support.js'

/** A random graph of numbers. Its nodes are `n0`, `n1`, ...; each refers to earlier ones. */
interface Graph {
  axes: Readonly<Record<string, readonly number[]>>
  nodes: readonly GraphNode[]
}

type GraphNode =
  | { kind: 'draw'; along: readonly string[] }
  | { kind: 'axis'; axis: string }
  | { kind: 'combine'; a: number; b: number }
  | { kind: 'jitter'; a: number }
  | { kind: 'sum'; a: number; over: readonly string[] }
  | { kind: 'index'; a: number; axis: string; key: string }

const AXES = ['x', 'y', 'z']

/** Axes of each node of a graph, by the rules of the algebra. */
function axesOf({ axes, nodes }: Graph): string[][] {
  const all: string[][] = []
  const of = (i: number): string[] => all[i] ?? []
  for (const node of nodes) {
    const own = (): string[] => {
      switch (node.kind) {
        case 'draw':
          return [...node.along]
        case 'axis':
          return [node.axis]
        case 'combine':
          return [...new Set([...of(node.a), ...of(node.b)])]
        case 'jitter':
          return of(node.a)
        case 'sum':
          return of(node.a).filter((axis) => !node.over.includes(axis))
        case 'index':
          return of(node.a).filter((axis) => axis !== node.axis)
      }
    }
    all.push(own().sort((a, b) => Object.keys(axes).indexOf(a) - Object.keys(axes).indexOf(b)))
  }
  return all
}

/** Random graphs; `plain` ones neither index nor reduce. */
function graphs(plain = false): fc.Arbitrary<Graph> {
  const sizes = fc.tuple(...AXES.map(() => fc.integer({ min: 1, max: 3 })))
  return fc
    .tuple(sizes, fc.infiniteStream(fc.nat(997)), fc.integer({ min: 2, max: 8 }))
    .map(([counts, numbers, length]) => {
      const next = (below: number): number => (numbers.next().value as number) % Math.max(1, below)
      const axes = Object.fromEntries(
        AXES.map((axis, i) => [axis, Array.from({ length: counts[i] ?? 1 }, (_, k) => 10 * k + i)]),
      )
      const nodes: GraphNode[] = []
      for (let i = 0; i < length; i++) {
        const known = axesOf({ axes, nodes })
        const a = next(i)
        const varying = known[a] ?? []
        const axis = varying[next(varying.length)]
        const kind = i < 2 ? next(2) : next(plain ? 4 : 7)
        if (kind === 0) nodes.push({ kind: 'draw', along: AXES.filter(() => next(2) === 0) })
        else if (kind === 1) nodes.push({ kind: 'axis', axis: AXES[next(3)] ?? 'x' })
        else if (kind === 3) nodes.push({ kind: 'jitter', a })
        else if (kind >= 5 && axis !== undefined) {
          const over = varying.filter((one) => one === axis || next(2) === 0)
          const keys = axes[axis] ?? []
          if (kind === 5) nodes.push({ kind: 'sum', a, over })
          else nodes.push({ kind: 'index', a, axis, key: String(keys[next(keys.length)]) })
        } else nodes.push({ kind: 'combine', a, b: next(i) })
      }
      return { axes, nodes }
    })
}

/** What stands for a node in references: indices are part of the reference. */
function referenceOf({ nodes }: Graph, i: number, name: (i: number) => string): string {
  const keys: string[] = []
  let at = i
  for (let node = nodes[at]; node?.kind === 'index'; node = nodes[at]) {
    keys.push(`${node.axis}: ${node.key}`)
    at = node.a
  }
  return keys.length === 0 ? name(at) : `${name(at)}[${keys.join(', ')}]`
}

/** A graph as a document with every node as an output. */
function documentOf(graph: Graph, name = (i: number): string => `n${i}`): PipelineDocument {
  const ref = (i: number): string => referenceOf(graph, i, name)
  const nodes = graph.nodes.flatMap((node, i): [string, NodeDeclaration][] => {
    const random = { stream: `s${i}` }
    switch (node.kind) {
      case 'draw':
        return [
          [
            name(i),
            {
              use: 'core/value',
              with: { value: { $uniform: [0, 50] } },
              random,
              ...(node.along.length === 0 ? {} : { along: [...node.along] }),
            },
          ],
        ]
      case 'axis':
        return [[name(i), { use: 'core/value', with: { value: { $axis: node.axis } } }]]
      case 'combine':
        return [[name(i), { use: 'num/combine', in: { a: ref(node.a), b: ref(node.b) } }]]
      case 'jitter':
        return [[name(i), { use: 'num/jitter', in: { a: ref(node.a) }, random }]]
      case 'sum':
        return [[name(i), { use: 'num/sum', in: { values: ref(node.a) }, over: [...node.over] }]]
      case 'index':
        return []
    }
  })
  return {
    kintsugi: 1,
    seed: 1,
    axes: graph.axes,
    nodes: Object.fromEntries(nodes),
    outputs: Object.fromEntries(graph.nodes.map((_, i) => [`o${i}`, ref(i)])),
  }
}

/** All combinations of keys of some axes. */
function product(graph: Graph, axes: readonly string[]): Record<string, string>[] {
  return axes.reduce<Record<string, string>[]>(
    (items, axis) => items.flatMap((item) => (graph.axes[axis] ?? []).map((key) => ({ ...item, [axis]: String(key) }))),
    [{}],
  )
}

/** What each node that draws nothing must be, found item by item from the others' values. */
function assertAlgebra(graph: Graph, values: Values): void {
  const axes = axesOf(graph)
  const at = (i: number, keys: Readonly<Record<string, string>>): number =>
    values[`o${i}`]?.[keyText(Object.fromEntries((axes[i] ?? []).map((axis) => [axis, keys[axis] ?? ''])))] as number
  graph.nodes.forEach((node, i) => {
    const items = product(graph, axes[i] ?? [])
    assert.equal(Object.keys(values[`o${i}`] ?? {}).length, items.length, `instances of n${i}`)
    for (const keys of items) {
      const actual = at(i, keys)
      if (node.kind === 'axis') assert.equal(actual, Number(keys[node.axis]))
      else if (node.kind === 'combine') assert.equal(actual, 3 * at(node.a, keys) + at(node.b, keys) + 1)
      else if (node.kind === 'index') assert.equal(actual, at(node.a, { ...keys, [node.axis]: node.key }))
      else if (node.kind === 'sum') {
        const members = product(graph, node.over).map((over) => at(node.a, { ...keys, ...over }))
        assert.ok(Math.abs(actual - members.reduce((a, b) => a + b, 0)) < 1e-6 * (1 + Math.abs(actual)))
      } else if (node.kind === 'jitter')
        assert.ok(actual - at(node.a, keys) >= 0 && actual - at(node.a, keys) < 1 + 1e-6)
      else assert.ok(actual >= 0 && actual < 50)
    }
  })
}

const runs = { numRuns: 40 }

describe('The algebra of axes', function () {
  this.timeout(60_000)

  it('is: same axes aligned, different ones multiplied, reductions over whole axes, indices at one key', () =>
    fc.assert(
      fc.asyncProperty(graphs(), async (graph) => assertAlgebra(graph, (await runNumbers(documentOf(graph))).values)),
      runs,
    ))

  it('computes no instance twice', () =>
    fc.assert(
      fc.asyncProperty(graphs(), async (graph) => {
        const { ran } = await runNumbers(documentOf(graph))
        const axes = axesOf(graph)
        graph.nodes.forEach((node, i) => {
          if (node.kind !== 'index')
            assert.ok((ran[`n${i}`] ?? 0) <= product(graph, axes[i] ?? []).length, `n${i} ran ${ran[`n${i}`]} times`)
        })
      }),
      runs,
    ))

  it('gives the same for any number of jobs', () =>
    fc.assert(
      fc.asyncProperty(graphs(), async (graph) => {
        const one = await runNumbers(documentOf(graph), { jobs: 1 })
        const four = await runNumbers(documentOf(graph), { jobs: 4 })
        assert.deepEqual(four.values, one.values)
        assert.deepEqual(four.result.rows, one.result.rows)
      }),
      runs,
    ))

  it('gives the same values under filters, of what reduces nothing', () =>
    fc.assert(
      fc.asyncProperty(graphs(true), fc.constantFrom(...AXES), fc.boolean(), async (graph, axis, limit) => {
        const keys = graph.axes[axis] ?? []
        const kept = limit ? keys.slice(0, 1) : keys.slice(-1)
        const all = await runNumbers(documentOf(graph))
        const some = await runNumbers(
          documentOf(graph),
          limit ? { limit: { [axis]: 1 } } : { where: { [axis]: kept.map(String) } },
        )
        for (const [output, items] of Object.entries(all.values)) {
          const expected = Object.entries(items).filter(([text]) => {
            const key = (JSON.parse(text) as Record<string, string>)[axis]
            return key === undefined || kept.map(String).includes(key)
          })
          assert.deepEqual(some.values[output], Object.fromEntries(expected))
        }
      }),
      runs,
    ))

  it('draws the same when nodes are renamed whose streams are named', () =>
    fc.assert(
      fc.asyncProperty(graphs(), async (graph) => {
        const renamed = documentOf(graph, (i) => `other_${graph.nodes.length - i}`)
        assert.deepEqual((await runNumbers(renamed)).values, (await runNumbers(documentOf(graph))).values)
      }),
      runs,
    ))

  it('does not depend on the order of declaration', () =>
    fc.assert(
      fc.asyncProperty(graphs(), fc.integer(), async (graph, seed) => {
        const document = documentOf(graph)
        const shuffled = <T>(map: Readonly<Record<string, T>> = {}): Record<string, T> =>
          Object.fromEntries(Object.entries(map).sort(([a], [b]) => hash(a + seed) - hash(b + seed)))
        const other = {
          ...document,
          axes: shuffled(document.axes),
          nodes: shuffled(document.nodes),
          outputs: shuffled(document.outputs),
        }
        const { values } = await runNumbers(other)
        // Sums of the same members in another order differ by rounding.
        const expected = (await runNumbers(document)).values
        assert.deepEqual(Object.keys(values).sort(), Object.keys(expected).sort())
        for (const [output, items] of Object.entries(expected)) {
          for (const [keys, value] of Object.entries(items)) {
            const actual = values[output]?.[keys] as number
            assert.ok(
              Math.abs(actual - (value as number)) <= 1e-9 * (1 + Math.abs(actual)),
              `${output} ${keys}: ${actual}, ${String(value)}`,
            )
          }
        }
      }),
      runs,
    ))

  it('draws the same beside axes and nodes that have nothing to do with it', () =>
    fc.assert(
      fc.asyncProperty(graphs(), graphs(), async (graph, other) => {
        const document = documentOf(graph)
        const beside = documentOf({ axes: other.axes, nodes: other.nodes }, (i) => `m${i}`)
        const rename = (axis: string): string => `${axis}${axis}`
        const text = JSON.stringify({ axes: beside.axes, nodes: beside.nodes }).replace(
          /"([xyz])"/g,
          (_, axis: string) => `"${rename(axis)}"`,
        )
        const { axes, nodes } = JSON.parse(
          text.replace(/([[ ])([xyz]): /g, (_, before: string, axis: string) => `${before}${rename(axis)}: `),
        ) as Pick<PipelineDocument, 'axes' | 'nodes'>
        const both = { ...document, axes: { ...axes, ...document.axes }, nodes: { ...nodes, ...document.nodes } }
        const more = Object.fromEntries(Object.keys(nodes).map((name) => [name, name]))
        const { values } = await runNumbers({ ...both, outputs: { ...more, ...document.outputs } })
        const expected = (await runNumbers(document)).values
        for (const output of Object.keys(document.outputs)) assert.deepEqual(values[output], expected[output])
      }),
      runs,
    ))

  it('nests: a graph in a file of its own, broadcast from outside, is the graph inline', () =>
    fc.assert(
      fc.asyncProperty(graphs(true), graphs(true), async (outer, inner) => {
        const folder = mkdtempSync(join(tmpdir(), 'kintsugi-nested-'))
        try {
          // The inner graph has an input for each node of the outer one; its axis nodes become inputs, since it cannot name outer axes.
          const last = outer.nodes.length - 1
          const operations = inner.nodes.map((node, i): [string, UseNode] => {
            const ref = (k: number): string => (k < 2 ? `in${k}` : `m${k}`)
            const random = { stream: `t${i}` }
            if (node.kind === 'jitter') return [`m${i}`, { use: 'num/jitter', in: { a: ref(node.a) }, random }]
            const b = node.kind === 'combine' ? node.b : 1
            const a = node.kind === 'combine' ? node.a : 0
            const by = { $uniform: [1, 2] }
            if (node.kind === 'draw') return [`m${i}`, { use: 'num/scale', in: { a: ref(0) }, with: { by }, random }]
            return [`m${i}`, { use: 'num/combine', in: { a: ref(a), b: ref(b) } }]
          })
          const used = operations.slice(2)
          const result = used.at(-1)?.[0] ?? 'in0'
          const nested: PipelineDocument = {
            kintsugi: 1,
            inputs: { in0: { type: 'number' }, in1: { type: 'number' } },
            nodes: Object.fromEntries(used.length === 0 ? [['m9', { use: 'num/scale', in: { a: 'in0' } }]] : used),
            outputs: { result },
          }
          writeFileSync(join(folder, 'nested.json'), JSON.stringify(nested))
          const base = documentOf(outer)
          const asFile: PipelineDocument = {
            ...base,
            nodes: { ...base.nodes, part: { use: './nested.json', in: { in0: `n${last}`, in1: 'n0' } } },
            outputs: { result: 'part' },
          }
          const inline = (value: unknown): unknown => (value === 'in0' ? `n${last}` : value === 'in1' ? 'n0' : value)
          const own = used.map(([name, node]): [string, UseNode] => [
            name,
            {
              ...node,
              in: Object.fromEntries(
                Object.entries(node.in as object).map(([port, from]) => [port, inline(from)]),
              ) as Record<string, string>,
              ...(node.random === undefined ? {} : { random: { stream: `part/${node.random.stream ?? ''}` } }),
            },
          ])
          const asNodes: PipelineDocument = {
            ...base,
            nodes: { ...base.nodes, ...Object.fromEntries(own) },
            outputs: { result: inline(result) as string },
          }
          const a = await runNumbers(asFile, { cwd: folder })
          const b = await runNumbers(asNodes)
          assert.deepEqual(a.values, b.values)
          assert.ok(Object.keys(a.values['result'] ?? {}).length > 0)
        } finally {
          rmSync(folder, { recursive: true, force: true })
        }
      }),
      runs,
    ))
})

function hash(text: string): number {
  let h = 7
  for (let i = 0; i < text.length; i++) h = (h * 31 + text.charCodeAt(i)) % 1_000_003
  return h
}
