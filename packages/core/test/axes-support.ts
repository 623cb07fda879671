import {
  createKintsugi,
  defineNode,
  definePlugin,
  type PipelineDocument,
  type PlanOptions,
  type RunOptions,
  type RunResult,
  Type,
} from '@kintsugi/core'

const describe = (title: string) => ({ title, description: `${title}.`, runs: 'inline' as const })
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** 3 a + b + 1: tells its inputs apart. */
const combine = defineNode({
  name: 'num/combine',
  ...describe('Combine'),
  inputs: { a: 'number', b: 'number' },
  outputs: { value: 'number' },
  async run({ a, b }) {
    // Some instances take longer, so that they end in another order than they start.
    for (let i = 0; i < Math.abs(Math.round(a + b)) % 4; i++) await pause()
    return { value: 3 * a + b + 1 }
  },
})

const scale = defineNode({
  name: 'num/scale',
  ...describe('Scale'),
  inputs: { a: 'number' },
  outputs: { value: 'number' },
  params: Type.Object({ by: Type.Number({ default: 2 }) }),
  run: ({ a }, { by }) => ({ value: a * by }),
})

/** Adds the first number of its own stream. */
const jitter = defineNode({
  name: 'num/jitter',
  ...describe('Jitter'),
  inputs: { a: 'number' },
  outputs: { value: 'number' },
  random: true,
  run: ({ a }, _params, context) => ({ value: a + context.random.uniform() }),
})

const sum = defineNode({
  name: 'num/sum',
  ...describe('Sum'),
  kind: 'reduce',
  inputs: { values: 'number' },
  outputs: { sum: 'number', n: 'number', missing: 'number' },
  params: Type.Object({ times: Type.Number({ default: 1 }) }),
  async run({ values }, { times }) {
    const all = await values.values()
    return { sum: times * all.reduce((total, { value }) => total + value, 0), n: all.length, missing: values.missing }
  },
})

const keysOf = defineNode({
  name: 'num/keys',
  ...describe('Keys of members, in order'),
  kind: 'reduce',
  inputs: { values: 'number' },
  outputs: { keys: 'text' },
  async run({ values }) {
    return { keys: JSON.stringify((await values.values()).map(({ keys }) => keys)) }
  },
})

const parity = defineNode({
  name: 'num/parity',
  ...describe('Parity of the whole part'),
  inputs: { a: 'number' },
  outputs: { label: 'label' },
  run({ a }) {
    const label = Math.abs(Math.floor(a)) % 2 === 0 ? 'even' : 'odd'
    return { label: { label, confidence: 1, distribution: { [label]: 1 } } }
  },
})

/** Fails on even whole parts. */
const odd = defineNode({
  name: 'num/odd',
  ...describe('Only odd'),
  inputs: { a: 'number' },
  outputs: { value: 'number' },
  run({ a }) {
    if (Math.abs(Math.floor(a)) % 2 === 0) throw new Error('even')
    return { value: a }
  },
})

/** The numbers 0 to n - 1 along an axis. */
const range = defineNode({
  name: 'num/range',
  ...describe('Range'),
  kind: 'expand',
  inputs: { n: 'number' },
  outputs: { value: { type: 'number', opens: 'step' }, last: 'number' },
  run: ({ n }) => ({ value: new Map(Array.from({ length: n }, (_, i) => [String(i), i])), last: n - 1 }),
})

const rank = defineNode({
  name: 'num/rank',
  ...describe('Rank'),
  kind: 'per-key',
  inputs: { values: 'number', offset: { type: 'number', optional: true, single: true } },
  outputs: { rank: 'number' },
  async run({ values, offset = 0 }) {
    const all = (await values.values()).map(({ keys, value }) => [Object.values(keys)[0] ?? '', value] as const)
    return { rank: new Map(all.map(([key, value]) => [key, offset + all.filter(([, other]) => other < value).length])) }
  },
})

/** Numbers through every kind of node, at once and on this thread. */
export const numbers = definePlugin({
  name: 'numbers',
  version: '1.0.0',
  nodes: [combine, scale, jitter, sum, keysOf, parity, odd, range, rank],
})

/** Values by output, then by the keys of its axes as JSON with sorted names. */
export type Values = Record<string, Record<string, unknown>>

/** The text by which a value's keys go. */
export function keyText(keys: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1))))
}

export interface NumberRun {
  values: Values
  result: RunResult
  /** How often each node ran. */
  ran: Readonly<Record<string, number>>
}

/** Runs a document of numbers. */
export async function runNumbers(
  document: PipelineDocument | string,
  options: RunOptions & PlanOptions & { cwd?: string } = {},
): Promise<NumberRun> {
  const { cwd, ...rest } = options
  const kintsugi = createKintsugi({ cacheDir: false, plugins: [numbers], ...(cwd === undefined ? {} : { cwd }) })
  const values: Values = {}
  const ran: Record<string, number> = {}
  const result = await kintsugi.run(document, {
    ...rest,
    receive: (output, keys, value) => {
      ;(values[output] ??= {})[keyText(keys)] = value
    },
    on: (event) => {
      if (event.type === 'task') ran[event.node] = (ran[event.node] ?? 0) + 1
    },
  })
  if (rest.keepGoing !== true) for (const { error } of result.failures) throw error
  return { values, result, ran }
}
