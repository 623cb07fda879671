import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnyNodeDefinition, KintsugiError } from '@kintsugi/core'
import {
  type ExplainableMetric,
  explainable,
  explainScore,
  metricFrame,
  niqe,
  type ScoreExplanation,
  scoresByPreset,
} from '../src/index.js'
import { imageOf, testContext } from './context.js'
import { matFile } from './mat-file.js'
import { levels } from './patterns.js'

const rgb = (name: keyof typeof levels, height: number, width: number) =>
  imageOf({ width, height, channels: 3 }, levels[name])
const pairs = {
  P1: [rgb('B', 64, 64), rgb('A', 64, 64)],
  P2: [rgb('T', 96, 128), rgb('S', 96, 128)],
} as const

/** What a node gives with its defaults and these parameters. */
async function scoreWith(
  node: AnyNodeDefinition,
  inputs: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { properties } = node.params as unknown as { properties: Record<string, { default?: unknown }> }
  const defaults = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.default]))
  return ((await node.run(inputs as never, { ...defaults, ...params } as never, testContext)) as { score: number })
    .score
}

describe('explainScore', () => {
  const sum = ({ from, steps }: ScoreExplanation) =>
    steps.reduce((total, { change }) => total + Number(change), Number(from.score))

  it('goes from one protocol to another in steps that add up', async () => {
    const [image, reference] = pairs.P2
    const explanation = await explainScore('ssim', image, reference, { preset: 'tgsr' }, { preset: 'pyiqa' })
    const { from, to, steps } = explanation
    assert.ok(Math.abs(from.score! - 0.819837872) < 1e-9)
    assert.ok(Math.abs(to.score! - 0.7992867537) < 1e-6)
    assert.deepEqual(
      steps.map(({ convention }) => convention),
      ['border', 'color_space', 'clamp_contrast'],
    )
    assert.ok(Math.abs(sum(explanation) - to.score!) < 1e-12)
  })

  it('has a step for each convention that differs, and none where nothing does', async () => {
    const [image, reference] = pairs.P1
    const { steps } = await explainScore('psnr', image, reference, { preset: 'skimage' }, { preset: 'matlab' })
    assert.deepEqual(
      steps.map(({ convention, to }) => [convention, to]),
      [['color_space', 'y_rounded']],
    )
    const same = await explainScore('psnr', image, reference, { preset: 'tgsr' }, { preset: 'dasr' })
    assert.deepEqual([same.steps, same.unfollowed], [[], []])
  })

  it('scores a pair by every preset, those that it is too small for left open', async () => {
    const [image, reference] = [rgb('A', 12, 12), rgb('B', 12, 12)]
    const found = await scoresByPreset('ssim', image, reference)
    const scores = Object.fromEntries(found.map(({ preset, score: s }) => [preset, s]))
    assert.equal(scores.tgsr, undefined)
    assert.equal(typeof scores.basicsr, 'number')
    assert.deepEqual(await scoresByPreset('gmsd', image, reference), [])
  })

  it('takes every metric of images from its defaults to another border, and agrees with the node itself', async function () {
    this.timeout(120_000)
    const [image, reference] = [rgb('T', 176, 208), rgb('S', 176, 208)]
    for (const metric of Object.keys(explainable) as ExplainableMetric[]) {
      const { scores, missing } = metricFrame(metric)
      const truth = scores === 'pair' ? reference : undefined
      const explanation = await explainScore(metric, image, truth, {}, { border: 4, quantize: false })
      assert.deepEqual(
        explanation.steps.map(({ convention, from, to }) => [convention, from, to]),
        [
          ['border', 0, 4],
          ['quantize', true, false],
        ],
        metric,
      )
      if (missing({}) !== undefined) {
        assert.deepEqual([explanation.from.score, explanation.steps[0]!.score], [null, null], metric)
        continue
      }
      assert.ok(Math.abs(sum(explanation) - explanation.to.score!) < 1e-9, metric)
      const params = { border: 4, quantize: false }
      const whole = await scoreWith(explainable[metric], { image, reference: truth }, params)
      assert.equal(explanation.to.score, whole, metric)
    }
    assert.deepEqual(
      Object.keys(explainable).filter((name) => metricFrame(name as ExplainableMetric).missing({})),
      ['brisque', 'lpips', 'dists'],
    )
  })

  it('says which facts scores do not follow: a model whose file is not at hand', async () => {
    const image = rgb('S', 192, 288)
    const official = { border: 0, color_space: 'y', quantize: true, implementation: 'BasicSR', pristine: 'official' }
    const { steps, unfollowed } = await explainScore('niqe', image, undefined, official, { color_space: 'yiq_rounded' })
    assert.deepEqual(
      steps.map(({ convention }) => convention),
      ['color_space'],
    )
    assert.deepEqual(unfollowed, [{ convention: 'pristine', from: 'official', to: 'Kintsugi', used: 'Kintsugi' }])
  })

  it('follows a file that a parameter names', async () => {
    const image = rgb('S', 192, 288)
    const folder = mkdtempSync(join(tmpdir(), 'kintsugi-explain-'))
    after(() => rmSync(folder, { recursive: true }))
    const model = join(folder, 'plain.mat')
    const identity = Float64Array.from({ length: 36 ** 2 }, (_, i) => Number(i % 37 === 0))
    const mean = new Float64Array(36).fill(0.5)
    writeFileSync(model, matFile({ mu_prisparam: [1, 36, mean], cov_prisparam: [36, 36, identity] }, false))
    const { steps, unfollowed, to } = await explainScore('niqe', image, undefined, {}, { parameters: model })
    assert.deepEqual(
      [steps.map(({ convention, to: name }) => [convention, name]), unfollowed],
      [[['pristine', 'plain']], []],
    )
    assert.notEqual(steps[0]!.change, 0)
    assert.equal(to.score, await scoreWith(niqe, { image }, { parameters: model }))
  })

  it('tells of networks what differs, without scores', async () => {
    const [image, reference] = pairs.P1
    const stated = { border: 0, quantize: true, backbone: 'vgg', color_space: 'rgb', version: '0.1' }
    const { steps, missing } = await explainScore('lpips', image, reference, stated, { heads: 'weights/alex.pth' })
    assert.deepEqual(steps, [{ convention: 'backbone', from: 'vgg', to: 'alex', score: null, change: null }])
    assert.equal(missing, 'trunk')
    const named = await explainScore('dists', image, reference, { weights: 'files/old.pt' }, { weights: 'new' })
    assert.deepEqual(named.steps, [{ convention: 'weights', from: 'old', to: 'new', score: null, change: null }])
  })

  it('refuses to compare an image with nothing', async () => {
    await assert.rejects(
      explainScore('gmsd', pairs.P1[0], undefined, {}, {}),
      (error) => error instanceof KintsugiError && error.code === 'E_METRIC_PAIR',
    )
  })
})
