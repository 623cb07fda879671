import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { gaussianNoise } from '../src/index.js'
import { imageOf, maxDifference, testContext } from './context.js'
import { goldenAvailable, readArray, readImage } from './golden.js'

type Params = Parameters<typeof gaussianNoise.run>[1]
const run = (image: Image, params: Partial<Params>, context = testContext(3)) =>
  (gaussianNoise.run({ image }, { sigma: 25, kind: 'color', clip: true, ...params }, context) as { image: Image }).image

const gray = (value: number, side = 256) => imageOf({ width: side, height: side, channels: 3 }, () => value)

/** The noise of an image that was `value` everywhere, in units of its standard deviation. */
const standardised = (image: Image, value: number, sigma: number) =>
  Float64Array.from(image.data, (sample) => (sample - value) / (sigma / 255))

/** Kolmogorov-Smirnov distance of samples from the standard normal distribution. */
function distanceFromNormal(samples: Float64Array): number {
  const sorted = samples.slice().sort()
  let most = 0
  sorted.forEach((x, i) => {
    const p = normalDistribution(x)
    most = Math.max(most, Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length))
  })
  return most
}

/** Distribution function of the standard normal: its series phi(x) (x + x^3/3 + x^5/15 + ...) + 1/2, exact to 1e-12 for |x| < 7. */
function normalDistribution(x: number): number {
  let [term, sum] = [x, x]
  for (let n = 3; Math.abs(term) > 1e-16 * Math.abs(sum); n += 2) {
    term *= (x * x) / n
    sum += term
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI)
}

describe('degrade/gaussian-noise', () => {
  it('adds noise of the stated moments (n = 196608: mean to 4 standard errors, variance, skewness and kurtosis likewise)', () => {
    const z = standardised(run(gray(0.5), { sigma: 10 }), 0.5, 10)
    const moment = (power: number) => z.reduce((sum, value) => sum + value ** power, 0) / z.length
    assert.ok(Math.abs(moment(1)) < 4 / Math.sqrt(z.length))
    assert.ok(Math.abs(moment(2) - 1) < 4 * Math.sqrt(2 / z.length))
    assert.ok(Math.abs(moment(3)) < 4 * Math.sqrt(15 / z.length))
    assert.ok(Math.abs(moment(4) - 3) < 4 * Math.sqrt(96 / z.length))
  })

  for (const seed of [1, 2, 3]) {
    it(`is normal by Kolmogorov and Smirnov at 1 %, key ${seed}`, () => {
      const z = standardised(run(gray(0.5, 128), { sigma: 10 }, testContext(seed)), 0.5, 10)
      assert.ok(distanceFromNormal(z) < 1.628 / Math.sqrt(z.length))
    })
  }

  it('is uncorrelated between channels and between neighbours when coloured', () => {
    const z = standardised(run(gray(0.5), { sigma: 10 }), 0.5, 10)
    const plane = 256 * 256
    const correlation = (lag: number) => {
      let sum = 0
      for (let i = 0; i < plane; i++) sum += z[i]! * z[i + lag]!
      return sum / plane
    }
    for (const lag of [1, 256, plane, 2 * plane]) assert.ok(Math.abs(correlation(lag)) < 4 / 256, `lag ${lag}`)
  })

  it('adds the same value to all channels when gray', () => {
    const { data } = run(gray(0.5, 16), { kind: 'gray', sigma: 10 })
    assert.deepEqual(data.subarray(0, 256), data.subarray(256, 512))
    assert.deepEqual(data.subarray(0, 256), data.subarray(512))
  })

  it('adds to a gray image what it adds to the first channel of a coloured one', () => {
    const one = imageOf({ width: 16, height: 16, channels: 1 }, () => 0.5)
    assert.deepEqual(run(one, {}).data, run(gray(0.5, 16), {}).data.subarray(0, 256))
  })

  it('clips, unless told not to', () => {
    const clipped = run(gray(1, 16), { sigma: 50 }).data
    const open = run(gray(1, 16), { sigma: 50, clip: false }).data
    assert.ok(Math.max(...clipped) === 1 && Math.max(...open) > 1.1)
    assert.deepEqual(
      clipped,
      open.map((sample) => Math.min(Math.max(sample, 0), 1)),
    )
  })

  it('scales one field with sigma', () => {
    const weak = run(gray(0.5, 16), { sigma: 1, clip: false }).data
    const strong = run(gray(0.5, 16), { sigma: 8, clip: false }).data
    assert.ok(
      maxDifference(
        weak.map((sample) => (sample - 0.5) * 8),
        strong.map((sample) => sample - 0.5),
      ) < 1e-6,
    )
  })

  it('repeats with the same key, differs with another, and leaves the image as it is with sigma 0', () => {
    const image = gray(0.5, 16)
    assert.deepEqual(run(image, {}, testContext(4)).data, run(image, {}, testContext(4)).data)
    assert.notDeepEqual(run(image, {}, testContext(4)).data, run(image, {}, testContext(5)).data)
    assert.deepEqual(run(image, { sigma: 0 }).data, image.data)
  })

  it('leaves alpha alone, keeps the metadata and does not change its input', () => {
    const metadata = { bitDepth: 16 } as const
    const image = imageOf({ width: 7, height: 5, channels: 3, alpha: true, metadata }, () => 0.5)
    const before = image.data.slice()
    const noisy = run(image, {})
    assert.deepEqual(noisy.alpha, image.alpha)
    assert.deepEqual(noisy.metadata, metadata)
    assert.deepEqual(image.data, before)
  })

  it('equals add_gaussian_noise of BasicSR to 1e-6 when given its normal values', function () {
    if (!goldenAvailable) {
      console.log('      reference outputs are not there')
      this.skip()
    }
    for (const [name, sigma, kind] of [
      ['gauss_10_color', 10, 'color'],
      ['gauss_25_color', 25, 'color'],
      ['gauss_10_gray', 10, 'gray'],
      ['gauss_25_gray', 25, 'gray'],
    ] as const) {
      const normal = readArray(`noise/${name}.z.npy`).data
      let from = 0
      const context = testContext()
      const fillNormal = (out: Float32Array | Float64Array) => {
        out.set(normal.subarray(from, (from += out.length)))
      }
      const random = { ...context.random, fillNormal }
      const noisy = run(readImage('noise/input.npy'), { sigma, kind }, { ...context, random })
      assert.ok(maxDifference(noisy.data, readImage(`noise/${name}.npy`).data) < 1e-6, name)
    }
  })
})
