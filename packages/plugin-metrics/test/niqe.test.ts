import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createImage, type Image, KintsugiError } from '@kintsugi/core'
import { readNiqeModel } from '../src/files/niqe-file.js'
import { niqe, niqeFit } from '../src/index.js'
import { planesOf, roundHalfEven } from '../src/pair/planes.js'
import { fitPlane } from '../src/scene/asymmetric-gaussian.js'
import { blockFeatures } from '../src/scene/niqe-features.js'
import { pristineModel } from '../src/scene/niqe-pristine.js'
import { vectorOfModel } from '../src/scene/niqe-vector.js'
import { normalised } from '../src/scene/normalised.js'
import { imageOf, seriesOf, testContext } from './context.js'
import { goldenFolder, goldenImage, goldenValues } from './golden.js'
import { matFile } from './mat-file.js'
import { type Pattern, pattern } from './patterns.js'

type Params = Parameters<typeof niqe.run>[1]
const defaults: Params = { border: 0, color_space: 'y', quantize: true }
const score = async (image: Image, params: Partial<Params> = {}) =>
  (await niqe.run({ image, pristine: undefined }, { ...defaults, ...params }, testContext)).score
const within = (found: number, expected: number, part: number, of = '') =>
  assert.ok(Math.abs(found - expected) <= part * Math.abs(expected), `${of}: ${found} instead of ${expected}`)
const code = (expected: string) => (error: unknown) => error instanceof KintsugiError && error.code === expected
const official = fileURLToPath(new URL('niqe_pris_params.npz', goldenFolder))

/** BasicSR calculate_niqe with its parameter file, convert_to 'y': image, height, width, border, score. */
const answers: readonly [Pattern, number, number, number, number][] = [
  ['N', 288, 384, 0, 10.2726047474],
  ['N', 288, 384, 4, 10.7990742669],
  ['M', 288, 384, 0, 9.0737326543],
  ['S', 256, 320, 0, 20.1147330582],
  ['S', 192, 192, 0, 21.737678767],
  ['T', 192, 192, 0, 36.706973539],
  ['A', 192, 192, 0, 26.5781092466],
]

