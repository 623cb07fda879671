import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NodeDeclaration, PipelineDocument, StepDeclaration, UseNode } from '@kintsugi/core'
import { keyText, runNumbers, type Values } from './axes-support.js'

const PHOTOS = ['a', 'b', 'c']
const TASKS = ['0', '1', '2', '3']

/** Nodes over axes `photo` and `task`; `one` is 1 for every photo. */
function document(nodes: Record<string, NodeDeclaration>, outputs: Record<string, string>): PipelineDocument {
  return {
    kintsugi: 1,
    seed: 1,
    axes: { photo: { a: 1, b: 1, c: 1 }, task: { count: TASKS.length } },
    nodes: { one: { use: 'core/value', with: { value: { $axis: 'photo' } } }, ...nodes },
    outputs,
  }
}

/** Values of an output, a list for each task over photos. */
function byTask(values: Values, output: string): unknown[][] {
  return TASKS.map((task) => PHOTOS.map((photo) => values[output]?.[keyText({ photo, task })]))
}

const distinct = (list: readonly unknown[]): number => new Set(list.map((value) => JSON.stringify(value))).size
const drawn: UseNode = { use: 'num/scale', in: { a: 'one' }, with: { by: { $uniform: [1, 2] } } }
const step = (low: number): StepDeclaration => ({ use: 'num/scale', with: { by: { $uniform: [low, low + 1] } } })

function assertTasks(values: Values, output: string): void {
  const tasks = byTask(values, output)
  for (const photos of tasks) assert.equal(distinct(photos), 1, `${output}: a task should be the same for all photos`)
  assert.equal(distinct(tasks.map(([first]) => first)), TASKS.length, `${output}: tasks should differ`)
}

describe('Random keys', () => {
  it('have all axes of the node by default', async () => {
    const { values } = await runNumbers(document({ n: { ...drawn, along: ['task'] } }, { n: 'n' }))
    assert.equal(distinct(byTask(values, 'n').flat()), 12)
  })

  it('have the axes of `by` alone', async () => {
    const { values } = await runNumbers(
      document({ n: { ...drawn, along: ['task'], random: { by: ['task'] } } }, { n: 'n' }),
    )
    assertTasks(values, 'n')
  })

  it('have no axis under an empty `by`', async () => {
    const { values } = await runNumbers(document({ n: { ...drawn, along: ['task'], random: { by: [] } } }, { n: 'n' }))
    assert.equal(distinct(byTask(values, 'n').flat()), 1)
  })

  it('leave the stream of the node itself alone, which `pixels` keys', async () => {
    const jitter = (random: UseNode['random']): UseNode => ({
      use: 'num/jitter',
      in: { a: 'one' },
      along: ['task'],
      ...(random === undefined ? {} : { random }),
    })
    const { values } = await runNumbers(
      document(
        {
          all: jitter({ by: ['task'] }),
          photo: jitter({ pixels: { by: ['photo'] } }),
          task: jitter({ pixels: { by: ['task'] } }),
        },
        { all: 'all', photo: 'photo', task: 'task' },
      ),
    )
    assert.equal(distinct(byTask(values, 'all').flat()), 12)
    assert.equal(distinct(byTask(values, 'photo').flat()), 3)
    assertTasks(values, 'task')
  })

  it('are shared by nodes of one stream, and by no others', async () => {
    const named = { ...drawn, random: { stream: 'shared' } }
    const { values } = await runNumbers(
      document({ a: named, b: named, c: drawn, d: drawn }, { a: 'a', b: 'b', c: 'c', d: 'd' }),
    )
    assert.deepEqual(values['a'], values['b'])
    const [first] = Object.keys(values['a'] ?? {})
    assert.equal(distinct(['a', 'c', 'd'].map((name) => values[name]?.[first ?? ''])), 3)
  })

  const chosen = (random?: UseNode['random']): NodeDeclaration => ({
    in: 'one',
    along: ['task'],
    choose: { low: { steps: [step(1), { use: 'num/jitter' }] }, high: { steps: [step(5), step(2)] } },
    ...(random === undefined ? {} : { random }),
  })

  it('of the steps of a `choose` have the axes that the node adds', async () => {
    const { values } = await runNumbers(document({ n: chosen() }, { n: 'n', choice: 'n.choice' }))
    assert.equal(distinct(byTask(values, 'n').flat()), 12)
    assert.equal(distinct(byTask(values, 'choice').flat()), 2)
  })

  it('of the steps of a `choose` follow its `random`', async () => {
    const random = { by: ['task'], pixels: { by: ['task'] }, stream: 'tasks' }
    const { values } = await runNumbers(
      document(
        { n: chosen(random), m: chosen(random), other: chosen({ by: ['task'] }) },
        { n: 'n', m: 'm', choice: 'n.choice', other: 'other' },
      ),
    )
    assertTasks(values, 'n')
    for (const photos of byTask(values, 'choice')) assert.equal(distinct(photos), 1)
    assert.deepEqual(values['m'], values['n'])
    assert.notDeepEqual(values['other'], values['n'])
  })

  it('of the steps of a `shuffle` follow its `random`, too', async () => {
    const shuffled: NodeDeclaration = {
      in: 'one',
      along: ['task'],
      shuffle: {
        steps: { a: step(1), b: { use: 'num/combine', in: { b: 'one' } }, c: { ...step(3), when: { $chance: 0.5 } } },
      },
      random: { by: ['task'], stream: 'tasks' },
    }
    const { values } = await runNumbers(document({ n: shuffled, m: shuffled }, { n: 'n', m: 'm', order: 'n.order' }))
    assertTasks(values, 'n')
    for (const photos of byTask(values, 'order')) assert.equal(distinct(photos), 1)
    assert.deepEqual(values['m'], values['n'])
  })
})

