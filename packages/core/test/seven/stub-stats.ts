import { defineNode, type Label, Type } from '@kintsugi/core'

const describe = (title: string) => ({ title, description: `${title}, of numbers that are there already.` })
const certain = (label: string): Label => ({ label, confidence: 1, distribution: { [label]: 1 } })

/** Its parameter as a text. */
export const name = defineNode({
  name: 'stub/name',
  ...describe('Name'),
  outputs: { name: 'text' },
  params: Type.Object({ name: Type.String() }),
  runs: 'inline',
  run: (_inputs, params) => ({ name: params.name }),
})

export const subtract = defineNode({
  name: 'stub/subtract',
  ...describe('Difference'),
  inputs: { a: 'number', b: 'number' },
  outputs: { value: 'number' },
  runs: 'inline',
  run: ({ a, b }) => ({ value: a - b }),
})

export const mean = defineNode({
  name: 'stub/mean',
  ...describe('Mean'),
  kind: 'reduce',
  inputs: { values: 'number' },
  outputs: { mean: 'number', n: 'number', missing: 'number' },
  runs: 'inline',
  async run({ values }) {
    const all = await values.values()
    return { mean: all.reduce((sum, { value }) => sum + value, 0) / all.length, n: all.length, missing: values.missing }
  },
})

/** Whether a key is among the share with the smallest values. */
export const worst = defineNode({
  name: 'stub/worst',
  ...describe('The worst share'),
  kind: 'per-key',
  inputs: { values: 'number' },
  outputs: { worst: 'boolean', rank: 'number' },
  params: Type.Object({ share: Type.Number({ minimum: 0, maximum: 1 }) }),
  runs: 'inline',
  async run({ values }, { share }) {
    const all = (await values.values()).map(({ keys, value }) => [Object.values(keys)[0] ?? '', value] as const)
    const ranked = [...all].sort((a, b) => a[1] - b[1]).map(([key]) => key)
    const count = Math.floor(share * all.length)
    return {
      worst: new Map(all.map(([key]) => [key, ranked.indexOf(key) < count])),
      rank: new Map(all.map(([key]) => [key, ranked.indexOf(key)])),
    }
  },
})

/** The group of each key: the first threshold that its value is above, `rest` below all. */
export const group = defineNode({
  name: 'stub/group',
  ...describe('Groups by thresholds'),
  kind: 'per-key',
  inputs: { values: 'number' },
  outputs: { group: 'label' },
  params: Type.Object({ thresholds: Type.Array(Type.Number()) }),
  runs: 'inline',
  async run({ values }, { thresholds }) {
    const all = await values.values()
    return {
      group: new Map(
        all.map(({ keys, value }) => {
          const at = thresholds.findIndex((threshold) => value > threshold)
          return [Object.values(keys)[0] ?? '', certain(at < 0 ? 'rest' : `G${at + 1}`)]
        }),
      ),
    }
  },
})

/** The entries of two vectors along an axis of their names. */
export const entries = defineNode({
  name: 'stub/entries',
  ...describe('Entries of two vectors'),
  kind: 'expand',
  inputs: { truth: 'vector', estimate: 'vector' },
  outputs: { truth: { type: 'number', opens: 'entry' }, estimate: { type: 'number', opens: 'entry' } },
  runs: 'inline',
  run: ({ truth, estimate }) => ({
    truth: new Map(truth.names.map((name, i) => [name, truth.values[i] ?? NaN])),
    estimate: new Map(estimate.names.map((name, i) => [name, estimate.values[i] ?? NaN])),
  }),
})

/** How often each true label was told for each label. */
export const confusion = defineNode({
  name: 'stub/confusion',
  ...describe('Confusion matrix'),
  kind: 'reduce',
  inputs: { predicted: 'label', truth: 'label' },
  outputs: { table: 'table', accuracy: 'number' },
  runs: 'inline',
  async run({ predicted, truth }) {
    const told = await predicted.values()
    const real = await truth.values()
    const pairs = told.map(({ keys, value }) => {
      const match = real.find((other) => Object.entries(other.keys).every(([axis, key]) => keys[axis] === key))
      return [match?.value.label ?? '', value.label] as const
    })
    const names = [...new Set(pairs.flat())].sort()
    const count = (t: string, p: string): number => pairs.filter(([a, b]) => a === t && b === p).length
    return {
      table: { columns: ['truth', ...names], rows: names.map((t) => [t, ...names.map((p) => count(t, p))]) },
      accuracy: pairs.filter(([t, p]) => t === p).length / pairs.length,
    }
  },
})

/** Several numbers side by side, a row for each item. */
export const table = defineNode({
  name: 'stub/table',
  ...describe('Table'),
  kind: 'reduce',
  inputs: { columns: { type: 'number', many: true } },
  outputs: { table: 'table' },
  runs: 'inline',
  async run({ columns }) {
    const rows = new Map<string, Record<string, string | number>>()
    for (const [name, series] of Object.entries(columns)) {
      for (const { keys, value } of await series.values()) {
        const id = JSON.stringify(keys)
        rows.set(id, { ...(rows.get(id) ?? keys), [name]: value })
      }
    }
    const names = [...new Set([...rows.values()].flatMap((row) => Object.keys(row)))]
    return { table: { columns: names, rows: [...rows.values()].map((row) => names.map((name) => row[name] ?? null)) } }
  },
})

/** Points of a curve as text: `key:value` in the order of the axis. */
export const curve = defineNode({
  name: 'stub/curve',
  ...describe('Curve'),
  kind: 'reduce',
  inputs: { y: 'number' },
  outputs: { curve: 'text' },
  runs: 'inline',
  async run({ y }) {
    const points = await y.values()
    return { curve: points.map(({ keys, value }) => `${Object.values(keys).join('/')}:${value.toFixed(3)}`).join(' ') }
  },
})

export const statsStubs = [name, subtract, mean, worst, group, entries, confusion, table, curve]
