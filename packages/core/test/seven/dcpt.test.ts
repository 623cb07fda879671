import assert from 'node:assert/strict'
import { type Image, type Label, type PipelineBuilder, pipeline, type Ref, step, type Table } from '@kintsugi/core'
import { readDiary } from './diary.js'
import { assertDrawsKept, assertNear, documentOf, mean, type Observed, observe, planned } from './harness.js'
import { blur, jpeg, noise } from './stub-degrade.js'
import { classify, damageOf, psnr, restore } from './stub-restore.js'
import { confusion, mean as meanNode } from './stub-stats.js'

const MODELS: Readonly<Record<string, number>> = { noise: 15, blur: 4 }

/** What the classifier says of a picture, and what follows from it. */
function expectedOf(image: Image): { label: string; sure: boolean; psnr: number; branch: string } {
  const { photo, steps } = readDiary(image)
  const [last] = steps
  const label = last?.step === 'jpeg' && (last.values[0] ?? 0) >= 80 ? 'noise' : (last?.step ?? '')
  const sure = damageOf(image) >= 3
  const branch = sure && label in MODELS ? label : 'default'
  const repaired = branch === 'default' ? 0 : (MODELS[label] ?? 0)
  return { label, sure, branch, psnr: 40 + 10 * photo - Math.abs(damageOf(image) - repaired) / 5 }
}

function assertRouted(run: Observed): void {
  const branches = new Set<string>()
  for (const { keys, value } of run.items<Image>('degraded')) {
    const expected = expectedOf(value)
    assert.deepEqual(run.at<Label>('predicted', keys).label, expected.label)
    assertNear(run.at('psnr', keys), expected.psnr, 1e-5)
    branches.add(expected.branch)
  }
  assert.ok(branches.has('default') && branches.size >= 2, 'the draws should show the default and a branch')
}

/** Means of PSNR by what a label of each item says. */
function meansBy(run: Observed, labelOf: (keys: Readonly<Record<string, string>>) => string): Map<string, number> {
  const groups = new Map<string, number[]>()
  for (const { keys, value } of run.items<number>('psnr')) {
    const label = labelOf(keys)
    groups.set(label, [...(groups.get(label) ?? []), value])
  }
  return new Map([...groups].map(([label, values]) => [label, mean(values)]))
}

function assertGrouped(run: Observed, output: string, axis: string, expected: ReadonlyMap<string, number>): void {
  assert.deepEqual(
    run
      .items(output)
      .map(({ keys }) => keys[axis])
      .sort(),
    [...expected.keys()].sort(),
  )
  for (const [label, value] of expected) assertNear(run.at(output, { [axis]: label }), value, 1e-9)
}

function assertConfused(run: Observed, truthOf: (keys: Readonly<Record<string, string>>) => string): void {
  const pairs = run.items<Image>('degraded').map(({ keys, value }) => [truthOf(keys), expectedOf(value).label] as const)
  const { columns, rows } = run.at<Table>('confusion')
  const names = [...new Set(pairs.flat())].sort()
  assert.deepEqual(columns, ['truth', ...names])
  assert.deepEqual(
    rows,
    names.map((t) => [t, ...names.map((p) => pairs.filter(([a, b]) => a === t && b === p).length)]),
  )
  assertNear(run.at('accuracy'), pairs.filter(([t, p]) => t === p).length / pairs.length, 1e-12)
}

/** The part of both pipelines after the degradation. */
function buildRouting(p: PipelineBuilder, photo: Ref<'image'>, degraded: Ref<'image'>) {
  const predicted = p.add('predicted', classify, { in: { image: degraded } })
  const denoised = p.add('denoised', restore, { in: { image: degraded }, with: { model: './models/tg-15.bin' } })
  const sharpened = p.add('sharpened', restore, { in: { image: degraded }, with: { model: './models/gan-4.bin' } })
  const cases = { noise: denoised, blur: sharpened }
  const restored = p.select('restored', predicted, cases, { default: degraded, min_confidence: 0.6 })
  return { predicted, score: p.add('psnr', psnr, { in: { image: restored, reference: photo } }) }
}

