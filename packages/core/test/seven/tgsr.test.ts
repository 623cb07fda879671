import assert from 'node:assert/strict'
import type { Image, Label, PipelineDocument } from '@kintsugi/core'
import { pipeline } from '@kintsugi/core'
import { readDiary } from './diary.js'
import { assertDrawsKept, assertNear, documentOf, mean, type Observed, observe, planned } from './harness.js'
import { damageOf, psnr, restore } from './stub-restore.js'
import { group, mean as meanNode, subtract, worst } from './stub-stats.js'

const TASKS = 40
const TASK_KEYS = Array.from({ length: TASKS }, (_, i) => String(i))
const PHOTOS = ['a', 'b', 'c']
const STRENGTH: Readonly<Record<string, number>> = { base: 10, tg: 15 }

/** What a picture's degradation drew: sigma, level, gray, quality. */
function taskOf(image: Image): number[] {
  const [blur, noise, jpeg] = readDiary(image).steps
  return [blur?.values[2], noise?.values[1], noise?.values[2], jpeg?.values[0]].map((value) => value ?? NaN)
}

/** How much PSNR differs between photos within a task once the photo's own part (10 dB for each unit of gray) is taken away. */
function spreadWithinTasks(run: Observed): number {
  const spreads = TASK_KEYS.map((task) => {
    const values = PHOTOS.map((photo) => {
      const { photo: gray } = readDiary(run.at<Image>('lr', { photo, task }))
      return run.at<number>('psnr', { photo, task, model: 'base' }) - 10 * gray
    })
    return Math.max(...values) - Math.min(...values)
  })
  return Math.max(...spreads)
}

describe('TGSR as a pipeline', () => {
  const document = documentOf('tgsr.yaml')
  let run: Observed

  before(async () => {
    run = await observe('tgsr.yaml')
  })

  it('plans the instances that the method has', async () => {
    assert.deepEqual(await planned('tgsr.yaml'), {
      photo: 3,
      other: 2,
      // One degradation for each photo and task.
      'lr/soft': 3 * TASKS,
      'lr/noisy': 3 * TASKS,
      'lr/packed': 3 * TASKS,
      'lr_other/soft': 2 * TASKS,
      'lr_other/noisy': 2 * TASKS,
      'lr_other/packed': 2 * TASKS,
      // Each is restored and scored by two models.
      restored: 3 * TASKS * 2,
      psnr: 3 * TASKS * 2,
      // A score for each task and model, a gain for each task; what is worst and grouped is found from all tasks at once.
      t: TASKS * 2,
      gain: TASKS,
      worst: 1,
      group: 1,
      // The groups are known when their labels are.
      table1: undefined,
      members: undefined,
    })
  })

  it('computes each instance once', () => {
    const groups = run.items('members').length
    assert.deepEqual(run.ran, {
      photo: 3,
      other: 2,
      'lr/soft': 120,
      'lr/noisy': 120,
      'lr/packed': 120,
      'lr_other/soft': 80,
      'lr_other/noisy': 80,
      'lr_other/packed': 80,
      restored: 240,
      psnr: 240,
      t: 80,
      gain: 40,
      worst: 1,
      group: 1,
      table1: 2 * groups,
      members: groups,
    })
  })

  it('degrades every photo alike within a task, and tasks unlike', () => {
    for (const task of TASK_KEYS) {
      const [first, ...others] = PHOTOS.map((photo) => taskOf(run.at('lr', { photo, task })))
      for (const other of others) assert.deepEqual(other, first)
    }
    assert.equal(new Set(TASK_KEYS.map((task) => String(taskOf(run.at('lr', { photo: 'a', task }))))).size, TASKS)
  })

  it('draws the noise of each photo for itself', () => {
    const noise = run.items<Image>('lr').map(({ value }) => readDiary(value).steps[1]?.values[3])
    assert.equal(new Set(noise).size, 3 * TASKS)
  })

  it('lets a second node degrade other photos by the same tasks', () => {
    for (const task of TASK_KEYS) {
      const expected = taskOf(run.at('lr', { photo: 'a', task }))
      for (const other of ['y', 'z']) assert.deepEqual(taskOf(run.at('lr_other', { other, task })), expected)
    }
  })

  it('scores, averages over photos and takes gains by index', () => {
    for (const task of TASK_KEYS) {
      const t: Record<string, number> = {}
      for (const [model, strength] of Object.entries(STRENGTH)) {
        const scores = PHOTOS.map((photo) => {
          const image = run.at<Image>('lr', { photo, task })
          const expected = 40 + 10 * readDiary(image).photo - Math.abs(damageOf(image) - strength) / 5
          assertNear(run.at('psnr', { photo, task, model }), expected, 1e-9)
          return expected
        })
        t[model] = mean(scores)
        assertNear(run.at('t', { task, model }), t[model], 1e-9)
      }
      assertNear(run.at('gain', { task }), (t['tg'] ?? NaN) - (t['base'] ?? NaN), 1e-9)
    }
  })

  it('takes the worst 40 % and groups by thresholds, a value for each task', () => {
    const base = (task: string): number => run.at('t', { task, model: 'base' })
    const ranked = [...TASK_KEYS].sort((a, b) => base(a) - base(b))
    const expected = new Set(ranked.slice(0, 16))
    for (const task of TASK_KEYS) {
      assert.equal(run.at('worst', { task }), expected.has(task))
      const gain = run.at<number>('gain', { task })
      const name = gain > 0.8 ? 'G1' : gain > 0.4 ? 'G2' : gain > 0 ? 'G3' : 'rest'
      assert.equal(run.at<Label>('group', { task }).label, name)
    }
  })

  it('averages over photos and tasks of each group for each model', () => {
    const members = new Map<string, string[]>()
    for (const { keys, value } of run.items<Label>('group'))
      members.set(value.label, [...(members.get(value.label) ?? []), keys['task'] ?? ''])
    assert.ok(members.size >= 2, 'one group would show nothing')
    assert.equal(run.items('table1').length, 2 * members.size)
    for (const [name, tasks] of members) {
      assert.equal(run.at('members', { group: name }), tasks.length)
      for (const model of ['base', 'tg']) {
        const scores = tasks.flatMap((task) => PHOTOS.map((photo) => run.at<number>('psnr', { photo, task, model })))
        assertNear(run.at('table1', { model, group: name }), mean(scores), 1e-9)
      }
    }
  })

  it('is told by its numbers from a file that degrades each photo anew', async () => {
    const anew = structuredClone(document)
    delete anew.nodes['lr']?.random
    const other = await observe(anew)
    assertNear(spreadWithinTasks(run), 0, 1e-5)
    assert.ok(spreadWithinTasks(other) > 1, 'photos of a task should differ when each is degraded anew')
  })

  it('draws the same beside an unrelated axis and node', () => assertDrawsKept(document, run))

  it('draws the same tasks when there are more of them', async () => {
    const more = await observe('tgsr.yaml', { params: { tasks: TASKS + 5 }, only: ['lr'] })
    for (const { keys, value } of run.items<Image>('lr')) assert.deepEqual(more.at<Image>('lr', keys).data, value.data)
  })

  it('is what the builder writes', () => {
    const p = pipeline('tgsr', { seed: 3 })
    const tasks = p.param('tasks', { type: 'integer', default: 40 })
    p.axis('task', { count: tasks })
    const model = p.axis('model', { base: './models/base-10.bin', tg: './models/tg-15.bin' })
    const photo = p.input('photo', 'image', { each: 'photos/*.png' })
    const other = p.input('other', 'image', { each: 'others/*.png' })
    const byTask = { along: ['task'], random: { by: ['task'], stream: 'tasks' } }
    const lr = p.use('lr', './tgsr-degradation.yaml', { in: { photo }, ...byTask })
    const lrOther = p.use('lr_other', './tgsr-degradation.yaml', { in: { photo: other }, ...byTask })
    const restored = p.add('restored', restore, { in: { image: lr }, with: { model } })
    const score = p.add('psnr', psnr, { in: { image: restored, reference: photo } })
    const t = p.add('t', meanNode, { in: { values: score }, over: 'photo' })
    const gain = p.add('gain', subtract, { in: { a: t.at('model', 'tg'), b: t.at('model', 'base') } })
    const bad = p.add('worst', worst, { in: { values: t.at('model', 'base') }, with: { share: 0.4 }, over: 'task' })
    const groups = p.add('group', group, {
      in: { values: gain },
      with: { thresholds: [0.8, 0.4, 0] },
      over: 'task',
    })
    const table1 = p.add('table1', meanNode, {
      in: { values: score },
      over: ['photo', 'task'],
      by: groups,
      as: 'group',
    })
    const members = p.add('members', meanNode, { in: { values: gain }, over: 'task', by: groups, as: 'group' })
    p.output('lr', lr).output('lr_other', lrOther).output('psnr', score).output('t', t).output('gain', gain)
    p.output('worst', bad).output('group', groups).output('table1', table1).output('members', members.n)
    assert.deepEqual(p.toDocument(), document)
  })
})

