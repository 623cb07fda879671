import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createImage, createStream, type Image, KintsugiError } from '@kintsugi/core'
import { brisque, brisqueFeatures, colorDrift, noiseLevel, perceptualIndex, sharpness } from '../src/index.js'
import { imageOf, scoreOf, testContext } from './context.js'
import { type Pattern, pattern } from './patterns.js'

const within = (found: number, expected: number, tolerance: number, of = '') =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${of}: ${found} instead of ${expected}`)
const code = (expected: string) => (error: unknown) => error instanceof KintsugiError && error.code === expected
const settings = { border: 0, color_space: 'yiq_rounded', quantize: true } as const

const featuresOf = (image: Image): readonly number[] =>
  (brisqueFeatures.run({ image }, settings, testContext) as { features: { values: readonly number[] } }).features.values

describe('metrics/brisque', () => {
  // pyiqa, version original: image, index of the first feature, features.
  const answers: readonly [Pattern, number, readonly number[]][] = [
    ['N', 0, [2.44, 0.23511269, 0.788, 0.03835373, 0.04479523, 0.07273649, 0.793, 0.03760172, 0.04467055]],
    ['N', 18, [1.763, 0.16406859, 0.634, 0.09399488]],
    ['M', 0, [1.562, 0.07281637, 0.53, 0.05451828, 0.00078102, 0.01552919]],
  ]
  it('has the features of pyiqa to 1e-5', () => {
    for (const [name, start, expected] of answers) {
      const found = featuresOf(pattern(name, 288, 384))
      expected.forEach((value, i) => within(found[start + i]!, value, 1e-5, `${name} ${start + i}`))
    }
  })

  it('scores by a libsvm model: a_1 exp(-gamma |f - v_1|^2) + ... - rho', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kintsugi-brisque-'))
    try {
      const image = pattern('N', 288, 384)
      const model = join(folder, 'allmodel')
      const zero =
        'svm_type epsilon_svr\nkernel_type rbf\ngamma 0.05\nnr_class 2\ntotal_sv 2\nrho -150\nSV\n7 1:0\n-2 1:1 36:0.5\n'
      writeFileSync(model, zero)
      const { score } = await brisque.run({ image }, { ...settings, model }, testContext)
      // Scaled features by hand: 2.44 between 0.338 and 10 is -0.56489; the distances follow from all 36.
      assert.ok(score > 150 - 2 && score < 150 + 7, `${score}`)
      writeFileSync(model, zero.replace('7 1:0', '7 40:0'))
      await assert.rejects(
        async () => brisque.run({ image }, { ...settings, model }, testContext),
        code('E_METRIC_PARAMETERS'),
      )
      writeFileSync(model, 'nothing')
      await assert.rejects(
        async () => brisque.run({ image }, { ...settings, model }, testContext),
        code('E_METRIC_PARAMETERS'),
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses an image without structure', () => {
    assert.throws(() => featuresOf(createImage({ width: 32, height: 32, channels: 3 })), code('E_METRIC_FLAT'))
  })
})

describe('other no-reference metrics', () => {
  const stream = createStream(new Uint8Array(16).fill(3))
  const noisy = (sigma: number) =>
    imageOf({ width: 128, height: 128, channels: 1 }, () => 128 + sigma * stream.normal())

  it('estimate the level of Gaussian noise to 5 percent', () => {
    for (const sigma of [2, 10, 25]) {
      const image = noisy(sigma)
      for (const estimator of ['immerkaer', 'haar']) {
        within(scoreOf(noiseLevel, { image }, { estimator }), sigma, 0.05 * sigma + 0.15, `${estimator} ${sigma}`)
      }
    }
  })

  it('find the variance of the Laplacian of an impulse: (20 c^2) / n - mean^2', () => {
    const image = imageOf({ width: 9, height: 9, channels: 1 }, (_c, y, x) => (x === 4 && y === 4 ? 100 : 0))
    within(scoreOf(sharpness, { image }), (20 * 100 ** 2) / 81, 1e-9)
  })

  it('find a blurred picture less sharp', () => {
    const [sharp, soft] = [pattern('N', 96, 96), pattern('M', 96, 96)].map((image) => scoreOf(sharpness, { image }))
    assert.ok(sharp! > 2 * soft!, `${sharp} and ${soft}`)
  })

  it('find a drift to yellow', () => {
    const reference = pattern('S', 40, 40)
    const image = imageOf({ width: 40, height: 40, channels: 3 }, (c, y, x) => {
      const level = Math.round(reference.data[(c * 40 + y) * 40 + x]! * 255)
      return c === 2 ? Math.max(level - 40, 0) : level
    })
    const { yellow } = colorDrift.run({ image, reference }, { border: 0, quantize: true }, testContext) as {
      yellow: number
    }
    assert.ok(yellow > 5, `${yellow}`)
    assert.equal(scoreOf(colorDrift, { image, reference: image }), 0)
  })

  it('combine to the perceptual index', () => {
    assert.equal(scoreOf(perceptualIndex, { niqe: 5.0304, ma: 8.9394 }), (10 - 8.9394 + 5.0304) / 2)
  })
})