describe('DCPT with kinds as an axis', () => {
  const document = documentOf('dcpt-kinds.yaml')
  let run: Observed

  before(async () => {
    run = await observe('dcpt-kinds.yaml')
  })

  it('plans the instances that the method has', async () => {
    assert.deepEqual(await planned('dcpt-kinds.yaml'), {
      photo: 3,
      noise: 3,
      blur: 3,
      jpeg: 3,
      // Three kinds of each photo.
      predicted: 3 * 3,
      denoised: 3 * 3,
      sharpened: 3 * 3,
      psnr: 3 * 3,
      by_true: 3,
      by_predicted: undefined,
      confusion: 1,
    })
  })

  it('computes each instance once, and of the branches only what was selected', () => {
    const taken = (branch: string): number =>
      run.items<Image>('degraded').filter(({ value }) => expectedOf(value).branch === branch).length
    assert.deepEqual(run.ran, {
      ...{ photo: 3, noise: 3, blur: 3, jpeg: 3, predicted: 9, psnr: 9, by_true: 3, confusion: 1 },
      denoised: taken('noise'),
      sharpened: taken('blur'),
      by_predicted: run.items('by_predicted').length,
    })
  })

  it('selects the branch by label, and the default below the least confidence', () => assertRouted(run))

  it('scores by true and by predicted kind', () => {
    assertGrouped(
      run,
      'by_true',
      'kind',
      meansBy(run, (keys) => keys['kind'] ?? ''),
    )
    assertGrouped(
      run,
      'by_predicted',
      'told',
      meansBy(run, (keys) => run.at<Label>('predicted', keys).label),
    )
  })

  it('counts confusions over all axes, with the axis itself as the truth', () =>
    assertConfused(run, (keys) => keys['kind'] ?? ''))

  it('draws the same beside an unrelated axis and node', () => assertDrawsKept(document, run))

  it('is what the builder writes', () => {
    const p = pipeline('dcpt-kinds', { seed: 4 })
    const photo = p.input('photo', 'image', { each: 'photos/*.png' })
    const noisy = p.add('noise', noise, { in: { image: photo }, with: { level: { $uniform: [1, 30] } } })
    const soft = p.add('blur', blur, { in: { image: photo }, with: { sigma: { $uniform: [0.2, 3] } } })
    const packed = p.add('jpeg', jpeg, { in: { image: photo }, with: { quality: { $uniform: [60, 95] } } })
    const degraded = p.stack('degraded', 'kind', { noise: noisy, blur: soft, jpeg: packed })
    const { predicted, score } = buildRouting(p, photo, degraded)
    const byTrue = p.add('by_true', meanNode, { in: { values: score }, over: 'photo' })
    const byPredicted = p.add('by_predicted', meanNode, {
      in: { values: score },
      over: ['photo', 'kind'],
      by: predicted,
      as: 'told',
    })
    const matrix = p.add('confusion', confusion, { in: { predicted }, with: { truth: { $axis: 'kind' } }, over: '*' })
    p.output('degraded', degraded).output('predicted', predicted).output('psnr', score)
    p.output('by_true', byTrue).output('by_predicted', byPredicted)
    p.output('confusion', matrix.table).output('accuracy', matrix.accuracy)
    assert.deepEqual(p.toDocument(), document)
  })
})

