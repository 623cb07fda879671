import assert from 'node:assert/strict'
import { type Image, type Label, pipeline, step, type Table, type Vector } from '@kintsugi/core'
import { readDiary } from './diary.js'
import { assertDrawsKept, assertNear, documentOf, mean, type Observed, observe, planned } from './harness.js'
import { blur, jpeg, noise } from './stub-degrade.js'
import { adjust, damageOf, estimate, psnr, restoreBy, truth } from './stub-restore.js'
import { entries, mean as meanNode, table } from './stub-stats.js'

const ROLES = ['blur1', 'noise1', 'jpeg1', 'blur2', 'noise2']
const RANGES: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  weak: [
    [0.2, 0.8],
    [1, 10],
    [90, 95],
  ],
  standard: [
    [0.2, 1.5],
    [1, 20],
    [50, 95],
  ],
  severe: [
    [0.2, 3],
    [1, 30],
    [30, 95],
    [0.2, 1.5],
    [1, 25],
  ],
}

describe('DASR as a pipeline', () => {
  const document = documentOf('dasr.yaml')
  let run: Observed
  const items = (): Readonly<Record<string, string>>[] => run.items('lr').map(({ keys }) => keys)

  before(async () => {
    run = await observe('dasr.yaml')
  })

  it('plans the instances that the method has', async () => {
    const steps = ['blur1', 'noise1', 'jpeg1']
    const each = (level: string, names: string[]) => names.map((name) => [`lr/${level}/${name}`, 3 * 5] as const)
    assert.deepEqual(await planned('dasr.yaml'), {
      photo: 3,
      // Five draws for each photo, in one of the levels each.
      ...Object.fromEntries([...each('weak', steps), ...each('standard', steps), ...each('severe', ROLES)]),
      // What is true and what is estimated, once for each photo and draw.
      truth: 15,
      estimate: 15,
      // One entry is changed in two ways, and not at all.
      adjusted: 15 * 3,
      restored: 15 * 3,
      psnr: 15 * 3,
      mean_psnr: 3,
      entries: 15,
      table: 1,
    })
  })

  it('computes each instance once, and of the levels only what was drawn', () => {
    const levels = items().map((keys) => run.at<Label>('level', keys).label)
    const count = (level: string): number => levels.filter((name) => name === level).length
    const blurred = items().filter(
      (keys) => run.at('skipped', keys) === '{}' && run.at<Label>('level', keys).label === 'severe',
    )
    assert.ok(count('weak') > 0 && count('standard') > 0 && count('severe') > blurred.length && blurred.length > 0)
    const steps = ['blur1', 'noise1', 'jpeg1'] as const
    assert.deepEqual(run.ran, {
      photo: 3,
      ...Object.fromEntries(
        ['weak', 'standard', 'severe'].flatMap((level) => steps.map((name) => [`lr/${level}/${name}`, count(level)])),
      ),
      'lr/severe/blur2': blurred.length,
      'lr/severe/noise2': count('severe'),
      truth: 15,
      estimate: 15,
      // "as-estimated" changes nothing but is restored like the others.
      adjusted: 45,
      restored: 45,
      psnr: 45,
      mean_psnr: 3,
      entries: 15,
      table: 1,
    })
  })

  it('draws each level from its own ranges, for each photo and draw', () => {
    const drawn = new Set<string>()
    for (const keys of items()) {
      const { label } = run.at<Label>('level', keys)
      const vector = run.at<Vector>('truth', keys)
      assert.deepEqual(vector.names, ROLES)
      RANGES[label]?.forEach(([low, high], i) => {
        const value = vector.values[i] ?? NaN
        const skipped = ROLES[i] === 'blur2' && run.at('skipped', keys) !== '{}'
        assert.ok(skipped ? value === 0 : value >= low && value < high, `${label} ${ROLES[i]} ${value}`)
      })
      drawn.add(String(vector.values))
    }
    assert.equal(drawn.size, 15)
  })

  it('finds the truth in the record: what the picture went through, and the level', () => {
    for (const keys of items()) {
      assert.equal(run.at<Label>('recorded_level', keys).label, run.at<Label>('level', keys).label)
      const { steps } = readDiary(run.at('lr', keys))
      const drawn = steps.map(({ step: name, values }) =>
        name === 'blur' ? values[2] : name === 'noise' ? values[1] : values[0],
      )
      const told = run.at<Vector>('truth', keys).values.filter((value) => value !== 0)
      assert.deepEqual(drawn, told.map(Math.fround))
    }
  })

  it('keeps skipped steps in the record, with what they drew', () => {
    const skipped = items().map((keys) => JSON.parse(run.at('skipped', keys)) as Record<string, { sigma: number }>)
    const told = skipped.flatMap((steps) => Object.entries(steps))
    assert.ok(told.length > 0)
    for (const [path, { sigma }] of told) {
      assert.equal(path, 'lr/severe/blur2')
      assert.ok(sigma >= 0.2 && sigma < 1.5, `${sigma}`)
    }
  })

  it('adjusts one entry along an axis that leaves it as estimated, too', () => {
    for (const keys of items()) {
      const estimated = run.at<Vector>('estimate', keys).values
      const changed = (change: string): number[] =>
        run.at<Vector>('adjusted', { ...keys, change }).values.map((value, i) => value - (estimated[i] ?? NaN))
      assert.deepEqual(changed('as-estimated'), [0, 0, 0, 0, 0])
      assertNear(changed('softer')[0] ?? NaN, -0.5, 1e-12)
      assertNear(changed('noisier')[1] ?? NaN, 4, 1e-12)
    }
  })

  it('scores each change and averages over photos and draws', () => {
    for (const change of ['as-estimated', 'softer', 'noisier']) {
      const scores = items().map((keys) => {
        const image = run.at<Image>('lr', keys)
        const repaired = run.at<Vector>('adjusted', { ...keys, change }).values.reduce((a, b) => a + b)
        const expected = 40 + 10 * readDiary(image).photo - Math.abs(damageOf(image) - repaired) / 5
        assertNear(run.at('psnr', { ...keys, change }), expected, 1e-5)
        return expected
      })
      assertNear(run.at('mean_psnr', { change }), mean(scores), 1e-5)
    }
  })

  it('sets truth beside estimate, entry by entry', () => {
    const { columns, rows } = run.at<Table>('table')
    assert.deepEqual(columns, ['photo', 'draw', 'entry', 'truth', 'estimate'])
    assert.equal(rows.length, 15 * 5)
    for (const [photo, draw, entry, real, guess] of rows) {
      const i = ROLES.indexOf(String(entry))
      const keys = { photo: String(photo), draw: String(draw) }
      assert.equal(real, run.at<Vector>('truth', keys).values[i])
      assert.equal(guess, run.at<Vector>('estimate', keys).values[i])
      assertNear(Number(guess), Number(real) + 1, 1e-5)
    }
  })

  it('draws the same beside an unrelated axis and node', () => assertDrawsKept(document, run))

  it('draws the same when there are more draws', async () => {
    const more = await observe('dasr.yaml', { params: { draws: 7 }, only: ['lr'] })
    for (const { keys, value } of run.items<Image>('lr')) assert.deepEqual(more.at<Image>('lr', keys).data, value.data)
  })

  it('is what the builder writes', () => {
    const p = pipeline('dasr', { seed: 5 })
    const draws = p.param('draws', { type: 'integer', default: 5 })
    p.axis('draw', { count: draws })
    const change = p.axis('change', { 'as-estimated': {}, softer: { blur1: -0.5 }, noisier: { noise1: 4 } })
    const photo = p.input('photo', 'image', { each: 'photos/*.png' })
    const uniform = (range: readonly [number, number] | undefined) => ({ $uniform: [...(range ?? [])] })
    const level = (name: string) => {
      const [sigma, noisy, quality, sigma2, noisy2] = RANGES[name] ?? []
      const first = [
        step(blur, { name: 'blur1', with: { sigma: uniform(sigma) } }),
        step(noise, { name: 'noise1', with: { level: uniform(noisy) } }),
        step(jpeg, { name: 'jpeg1', with: { quality: uniform(quality) } }),
      ]
      if (sigma2 === undefined) return first
      return [
        ...first,
        step(blur, { name: 'blur2', with: { sigma: uniform(sigma2) }, when: { $chance: 0.8 } }),
        step(noise, { name: 'noise2', with: { level: uniform(noisy2) } }),
      ]
    }
    const lr = p.choose(
      'lr',
      {
        weak: { weight: 0.3, steps: level('weak') },
        standard: { weight: 0.3, steps: level('standard') },
        severe: { weight: 0.4, steps: level('severe') },
      },
      { in: photo, along: ['draw'] },
    )
    const real = p.add('truth', truth, { in: { record: lr.lineage() } })
    const guess = p.add('estimate', estimate, { in: { image: lr } })
    const adjusted = p.add('adjusted', adjust, { in: { vector: guess }, with: { add: change } })
    const restored = p.add('restored', restoreBy, { in: { image: lr, vector: adjusted } })
    const score = p.add('psnr', psnr, { in: { image: restored, reference: photo } })
    const meanPsnr = p.add('mean_psnr', meanNode, { in: { values: score }, over: ['photo', 'draw'] })
    const both = p.add('entries', entries, { in: { truth: real.vector, estimate: guess } })
    const rows = p.add('table', table, { in: { columns: { truth: both.truth, estimate: both.estimate } }, over: '*' })
    p.output('lr', lr).output('level', lr.choice).output('recorded_level', real.level).output('skipped', real.skipped)
    p.output('truth', real.vector).output('estimate', guess).output('adjusted', adjusted)
    p.output('psnr', score).output('mean_psnr', meanPsnr).output('table', rows)
    assert.deepEqual(p.toDocument(), document)
  })
})
