import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createKintsugi,
  createStream,
  defineNode,
  definePlugin,
  encodeImage,
  type Image,
  type Label,
  type LineageRecord,
  type PipelineDocument,
  Type,
} from '@kintsugi/core'
import degrade from '@kintsugi/plugin-degrade'
import metrics from '@kintsugi/plugin-metrics'
import tgsr from '../src/index.js'

const TASKS = 4
const PHOTOS = ['a', 'b', 'c']

/** A photo with structure of its own: bands of noise. */
async function writePhoto(path: string, seed: number): Promise<void> {
  const [width, height] = [48, 40]
  const stream = createStream(new Uint8Array(16).fill(seed))
  const data = new Float32Array(3 * width * height)
  for (let i = 0; i < data.length; i++) data[i] = 0.5 + 0.3 * Math.sin(i / (3 + seed)) + 0.1 * (stream.uniform() - 0.5)
  const image: Image = { width, height, channels: 3, data, alpha: null, metadata: {} }
  writeFileSync(path, await encodeImage(image, { format: 'png' }))
}

/** What a record's degradation has drawn: its steps with their parameters, whatever they are called. */
function drawnOf(record: LineageRecord): string {
  const steps = Object.values(record.steps).filter(({ use }) => use.startsWith('degrade/'))
  return JSON.stringify(steps.map(({ use, ran, with: params }) => [use, ran, params]))
}

/** A label for each task, as a grouping gives it. */
const parity = defineNode({
  name: 'tests/parity',
  title: 'Parity',
  description: 'Groups keys by their number.',
  kind: 'per-key',
  inputs: { tasks: 'record' },
  outputs: { group: 'label' },
  params: Type.Object({}),
  runs: 'inline',
  async run({ tasks }) {
    const groups = new Map<string, Label>()
    for await (const { keys } of tasks) {
      const name = Number(keys['task']) % 2 === 0 ? 'Group1' : 'Group2'
      groups.set(keys['task']!, { label: name, confidence: 1, distribution: { [name]: 1 } })
    }
    return { group: groups }
  },
})
const tests = definePlugin({ name: 'tests', version: '1.0.0', nodes: [parity] })