describe('DCPT with kinds as a random mixture', () => {
  const document = documentOf('dcpt-mixture.yaml')
  let run: Observed
  const truthOf = (keys: Readonly<Record<string, string>>): string => run.at<Label>('truth', keys).label

  before(async () => {
    run = await observe('dcpt-mixture.yaml')
  })

  it('plans the instances that the method has', async () => {
    assert.deepEqual(await planned('dcpt-mixture.yaml'), {
      photo: 3,
      // Six draws for each photo, of one kind each.
      'degraded/noise/noise': 3 * 6,
      'degraded/blur/blur': 3 * 6,
      'degraded/jpeg/jpeg': 3 * 6,
      predicted: 3 * 6,
      denoised: 3 * 6,
      sharpened: 3 * 6,
      psnr: 3 * 6,
      by_true: undefined,
      by_predicted: undefined,
      confusion: 1,
    })
  })

  it('computes each instance once, and of kinds and branches only what was drawn and selected', () => {
    const images = run.items<Image>('degraded')
    const kinds = (kind: string): number => images.filter(({ keys }) => truthOf(keys) === kind).length
    const taken = (branch: string): number => images.filter(({ value }) => expectedOf(value).branch === branch).length
    const { by_true: trueMeans = 0, by_predicted: toldMeans = 0, ...others } = run.ran
    // All blurred pictures are told as such, so that one of the means is the same work in both.
    assert.equal(trueMeans + toldMeans, run.items('by_true').length + run.items('by_predicted').length - 1)
    assert.deepEqual(others, {
      photo: 3,
      'degraded/noise/noise': kinds('noise'),
      'degraded/blur/blur': kinds('blur'),
      'degraded/jpeg/jpeg': kinds('jpeg'),
      predicted: 18,
      denoised: taken('noise'),
      sharpened: taken('blur'),
      psnr: 18,
      confusion: 1,
    })
  })

  it('tells as the truth what was drawn', () => {
    for (const { keys, value } of run.items<Image>('degraded'))
      assert.equal(readDiary(value).steps[0]?.step, truthOf(keys))
  })

  it('draws each kind by its weight', async () => {
    const many = await observe('dcpt-mixture.yaml', {
      params: { draws: 2000 },
      only: ['truth'],
      where: { photo: ['a'] },
    })
    const labels = many.items<Label>('truth').map(({ value }) => value.label)
    assert.equal(labels.length, 2000)
    // Four standard deviations of a share p of n: 4 sqrt(p (1 - p) / n).
    for (const [kind, share] of [
      ['noise', 0.25],
      ['blur', 0.25],
      ['jpeg', 0.5],
    ] as const)
      assertNear(
        labels.filter((label) => label === kind).length / 2000,
        share,
        4 * Math.sqrt((share * (1 - share)) / 2000),
        kind,
      )
  })

  it('selects the branch by label, and the default below the least confidence', () => assertRouted(run))

  it('scores by true and by predicted kind', () => {
    assertGrouped(run, 'by_true', 'kind', meansBy(run, truthOf))
    assertGrouped(
      run,
      'by_predicted',
      'told',
      meansBy(run, (keys) => run.at<Label>('predicted', keys).label),
    )
  })

  it('counts confusions over all axes', () => assertConfused(run, truthOf))

  it('draws the same beside an unrelated axis and node', () => assertDrawsKept(document, run))

  it('is what the builder writes', () => {
    const p = pipeline('dcpt-mixture', { seed: 4 })
    const draws = p.param('draws', { type: 'integer', default: 6 })
    p.axis('draw', { count: draws })
    const photo = p.input('photo', 'image', { each: 'photos/*.png' })
    const degraded = p.choose(
      'degraded',
      {
        noise: { steps: [step(noise, { with: { level: { $uniform: [1, 30] } } })] },
        blur: { steps: [step(blur, { with: { sigma: { $uniform: [0.2, 3] } } })] },
        jpeg: { weight: 2, steps: [step(jpeg, { with: { quality: { $uniform: [60, 95] } } })] },
      },
      { in: photo, along: ['draw'] },
    )
    const { predicted, score } = buildRouting(p, photo, degraded)
    const over = ['photo', 'draw']
    const byTrue = p.add('by_true', meanNode, { in: { values: score }, over, by: degraded.choice, as: 'kind' })
    const byPredicted = p.add('by_predicted', meanNode, { in: { values: score }, over, by: predicted, as: 'told' })
    const matrix = p.add('confusion', confusion, { in: { predicted, truth: degraded.choice }, over: '*' })
    p.output('degraded', degraded).output('truth', degraded.choice).output('predicted', predicted).output('psnr', score)
    p.output('by_true', byTrue).output('by_predicted', byPredicted)
    p.output('confusion', matrix.table).output('accuracy', matrix.accuracy)
    assert.deepEqual(p.toDocument(), document)
  })
})
