import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { openCvGaussianTaps } from '../src/convolution/gaussian.js'
import { usmSharpen } from '../src/index.js'
import { imageOf, maxDifference, testContext } from './context.js'
import { goldenAvailable, readImage } from './golden.js'
import { patternS } from './pattern-s.js'

type Params = Parameters<typeof usmSharpen.run>[1]
const run = (image: Image, params: Partial<Params> = {}) =>
  (
    usmSharpen.run({ image }, { weight: 0.5, threshold: 10, kernel_size: 51, ...params }, testContext()) as {
      image: Image
    }
  ).image

describe('degrade/usm-sharpen', () => {
  it("has OpenCV's automatic Gaussian: sigma 8 at size 51, fixed tables up to 7", () => {
    const taps = openCvGaussianTaps(51)
    assert.ok(Math.abs(taps[25]! - 0.0499389390613) < 1e-8 && Math.abs(taps[0]! - 0.000378321294237) < 1e-9)
    assert.deepEqual([...openCvGaussianTaps(7)].slice(0, 4), [0.03125, 0.109375, 0.21875, 0.28125])
    assert.notDeepEqual(openCvGaussianTaps(7, 1), openCvGaussianTaps(7))
  })

  it('equals USMSharp of BasicSR (pattern S, 96x96) to 1e-6', () => {
    const image = patternS(96, 96)
    const { data } = run(image)
    assert.ok(maxDifference(data.subarray(0, 4), [0.8710938, 0.8555092, 0.8401052, 0.8249161]) < 1e-6)
    const middle = 96 * 96 + 48 * 96 + 40
    assert.ok(maxDifference(data.subarray(middle, middle + 4), [0.4434644, 0.4514874, 0.4595129, 0.3162978]) < 1e-6)
    const mean = data.reduce((sum, sample) => sum + sample, 0) / data.length
    assert.ok(Math.abs(mean - 0.499947085) < 1e-6)
    assert.ok(Math.abs(maxDifference(data, image.data) - 0.06196674) < 1e-6)
  })

  it('sharpens nothing below the threshold, and clips what it sharpens', () => {
    const faint = imageOf({ width: 40, height: 30, channels: 1 }, (_c, _y, x) => 0.5 + (x >= 20 ? 0.03 : 0))
    assert.ok(maxDifference(run(faint).data, faint.data) < 1e-6)
    assert.ok(maxDifference(run(faint, { threshold: 2 }).data, faint.data) > 3e-3)
    const steep = imageOf({ width: 40, height: 30, channels: 1 }, (_c, _y, x) => (x >= 20 ? 1 : 0))
    const { data } = run(steep, { weight: 4 })
    assert.ok(Math.min(...data) >= 0 && Math.max(...data) <= 1 + 1e-6)
  })

  it('works on one pixel and 7x5, leaves alpha alone and keeps the metadata', () => {
    const pixel = imageOf({ width: 1, height: 1, channels: 3 }, (c) => c / 4)
    assert.ok(maxDifference(run(pixel).data, pixel.data) < 1e-6)
    const metadata = { bitDepth: 16 } as const
    const image = imageOf({ width: 7, height: 5, channels: 3, alpha: true, metadata }, (_c, y, x) => (x * y) / 30)
    const sharpened = run(image)
    assert.deepEqual(sharpened.alpha, image.alpha)
    assert.deepEqual(sharpened.metadata, metadata)
  })

  it('equals usm_sharp and USMSharp of BasicSR to 1e-5', function () {
    if (!goldenAvailable) {
      console.log('      reference outputs are not there')
      this.skip()
    }
    const image = readImage('usm/input.npy')
    for (const [name, weight, kernel_size, threshold] of [
      ['0p5_50_10', 0.5, 51, 10],
      ['1p0_21_5', 1, 21, 5],
    ] as const) {
      const { data } = run(image, { weight, kernel_size, threshold })
      for (const version of ['np', 'pt']) {
        assert.ok(maxDifference(data, readImage(`usm/${version}_${name}.npy`).data) < 1e-5, `${version} ${name}`)
      }
    }
  })
})