describe('TGSR over a list of pairs', () => {
  it('scores the pairs of the list alone and averages by task', async () => {
    const run = await observe('tgsr-pairs.yaml')
    assert.deepEqual(await planned('tgsr-pairs.yaml'), {
      photo: 5,
      soft: 5,
      lr: 5,
      restored: 10,
      psnr: 10,
      of_task: 5,
      t: undefined,
      gain: undefined,
    })
    // Photos a, b, c have grays 0.2, 0.4, 0.6; damage is twice sigma and the level: 4 for weak, 25 for strong.
    assertNear(run.at('t', { task: 'weak', model: 'base' }), 40 + 10 * mean([0.2, 0.4]) - 6 / 5, 1e-5)
    assertNear(run.at('t', { task: 'strong', model: 'tg' }), 40 + 10 * mean([0.2, 0.4, 0.6]) - 10 / 5, 1e-5)
    assert.equal(run.at('n', { task: 'weak', model: 'tg' }), 2)
    assertNear(run.at('gain', { task: 'weak' }), -1, 1e-9)
    assertNear(run.at('gain', { task: 'strong' }), 1, 1e-9)
    // Equal work is done once: there are two names of tasks. A photo is read again when it is needed later, so that it need not be kept.
    const { photo = 0, ...others } = run.ran
    assert.ok(photo >= 3 && photo <= 5)
    assert.deepEqual(others, { soft: 5, lr: 5, restored: 10, psnr: 10, of_task: 2, t: 4, gain: 2 })
  })

  it('reads the same pairs from JSON lines', async () => {
    const csv = await observe('tgsr-pairs.yaml')
    const lines = documentOf('tgsr-pairs.yaml') as PipelineDocument & { inputs: { pair: { each: string } } }
    lines.inputs.pair.each = 'tgsr-pairs.jsonl'
    assert.deepEqual((await observe(lines)).items('t'), csv.items('t'))
  })
})
