import assert from 'node:assert/strict'
import {
  createKintsugi,
  defineNode,
  definePlugin,
  KintsugiError,
  type PipelineDocument,
  type RunEvent,
  Type,
} from '../../src/index.js'

const OUTER = 40
const INNER = 5

/** Numbers, their mean over `inner`, and the mean of those means, at all items of `outer` or at one of them. */
const pipeline = (nodes: PipelineDocument['nodes'], outputs: PipelineDocument['outputs']): PipelineDocument => ({
  kintsugi: 1,
  axes: { outer: { count: OUTER }, inner: { count: INNER } },
  nodes: {
    number: { use: 'core/value', with: { value: { $expr: 'outer * 10 + inner' } } },
    mean: { use: 'stats/mean', in: 'number', over: 'inner' },
    ...nodes,
  },
  outputs,
})

async function run(document: PipelineDocument) {
  const tasks: string[] = []
  const on = (event: RunEvent) => {
    if (event.type === 'task' && event.state === 'ran')
      tasks.push(`${event.node} ${Object.values(event.item).join(' ')}`)
  }
  const { rows, failures } = await createKintsugi({ cacheDir: false }).run(document, { jobs: 2, on })
  assert.deepEqual(failures, [])
  assert.equal(new Set(tasks).size, tasks.length, 'a task ran twice')
  return { tasks, rows }
}

describe('run: stages', () => {
  it('of one item run before later items where nothing is gathered over all of them', async () => {
    const { tasks, rows } = await run(pipeline({}, { number: 'number', mean: 'mean' }))
    assert(tasks.indexOf('mean 0') < tasks.indexOf('number 20 0'))
    assert.equal(tasks.length, OUTER * INNER + OUTER)
    const order = rows.map(({ output }) => output)
    assert.deepEqual(
      order,
      [...order].sort((a, b) => (a === b ? 0 : a === 'number' ? -1 : 1)),
    )
    assert.deepEqual(rows.at(-1), { output: 'mean', item: { outer: '39' }, cells: { '': 392 } })
  })

  it('of an item are left out after a failure, unless the run keeps going', async () => {
    const fragile = defineNode({
      name: 'fragile/number',
      title: 'Fragile number',
      description: 'The number, unless it is 4.',
      params: Type.Object({ value: Type.Number({ default: 0 }) }, { additionalProperties: false }),
      inputs: {},
      outputs: { value: { type: 'number', description: 'The number.' } },
      run: (_inputs, { value }) => {
        if (value === 4) throw new KintsugiError('E_FRAGILE', { message: 'This number is not wanted.' })
        return { value }
      },
    })
    const kintsugi = createKintsugi({
      cacheDir: false,
      plugins: [definePlugin({ name: 'fragile', version: '1.0.0', nodes: [fragile] })],
    })
    const document = pipeline(
      { number: { use: 'fragile/number', with: { value: { $expr: 'outer * 10 + inner' } } } },
      { number: 'number', mean: 'mean' },
    )
    const failed = async (keepGoing: boolean) => {
      const { failures } = await kintsugi.run(document, { keepGoing, limit: { outer: 1 } })
      return failures.map(({ output }) => output)
    }
    assert.deepEqual(await failed(false), ['number'])
    assert.deepEqual(await failed(true), ['number', 'mean'])
  })

  it('run after all items where something is gathered over all of them', async () => {
    const { tasks, rows } = await run(
      pipeline({ all: { use: 'stats/mean', in: 'mean', over: 'outer' } }, { mean: 'mean', all: 'all' }),
    )
    assert(tasks.indexOf('mean 0') > tasks.indexOf('number 39 4'))
    assert.equal(tasks.at(-1), 'all ')
    assert.deepEqual(rows.at(-1), { output: 'all', item: {}, cells: { '': 197 } })
  })

  it('run after all items where one of them is read at all others', async () => {
    const { tasks, rows } = await run(
      pipeline(
        { last: { use: 'core/value', with: { value: { $from: 'mean[outer: 39]' } }, along: ['outer'] } },
        { last: 'last', mean: 'mean' },
      ),
    )
    assert(tasks.indexOf('mean 0') > tasks.indexOf('number 39 4'))
    assert.deepEqual(
      rows.filter(({ output }) => output === 'last').map(({ cells }) => cells['']),
      Array.from({ length: OUTER }, () => 392),
    )
  })
})
