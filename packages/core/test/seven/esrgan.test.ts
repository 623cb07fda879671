import assert from 'node:assert/strict'
import { pipeline, type Table } from '@kintsugi/core'
import { assertDrawsKept, assertNear, documentOf, mean, type Observed, observe, planned } from './harness.js'
import { resize } from './stub-degrade.js'
import { blend, mix, niqe, psnr, restore } from './stub-restore.js'
import { curve, mean as meanNode, table } from './stub-stats.js'

const ALPHAS = [0, 0.2, 0.4, 0.6, 0.8, 1]

describe('ESRGAN as a pipeline', () => {
  const document = documentOf('esrgan.yaml')
  let run: Observed

  before(async () => {
    run = await observe('esrgan.yaml')
  })

  it('plans the instances that the method has, and computes each once', async () => {
    const expected = {
      photo: 3,
      small: 3,
      // One mixed network for each alpha, run on each photo.
      mixed: 6,
      network: 3 * 6,
      // Two pictures for each photo, blended for each alpha.
      faithful: 3,
      vivid: 3,
      image: 3 * 6,
      // Both methods are scored.
      psnr: 3 * 6 * 2,
      niqe: 3 * 6 * 2,
      mean_psnr: 6 * 2,
      mean_niqe: 6 * 2,
      table: 1,
      // A curve for each method.
      curve: 2,
    }
    assert.deepEqual(await planned('esrgan.yaml'), expected)
    assert.deepEqual(run.ran, expected)
  })

  it('tables PSNR and NIQE, one row for each method and alpha', () => {
    const { columns, rows } = run.at<Table>('table')
    assert.deepEqual(columns, ['alpha', 'method', 'psnr', 'niqe'])
    assert.deepEqual(
      rows.map(([alpha, method]) => [alpha, method]),
      ALPHAS.flatMap((alpha) => ['network', 'image'].map((method) => [String(alpha), method])),
    )
    for (const [alpha, method, score, quality] of rows) {
      // What is repaired is the square of a model's strength, 2 and 4: mixing the strengths differs from blending the squares.
      const a = Number(alpha)
      const repaired = method === 'network' ? ((1 - a) * 2 + a * 4) ** 2 : (1 - a) * 4 + a * 16
      assertNear(Number(score), 40 + 10 * mean([0.2, 0.4, 0.6]) - repaired / 5, 1e-5, `${alpha} ${method}`)
      assertNear(Number(quality), repaired / 100, 1e-6, `${alpha} ${method}`)
    }
  })

  it('draws a curve over alpha for each method, which meet at the ends', () => {
    const points = (method: string): string[] => run.at<string>('curve', { method }).split(' ')
    assert.deepEqual(
      points('network').map((point) => point.split(':')[0]),
      ALPHAS.map(String),
    )
    assert.equal(points('network')[0], points('image')[0])
    assert.equal(points('network')[5], points('image')[5])
    assert.notEqual(points('network')[2], points('image')[2])
  })

  it('runs the same beside an unrelated axis and node', () => assertDrawsKept(document, run))

  it('is what the builder writes', () => {
    const p = pipeline('esrgan')
    const alpha = p.axis('alpha', ALPHAS)
    const photo = p.input('photo', 'image', { each: 'photos/*.png' })
    const small = p.add('small', resize, { in: { image: photo }, with: { divide: 4 } })
    const models = { a: './models/psnr-2.bin', b: './models/gan-4.bin' }
    const mixed = p.add('mixed', mix, { with: { ...models, alpha } })
    const network = p.add('network', restore, { in: { image: small, model: mixed }, with: { gamma: 2 } })
    const faithful = p.add('faithful', restore, { in: { image: small }, with: { model: models.a, gamma: 2 } })
    const vivid = p.add('vivid', restore, { in: { image: small }, with: { model: models.b, gamma: 2 } })
    const image = p.add('image', blend, { in: { a: faithful, b: vivid }, with: { alpha } })
    const both = p.stack('both', 'method', { network, image })
    const score = p.add('psnr', psnr, { in: { image: both, reference: photo } })
    const quality = p.add('niqe', niqe, { in: { image: both } })
    const meanPsnr = p.add('mean_psnr', meanNode, { in: { values: score }, over: 'photo' })
    const meanNiqe = p.add('mean_niqe', meanNode, { in: { values: quality }, over: 'photo' })
    const rows = p.add('table', table, { in: { columns: { psnr: meanPsnr, niqe: meanNiqe } }, over: '*' })
    const line = p.add('curve', curve, { in: { y: meanPsnr }, over: 'alpha' })
    p.output('table', rows).output('curve', line)
    assert.deepEqual(p.toDocument(), document)
  })
})
