import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { mosaic } from '../src/index.js'
import { imageOf, patternA, testContext } from './context.js'
import { patternS } from './pattern-s.js'

const base = { pattern: 'rggb', demosaicing: 'edge-aware', swap: false } as const
const mosaicked = (image: Image, params: Partial<Parameters<(typeof mosaic)['run']>[1]> = {}) =>
  (mosaic.run({ image }, { ...base, ...params }, testContext()) as { image: Image }).image
const levels = ({ data, width, height }: Image, y: number, x: number) =>
  [0, 1, 2].map((c) => data[(c * height + y) * width + x]! * 255)
const close = (found: number[], expected: number[]) =>
  found.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) < 1e-4, `${found.join(' ')}`)
  })

describe('degrade/mosaic', () => {
  it('equals COLOR_BAYER_BG2BGR_EA of OpenCV 4.6 on a mosaic of S 8x8, red and blue in their places', () => {
    const result = mosaicked(patternS(8, 8))
    close(levels(result, 4, 4), [180, 120, 68])
    close(levels(result, 0, 0), [201, 141, 81])
    close(levels(result, 3, 5), [181, 121, 71])
    close(levels(result, 7, 7), [167, 107, 67])
    assert.equal(Math.round(result.data.reduce((sum, x) => sum + x * 255, 0)), 24171)
  })

  it('exchanges red and blue when asked, as the code of DCPT', () => {
    close(levels(mosaicked(patternS(8, 8), { swap: true }), 4, 4), [68, 120, 180])
  })

  it('keeps what was measured, under every pattern', () => {
    const image = patternA({ width: 9, height: 7, channels: 3, alpha: true })
    for (const pattern of ['rggb', 'bggr', 'grbg', 'gbrg'] as const) {
      const bare = mosaicked(image, { pattern, demosaicing: 'none' })
      const full = mosaicked(image, { pattern, demosaicing: 'bilinear' })
      const kept = bare.data.map((x, i) => (x === 0 ? 0 : image.data[i]! - x + (image.data[i]! - full.data[i]!)))
      assert.ok(kept.every((x) => x === 0))
      assert.equal(bare.data.filter((x) => x !== 0).length <= 63, true)
      const first = pattern.charAt(0)
      assert.equal(bare.data['rgb'.indexOf(first) * 63], image.data['rgb'.indexOf(first) * 63])
      assert.deepEqual(full.alpha, image.alpha)
    }
  })

  it('takes single pixels and refuses gray images', () => {
    close(levels(mosaicked(imageOf({ width: 1, height: 1, channels: 3 }, () => 0.2)), 0, 0), [51, 51, 51])
    assert.throws(() => mosaicked(imageOf({ width: 4, height: 4, channels: 1 }, () => 0)), { code: 'E_PARAM' })
  })
})