describe('Random keys inside a nested file', () => {
  let folder: string
  const nested: PipelineDocument = {
    kintsugi: 1,
    axes: { inner: ['p', 'q'] },
    inputs: { value: { type: 'number' } },
    let: { gain: { $uniform: [1, 2] } },
    nodes: {
      first: { use: 'num/scale', in: { a: 'value' }, with: { by: { $let: 'gain' } } },
      second: { use: 'num/scale', in: { a: 'first' }, with: { by: { $uniform: [1, 2] } }, when: { $chance: 0.5 } },
      ratio: { use: 'num/scale', in: { a: 'value' }, with: { by: { $let: 'gain' } } },
      along: { use: 'core/value', with: { value: { $uniform: [0, 1] } }, along: ['inner'] },
      sum: { use: 'num/sum', in: { values: 'along' }, over: 'inner' },
      all: { use: 'num/combine', in: { a: 'second', b: 'sum' } },
    },
    outputs: { all: 'all', first: 'first', ratio: 'ratio', list: { from: 'along', axes: ['inner'] } },
  }
  const use = (random?: UseNode['random']): UseNode => ({
    use: './nested.json',
    in: { value: 'one' },
    along: ['task'],
    ...(random === undefined ? {} : { random }),
  })

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kintsugi-random-'))
    writeFileSync(join(folder, 'nested.json'), JSON.stringify(nested))
    writeFileSync(
      join(folder, 'outer.json'),
      JSON.stringify({
        kintsugi: 1,
        inputs: { value: { type: 'number' } },
        nodes: { part: { use: './nested.json', in: { value: 'value' } } },
        outputs: { first: 'part.first' },
      }),
    )
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('have the axes of the node that uses it', async () => {
    const { values } = await runNumbers(document({ n: use() }, { all: 'n', first: 'n.first', ratio: 'n.ratio' }), {
      cwd: folder,
    })
    assert.equal(distinct(byTask(values, 'all').flat()), 12)
    assert.equal(distinct(byTask(values, 'first').flat()), 12)
    assert.deepEqual(values['ratio'], values['first'], 'a let is drawn once and used in many places')
  })

  it('follow its `random`, lets and inner axes too', async () => {
    const random = { by: ['task'], stream: 'tasks' }
    const run = (name: string) =>
      runNumbers(document({ [name]: use(random) }, { all: name, first: `${name}.first`, list: `${name}.list` }), {
        cwd: folder,
      })
    const { values, ran } = await run('n')
    assertTasks(values, 'all')
    assertTasks(values, 'first')
    assert.equal(distinct(Object.values(values['list'] ?? {})), 2 * TASKS.length)
    assert.equal(ran['n/along'], 2 * TASKS.length, 'what no photo enters is drawn once for each task')
    assert.deepEqual((await run('m')).values, values)
  })

  it('reach lets of files nested further in', async () => {
    const { values } = await runNumbers(
      document({ n: { ...use({ by: ['task'] }), use: './outer.json' } }, { first: 'n' }),
      { cwd: folder },
    )
    assertTasks(values, 'first')
  })
})

describe('Lets at the top', () => {
  it('are drawn for each key of the first input, whatever inputs are added', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kintsugi-lets-'))
    try {
      for (const name of ['photos', 'masks']) writeFileSync(join(folder, `${name}.csv`), 'key,v\na,1\nb,2\n')
      const alone: PipelineDocument = {
        kintsugi: 1,
        inputs: { photo: { type: 'record', each: 'photos.csv' } },
        let: { gain: { $uniform: [0, 1] } },
        nodes: { g: { use: 'core/value', with: { value: { $let: 'gain' } } } },
        outputs: { g: 'g' },
      }
      const { values } = await runNumbers(alone, { cwd: folder })
      assert.equal(distinct(Object.values(values['g'] ?? {})), 2)
      const more = await runNumbers(
        { ...alone, inputs: { ...alone.inputs, mask: { type: 'record', each: 'masks.csv' } } },
        { cwd: folder },
      )
      assert.deepEqual(more.values['g'], values['g'])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