describe('tgsr/tasks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-tgsr-'))
  const kintsugi = createKintsugi({
    cwd: folder,
    cacheDir: join(folder, 'cache'),
    plugins: [tgsr, degrade, metrics, tests],
  })

  before(async () => {
    for (const [i, name] of PHOTOS.entries()) await writePhoto(join(folder, `${name}.png`), i + 1)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs a document; gives the values of its outputs by their keys, joined by a slash, and what each node ran. */
  async function run(
    nodes: PipelineDocument['nodes'],
    outputs: PipelineDocument['outputs'],
    more: object = {},
    seed = 5,
  ) {
    const values: Record<string, Record<string, unknown>> = {}
    const ran: Record<string, number> = {}
    const { ok, failures } = await kintsugi.run(
      { kintsugi: 1, seed, inputs: { photo: { type: 'image', each: '*.png' } }, nodes, outputs, ...more },
      {
        out: join(folder, 'out'),
        jobs: 1,
        receive: (output, keys, value) => {
          ;(values[output] ??= {})[Object.values(keys).join('/')] = value
        },
        on: (event) => {
          if (event.type === 'task' && event.state === 'ran') ran[event.node] = (ran[event.node] ?? 0) + 1
        },
      },
    )
    for (const { error } of failures) throw error
    assert.ok(ok)
    return { values, ran }
  }

  const tasks = { use: 'tgsr/tasks', with: { count: TASKS } }
  const high = { use: 'core/mod-crop', in: 'photo', with: { multiple: 4 } }
  const low = { use: 'core/replay', in: { image: 'high', record: 'tasks' } }

  it('draws records without degrading anything; a larger set begins with the smaller one', async () => {
    const few = await run({ tasks }, { task: 'tasks' })
    assert.deepEqual(few.ran, {})
    const many = await run({ tasks: { ...tasks, with: { count: TASKS + 3 } } }, { task: 'tasks' })
    const other = await run({ tasks }, { task: 'tasks' }, {}, 6)
    for (const [key, record] of Object.entries(few.values['task']!)) {
      assert.deepEqual(many.values['task']![key], record)
      assert.notEqual(drawnOf(other.values['task']![key] as LineageRecord), drawnOf(record as LineageRecord))
    }
    assert.equal(Object.keys(many.values['task']!).length, TASKS + 3)
    assert.equal(
      new Set(Object.values(many.values['task']!).map((record) => drawnOf(record as LineageRecord))).size,
      TASKS + 3,
    )
  })

  it('degrades every photo by the same parameters within a task, unlike a file that draws anew for each photo', async () => {
    const anew = { use: 'degrade/real-esrgan', in: 'high', with: { sharpen: false }, along: ['task'] }
    const axes = { task: { count: TASKS } }
    const [one, each] = [
      await run({ tasks, high, low }, { record: 'low.$record' }),
      await run({ high, low: anew }, { record: 'low.$record' }, { axes }),
    ]
    const spread = ({ values }: typeof one) => {
      const byTask = new Map<string, Set<string>>()
      for (const [keys, record] of Object.entries(values['record']!)) {
        const task = keys.split('/')[1] ?? ''
        byTask.set(task, (byTask.get(task) ?? new Set()).add(drawnOf(record as LineageRecord)))
      }
      return [...byTask.values()].map(({ size }) => size)
    }
    const keys = Object.keys(one.values['record']!)
    assert.equal(keys.length, TASKS * PHOTOS.length)
    assert.deepEqual(spread({ values: { record: swapped(one.values['record']!) }, ran: {} }), Array(TASKS).fill(1))
    assert.deepEqual(
      spread({ values: { record: swapped(each.values['record']!) }, ran: {} }),
      Array(TASKS).fill(PHOTOS.length),
    )
  })

  /** Keys as `photo/task`, in whatever order the axes came. */
  function swapped(values: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(values).map(([keys, value]) => {
        const [a = '', b = ''] = keys.split('/')
        return [PHOTOS.includes(a) ? `${a}/${b}` : `${b}/${a}`, value]
      }),
    )
  }

  it('reads tasks back from the files that hold them, with the same pictures', async () => {
    const made = await run({ tasks, high, low }, { task: { from: 'tasks', save: 'tasks/{task}.json' }, low: 'low' })
    const files = readdirSync(join(folder, 'out', 'tasks'))
    assert.equal(files.length, TASKS)
    const record = JSON.parse(readFileSync(join(folder, 'out', 'tasks', '0.json'), 'utf8')) as LineageRecord
    assert.deepEqual(
      Object.values(record.sources).map(({ file }) => file),
      ['probe.png'],
    )
    const read = await run(
      { high, low: { ...low, in: { image: 'high', record: 'task' } } },
      { low: 'low' },
      {
        inputs: { photo: { type: 'image', each: '*.png' }, task: { type: 'record', each: 'out/tasks/*.json' } },
      },
    )
    const again = swapped(read.values['low']!)
    for (const [keys, image] of Object.entries(swapped(made.values['low']!)))
      assert.deepEqual((again[keys] as Image).data, (image as Image).data)
  })

  it('makes a validation set: for each photo and group a task of the group, applied', async () => {
    const { values } = await run(
      {
        tasks,
        high,
        group: { use: 'tests/parity', in: { tasks: 'tasks' }, over: 'task' },
        set: {
          use: 'tgsr/validation-set',
          in: { photo: 'high', task: 'tasks', group: 'group' },
          axes: { task: 'task' },
          along: ['photo'],
        },
      },
      {
        lq: { from: 'set.lq', save: '{subset}/{photo}.png' },
        hq: { from: 'high', save: 'HR/{photo}.png' },
        task: 'set.task',
        record: 'set.record',
        tasks: 'tasks',
      },
    )
    for (const name of ['HR', 'Group1', 'Group2'])
      assert.deepEqual(
        readdirSync(join(folder, 'out', name)).sort(),
        PHOTOS.map((photo) => `${photo}.png`),
      )
    const drawn = Object.entries(values['task']!)
    assert.equal(drawn.length, 2 * PHOTOS.length)
    for (const [keys, task] of drawn) {
      assert.equal(Number(task) % 2, keys.includes('Group1') ? 0 : 1)
      assert.equal(
        drawnOf(values['record']![keys] as LineageRecord),
        drawnOf(values['tasks']![task as string] as LineageRecord),
      )
    }
    assert.ok(new Set(drawn.map(([, task]) => task)).size > 2, 'photos should not all get the same task')
  })
})
