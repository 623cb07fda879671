import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKintsugi, createStream, type LineageRecord, type PipelineDocument, randomKey } from '@kintsugi/core'
import metrics from '@kintsugi/plugin-metrics'
import tgsr, { drawTask } from '../src/index.js'
import { contextWith, fails, overTasks, testContext } from './node-run.js'
import { groupsOfTable6, table6 } from './table-6.js'

describe('recorded losses and scores in a pipeline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-tgsr-recorded-'))
  const kintsugi = createKintsugi({ cwd: folder, cacheDir: false, plugins: [tgsr, metrics] })

  // The 20 tasks of Table 6, which fine-tuning improves by a share of the loss at each update, and 30 that it makes worse.
  before(() => {
    const trace = (slope: number) => Array.from({ length: 101 }, (_, t) => 2 * (1 - slope * t))
    const tasks = Array.from({ length: 50 }, (_, i) =>
      i < 20
        ? { key: i + 1, losses: trace(0.0004 * (1 + i)), scores: table6.map((row) => row[i] ?? null) }
        : { key: i + 1, losses: trace(-0.001), scores: [null] },
    )
    writeFileSync(join(folder, 'traces.jsonl'), tasks.map((task) => JSON.stringify(task)).join('\n'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function valuesOf(nodes: PipelineDocument['nodes'], output: string): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {}
    const { failures } = await kintsugi.run(
      { kintsugi: 1, inputs: { task: { type: 'record', each: 'traces.jsonl' } }, nodes, outputs: { output } },
      {
        out: join(folder, 'out'),
        receive: (_output, keys, value) => {
          values[keys['task'] ?? keys['group'] ?? ''] = value
        },
      },
    )
    for (const { error } of failures) throw error
    return values
  }

  const nodes: PipelineDocument['nodes'] = {
    losses: { use: 'tgsr/losses', with: { losses: { $axis: 'task.losses' } } },
    indicator: { use: 'tgsr/indicator', in: 'losses' },
    average: { use: 'tgsr/average', in: 'indicator' },
    bad: { use: 'tgsr/select', in: 'average.gain', with: { direction: 'largest', fraction: 0.4 }, over: 'task' },
    scores: { use: 'tgsr/scores', with: { recorded: { $axis: 'task.scores' } } },
    group: { use: 'tgsr/group', in: { scores: 'scores', selected: 'bad' }, over: 'task' },
  }

  it('selects the 20 of 50 tasks on which fine-tuning helps, and groups them as published', async () => {
    const gains = await valuesOf(nodes, 'average.gain')
    assert.ok(Math.abs((gains['20'] as number) - 0.008 * 95.5) < 1e-12)
    const groups: Record<string, number[]> = {}
    for (const [task, label] of Object.entries(await valuesOf(nodes, 'group')))
      (groups[(label as { label: string }).label] ??= []).push(Number(task))
    const { Group0, ...taken } = groups
    assert.deepEqual(taken, groupsOfTable6)
    assert.equal(Group0?.length, 30)
  })

  it('counts the tasks of each group', async () => {
    const counts = await valuesOf(
      { ...nodes, count: { use: 'stats/mean', in: 'average.gain', over: 'task', by: 'group', as: 'group' } },
      'count.n',
    )
    assert.deepEqual(counts, { Group0: 30, Group1: 1, Group2: 5, Group3: 10, Group4: 4 })
  })

  it('names the round and the task of a missing score in the failure', async () => {
    const everything = { ...nodes, group: { use: 'tgsr/group', in: { scores: 'scores' }, over: 'task' } }
    await assert.rejects(valuesOf(everything, 'group'), fails('E_TASKS_ROUND', /"21".*round 1/))
  })
})

describe('tgsr/draw-task', () => {
  const record = (file: string): LineageRecord => ({
    record: 1,
    result: file,
    sources: { [file]: {} },
    steps: {},
    choices: {},
  })
  const tasks = overTasks(Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, record(name)])))
  const draw = (item: number) =>
    drawTask.run(
      { tasks },
      {},
      contextWith(createStream(randomKey({ seed: 1, stream: 'tests', purpose: 'run', keys: { item: String(item) } }))),
    )

  it('draws each task as often as another, with its key', async () => {
    const counts: Record<string, number> = {}
    for (let i = 0; i < 2000; i++) {
      const { task, key } = await draw(i)
      assert.equal(task.result, key)
      counts[key] = (counts[key] ?? 0) + 1
    }
    // 500 each; the deviation of a count is the root of 2000 * 1/4 * 3/4, 19.4.
    for (const name of ['a', 'b', 'c', 'd']) assert.ok(Math.abs(counts[name]! - 500) < 5 * 19.4, JSON.stringify(counts))
  })

  it('refuses a set without tasks', async () => {
    await assert.rejects(
      async () => drawTask.run({ tasks: overTasks({}, 2) }, {}, testContext),
      fails('E_TASKS_EMPTY', /2 missing/),
    )
  })
})
