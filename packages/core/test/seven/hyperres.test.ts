import assert from 'node:assert/strict'
import { type Image, pipeline, type Table } from '@kintsugi/core'
import { readDiary } from './diary.js'
import { assertDrawsKept, assertNear, documentOf, mean, type Observed, observe, planned } from './harness.js'
import { noise } from './stub-degrade.js'
import { estimateLevel, materialise, psnr, restore } from './stub-restore.js'
import { mean as meanNode, table } from './stub-stats.js'

const SIGMAS = [15, 25, 50, 75]
const LEVELS = [15, 35, 55, 75]
const GRAYS = [0.2, 0.4, 0.6]

describe('HyperRes as a pipeline', () => {
  const document = documentOf('hyperres.yaml')
  let run: Observed

  before(async () => {
    run = await observe('hyperres.yaml')
  })

  it('plans the instances that the method has', async () => {
    assert.deepEqual(await planned('hyperres.yaml'), {
      photo: 3,
      noisy: 3 * 4,
      // A network for each level, not for each photo.
      network: 4,
      restored: 3 * 4 * 4,
      psnr: 3 * 4 * 4,
      // An estimate for each noisy picture, and a network for each estimate.
      guess: 3 * 4,
      guessed_network: 3 * 4,
      guessed: 3 * 4,
      guessed_psnr: 3 * 4,
      true_network: 4,
      told: 3 * 4,
      told_psnr: 3 * 4,
      // Four levels, "estimated" and "true", by four sigmas.
      mean_psnr: 6 * 4,
      table: 1,
    })
  })

  it('computes each instance once, and equal ones together', () => {
    assert.deepEqual(run.ran, {
      photo: 3,
      noisy: 12,
      guess: 12,
      guessed_network: 12,
      guessed: 12,
      guessed_psnr: 12,
      // Levels 15 and 75 are sigmas, too: what is told is then the same work as what is fixed, whichever comes first.
      network: 4 + 4 - 2 - (run.ran['true_network'] ?? 0),
      true_network: run.ran['true_network'],
      restored: 48 + 12 - 6 - (run.ran['told'] ?? 0),
      told: run.ran['told'],
      psnr: 48 + 12 - 6 - (run.ran['told_psnr'] ?? 0),
      told_psnr: run.ran['told_psnr'],
      mean_psnr: 24 - 2,
      table: 1,
    })
  })

  it('shares the noise of a photo across sigma, and no other', () => {
    const fields = run
      .items<Image>('noisy')
      .map(({ keys, value }) => ({ keys, field: readDiary(value).steps[0]?.values[3] }))
    for (const photo of ['a', 'b', 'c'])
      assert.equal(new Set(fields.filter(({ keys }) => keys['photo'] === photo).map(({ field }) => field)).size, 1)
    assert.equal(new Set(fields.map(({ field }) => field)).size, 3)
  })

  it('tables level by sigma', () => {
    const { columns, rows } = run.at<Table>('table')
    assert.deepEqual(columns, ['sigma', 'level', 'psnr'])
    assert.equal(rows.length, 24)
    const gray = mean(GRAYS)
    for (const [sigma, level, value] of rows) {
      const used = level === 'estimated' ? Number(sigma) + 3 : level === 'true' ? Number(sigma) : Number(level)
      assertNear(Number(value), 40 + 10 * gray - Math.abs(Number(sigma) - used) / 5, 1e-5, `${sigma} ${level}`)
    }
    assert.deepEqual(
      rows.slice(0, 6).map(([, level]) => level),
      ['15', '35', '55', '75', 'estimated', 'true'],
    )
  })

  it('draws the same beside an unrelated axis and node', () => assertDrawsKept(document, run))

  it('keeps the noise when sigmas are added', async () => {
    const more = structuredClone(document)
    more.axes = { ...more.axes, sigma: [5, ...SIGMAS] }
    const after = await observe(more, { only: ['noisy'] })
    for (const { keys, value } of run.items<Image>('noisy'))
      assert.deepEqual(after.at<Image>('noisy', keys).data, value.data)
  })

  it('is what the builder writes', () => {
    const p = pipeline('hyperres', { seed: 9 })
    const sigma = p.axis('sigma', SIGMAS)
    const row = p.axis('row', LEVELS)
    const photo = p.input('photo', 'image', { each: 'photos/*.png' })
    const noisy = p.add('noisy', noise, {
      in: { image: photo },
      with: { level: sigma },
      random: { pixels: { by: ['photo'] } },
    })
    const network = p.add('network', materialise, { with: { level: row } })
    const restored = p.add('restored', restore, { in: { image: noisy, model: network } })
    const score = p.add('psnr', psnr, { in: { image: restored, reference: photo } })
    const guess = p.add('guess', estimateLevel, { in: { image: noisy } })
    const guessedNetwork = p.add('guessed_network', materialise, { in: { level: guess } })
    const guessed = p.add('guessed', restore, { in: { image: noisy, model: guessedNetwork } })
    const guessedPsnr = p.add('guessed_psnr', psnr, { in: { image: guessed, reference: photo } })
    const trueNetwork = p.add('true_network', materialise, { with: { level: sigma } })
    const told = p.add('told', restore, { in: { image: noisy, model: trueNetwork } })
    const toldPsnr = p.add('told_psnr', psnr, { in: { image: told, reference: photo } })
    const all = p.stack('all', 'level', {
      ...Object.fromEntries(LEVELS.map((level) => [level, score.at('row', level)])),
      estimated: guessedPsnr,
      true: toldPsnr,
    })
    const meanPsnr = p.add('mean_psnr', meanNode, { in: { values: all }, over: 'photo' })
    const rows = p.add('table', table, { in: { columns: { psnr: meanPsnr } }, over: '*' })
    p.output('noisy', noisy).output('mean_psnr', meanPsnr).output('table', rows)
    assert.deepEqual(p.toDocument(), document)
  })
})
