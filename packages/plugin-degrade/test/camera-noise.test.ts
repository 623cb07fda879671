import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { inverse, rgbToCamera } from '../src/camera/color-matrix.js'
import { inverseSmoothstep, toRawLight } from '../src/camera/raw-light.js'
import { cameraNoise } from '../src/index.js'
import { product } from '../src/noise/symmetric-matrix.js'
import { imageOf, maxDifference, testContext } from './context.js'
import { patternS } from './pattern-s.js'

const base = {
  shot: 0,
  read: 0,
  exposure_gain: 1.2,
  red_gain: 2,
  blue_gain: 1.6,
  cameras: [0.4, 0.3, 0.2, 0.1],
  mosaic: false,
  tones: false,
}
const noisy = (image: Image, params: Partial<typeof base> = {}, seed = 1) =>
  (cameraNoise.run({ image }, { ...base, ...params }, testContext(seed)) as { image: Image }).image
const pixel = ({ data, width, height }: Image, y: number, x: number) =>
  [0, 1, 2].map((c) => data[(c * height + y) * width + x]!)
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length

// Expected values: the formulas of unprocess.py and process.py (timothybrooks/unprocessing) in NumPy 1.24, float64.
describe('degrade/camera-noise', () => {
  it('inverts the tone curve (0.1 -> 0.19580011, 0.25 -> 0.32635182)', () => {
    assert.ok(Math.abs(inverseSmoothstep(0.1) - 0.19580011) < 1e-8)
    assert.ok(Math.abs(inverseSmoothstep(0.25) - 0.32635182) < 1e-8)
  })

  it('mixes camera matrices that keep white, and inverts them', () => {
    const matrix = rgbToCamera([0.4, 0.3, 0.2, 0.1])
    for (const row of matrix) assert.ok(Math.abs(row[0]! + row[1]! + row[2]! - 1) < 1e-12)
    const unit = product(matrix, inverse(matrix)).flat()
    assert.ok(maxDifference(unit, [1, 0, 0, 0, 1, 0, 0, 0, 1]) < 1e-12)
  })

  it('unprocesses S 10x8 as the reference formulas to 1e-6', () => {
    const image = patternS(10, 8)
    const data = image.data.slice()
    toRawLight(data, { rgbToCamera: rgbToCamera(base.cameras), exposureGain: 1.2, redGain: 2, blueGain: 1.6 })
    assert.ok(maxDifference(pixel({ ...image, data }, 0, 0), [0.17275298, 0.22694058, 0.08787307]) < 1e-6)
    assert.ok(maxDifference(pixel({ ...image, data }, 5, 7), [0.11545031, 0.14608847, 0.06117349]) < 1e-6)
    assert.ok(Math.abs(mean(data) - 0.12287873746) < 1e-6)
  })

  it('processes again without noise, with and without mosaic, as the reference formulas to 1e-6', () => {
    const plain = noisy(patternS(10, 8))
    assert.ok(maxDifference(pixel(plain, 0, 0), [0.66808419, 0.50975721, 0.36376624]) < 1e-6)
    assert.ok(maxDifference(pixel(plain, 5, 7), [0.55922149, 0.41314369, 0.31726395]) < 1e-6)
    assert.ok(Math.abs(mean(plain.data) - 0.45271277561) < 1e-6)
    const measured = noisy(patternS(10, 8), { mosaic: true })
    assert.ok(maxDifference(pixel(measured, 0, 0), [0.67154655, 0.5006721, 0.34103795]) < 1e-6)
    assert.ok(maxDifference(pixel(measured, 5, 7), [0.55883783, 0.41248289, 0.31755597]) < 1e-6)
    assert.ok(maxDifference(pixel(measured, 7, 9), [0.54476632, 0.38573204, 0.31207341]) < 1e-6)
    assert.ok(Math.abs(mean(measured.data) - 0.45284363022) < 1e-6)
  })

  it('gives the picture back without noise when tones are applied again', () => {
    const image = imageOf({ width: 20, height: 20, channels: 3 }, (c, y, x) => 0.2 + 0.02 * x + 0.005 * y + 0.03 * c)
    assert.ok(maxDifference(noisy(image, { tones: true }).data, image.data) < 1e-5)
  })

  it('has raw noise of variance shot x + read (n = 196608, 4 standard errors)', () => {
    // Unit gains and a gray level: the development is one curve, inverted here.
    const image = imageOf({ width: 256, height: 256, channels: 3 }, () => 0.5)
    const params = { exposure_gain: 1, red_gain: 1, blue_gain: 1, shot: 0.0004, read: 0.0001 }
    const { data } = noisy(image, { ...params, cameras: [1, 0, 0, 0] })
    const light = inverseSmoothstep(0.5) ** 2.2
    const matrix = rgbToCamera([1, 0, 0, 0])
    const size = 256 * 256
    const raw = [0, 1, 2].map((row) =>
      Float64Array.from({ length: size }, (_, i) =>
        [0, 1, 2].reduce((sum, c) => sum + matrix[row]![c]! * data[c * size + i]! ** 2.2, 0),
      ),
    )
    for (const plane of raw) {
      const average = plane.reduce((sum, x) => sum + x, 0) / size
      const variance = plane.reduce((sum, x) => sum + (x - light) ** 2, 0) / size
      const expected = 0.0004 * light + 0.0001
      assert.ok(Math.abs(average - light) < 4 * Math.sqrt(expected / size))
      assert.ok(Math.abs(variance / expected - 1) < 4 * Math.sqrt(2 / size), `${variance} ${expected}`)
    }
  })

  it('makes coarser noise with a mosaic, leaves alpha alone and refuses gray images', () => {
    const image = imageOf({ width: 64, height: 64, channels: 3, alpha: true }, () => 0.4)
    const params = { shot: 0.01, read: 0.001, tones: true }
    const neighbours = ({ data }: Image) => {
      const level = mean(data)
      let product = 0
      for (let i = 0; i < 4095; i++) product += (data[i]! - level) * (data[i + 1]! - level)
      return product
    }
    assert.ok(neighbours(noisy(image, { ...params, mosaic: true })) > 5 * Math.abs(neighbours(noisy(image, params))))
    assert.deepEqual(noisy(image, params).alpha, image.alpha)
    assert.throws(() => noisy(imageOf({ width: 4, height: 4, channels: 1 }, () => 0)), { code: 'E_PARAM' })
  })
})