describe('metrics/niqe', () => {
  it('fits asymmetric generalised Gaussians as the reference', () => {
    const data = Float64Array.from({ length: 400 }, (_, i) => (((37 * i) % 101) - 50) / (i % 3 === 0 ? 60 : 25))
    const samples = { width: 20, height: 20, data }
    const { alpha, left, right } = fitPlane(samples, [undefined])[0]!
    assert.equal(alpha, 2.69)
    const [, mean] = blockFeatures(samples)
    within(mean!, (1.5834071299 + 1.57957586) / 2, 1e-9)
    within(left / right, 1.5834071299 / 1.57957586, 1e-9)
  })

  it('sees the coefficients and features of BasicSR', () => {
    const image = pattern('N', 288, 384)
    const { width, height, planes } = planesOf(image, defaults)
    const data = Float64Array.from(planes[0]!, roundHalfEven)
    const coefficients = normalised({ width, height, data }, 'replicate')
    for (const [at, expected] of [
      [0, 0.06539356],
      [1, 0.6450844],
      [2, 0.39167595],
      [100 * 384 + 200, -0.21119416],
    ] as const) {
      within(coefficients.data[at]!, expected, 1e-4)
    }
    const features = [
      2.505, 0.729680202, 0.806, 0.031374623, 0.091738111, 0.113457689, 0.806, 0.030429669, 0.092163366, 0.113228785,
      0.85, 0.012533125, 0.107596861, 0.117213035, 0.814, 0.010805654, 0.101384586, 0.109014384,
    ]
    const block = { left: 0, top: 0, width: 96, height: 96 }
    blockFeatures(coefficients, block).forEach((found, i) => within(found, features[i]!, 1e-4, `feature ${i}`))
  })

  it('equals BasicSR with its parameter file to 1e-4', async function () {
    goldenValues(this)
    for (const [name, height, width, border, expected] of answers) {
      const found = await score(pattern(name, height, width), { border, parameters: official })
      within(found, expected, 1e-4, `${name} ${height}x${width}`)
    }
  })

  it('equals pyiqa on the luma of YIQ to 1e-3', async function () {
    goldenValues(this)
    const params = { color_space: 'yiq_rounded', parameters: official } as const
    within(await score(pattern('N', 288, 384), params), 10.1311182757, 1e-3)
    within(await score(pattern('M', 288, 384), params), 8.9286540789, 1e-3)
  })

  it('equals stored values of BasicSR on images of four blocks or more', async function () {
    for (const { image, values, niqeBlocks } of goldenValues(this).blind) {
      for (const border of [0, 4]) {
        if (niqeBlocks[`crop${border}`]! < 4) continue
        const found = await score(await goldenImage(image), { border, parameters: official })
        // Flat and compressed blocks are badly conditioned in the float32 of the reference.
        within(found, values[`basicsr.niqe.y_crop${border}`]!, 2e-2, `${image}, border ${border}`)
      }
    }
  })

  it('has a default model that likes photographs better than noise', async function () {
    goldenValues(this)
    const photo = await score(await goldenImage('blind_img1_288x288_100_100.identical.png'))
    const noisy = await score(await goldenImage('img2_176x203_40_50.noise.png'))
    assert.ok(photo < 6 && noisy > photo, `${photo} and ${noisy}`)
  })

  it('takes the model that metrics/niqe-fit makes', async () => {
    const images = [pattern('N', 288, 384), pattern('N', 192, 288)]
    const params = { ...defaults, sharpness: 0 }
    const series = seriesOf(images.map((image, i) => [{ photo: `${i}` }, image] as const))
    const { pristine, blocks } = await niqeFit.run({ images: series }, params, testContext)
    assert.equal(blocks, 12 + 6)
    const own = (await niqe.run({ image: images[0]!, pristine }, defaults, testContext)).score
    const other = (await niqe.run({ image: pattern('M', 288, 384), pristine }, defaults, testContext)).score
    assert.ok(own < 3 && other > 2 * own, `${own} and ${other}`)
    const sharpest = await niqeFit.run({ images: series }, { ...defaults, sharpness: 1 }, testContext)
    assert.equal(sharpest.blocks, 2)
    const wrong = { ...pristine, codec: 'dasr/33@1' }
    await assert.rejects(
      async () => niqe.run({ image: images[0]!, pristine: wrong }, defaults, testContext),
      code('E_METRIC_VECTOR'),
    )
  })

  it('reads parameters from MATLAB files, deflated or not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kintsugi-niqe-'))
    try {
      const model = pristineModel()
      for (const deflated of [false, true]) {
        const path = join(folder, `${deflated}.mat`)
        writeFileSync(
          path,
          matFile({ mu_prisparam: [1, 36, model.mean], cov_prisparam: [36, 36, model.covariance] }, deflated),
        )
        assert.deepEqual(vectorOfModel(await readNiqeModel(path)), vectorOfModel(model))
      }
      const damaged = join(folder, 'damaged.npz')
      writeFileSync(damaged, 'PK no archive')
      await assert.rejects(readNiqeModel(damaged), code('E_METRIC_PARAMETERS'))
      await assert.rejects(readNiqeModel(join(folder, 'missing.mat')), code('E_FILE'))
      const few = join(folder, 'few.mat')
      writeFileSync(few, matFile({ mu_prisparam: [1, 2, Float64Array.of(1, 2)] }, false))
      await assert.rejects(readNiqeModel(few), code('E_METRIC_PARAMETERS'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses what it cannot score', async () => {
    await assert.rejects(score(pattern('S', 192, 192), { border: 4 }), code('E_IMAGE_SIZE'))
    await assert.rejects(score(pattern('S', 95, 400)), code('E_IMAGE_SIZE'))
    await assert.rejects(score(createImage({ width: 192, height: 192, channels: 3 })), code('E_METRIC_BLOCKS'))
    await assert.rejects(
      score(createImage({ width: 192, height: 192, channels: 1, alpha: true })),
      code('E_IMAGE_ALPHA'),
    )
    const gray = imageOf({ width: 192, height: 96, channels: 1 }, (_c, y, x) => (x * x + y * 31) % 199)
    assert.ok(Number.isFinite(await score(gray)))
  })
})
