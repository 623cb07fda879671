import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { webp } from '../src/index.js'
import { imageOf, maxDifference, testContext } from './context.js'
import { patternS } from './pattern-s.js'

const run = async (image: Image, quality: number, effort = 4) =>
  (await webp.run({ image }, { quality, effort }, testContext())).image
const bytesOf = (image: Image) => Array.from(image.data, (sample) => Math.round(sample * 255))

describe('degrade/webp', () => {
  for (const [quality, sum] of [
    [10, 745995],
    [50, 745473],
    [80, 746438],
  ] as const) {
    it(`decodes to the pixels of OpenCV's WebP at quality ${quality}: the sum of all (pattern S, 56x40)`, async () => {
      const bytes = bytesOf(await run(patternS(56, 40), quality))
      assert.equal(
        bytes.reduce((total, byte) => total + byte, 0),
        sum,
      )
    })
  }

  it('loses less the higher the quality', async () => {
    const image = patternS(64, 48)
    const errors = await Promise.all(
      [5, 50, 98].map(async (quality) =>
        (await run(image, quality)).data.reduce((sum, sample, i) => sum + (sample - image.data[i]!) ** 2, 0),
      ),
    )
    assert.ok(errors[0]! > errors[1]! && errors[1]! > errors[2]!)
  })

  it('codes a gray image and gives a gray image back', async () => {
    const image = patternS(33, 17, 1)
    const coded = await run(image, 95)
    assert.equal(coded.channels, 1)
    assert.ok(maxDifference(coded.data, image.data) < 0.05)
  })

  it('works on one pixel, passes alpha unchanged and says that the result has 8 bits', async () => {
    const metadata = { bitDepth: 16, density: 300 } as const
    const image = imageOf({ width: 1, height: 1, channels: 3, alpha: true, metadata }, () => 0.3)
    const coded = await run(image, 90)
    assert.deepEqual(coded.alpha, image.alpha)
    assert.deepEqual(coded.metadata, { bitDepth: 8, density: 300 })
    assert.ok(maxDifference(coded.data, image.data) < 0.03)
  })

  it('refuses an image that no WebP file can hold', async () => {
    const wide = imageOf({ width: 16384, height: 1, channels: 1 }, () => 0)
    await assert.rejects(run(wide, 50), { code: 'E_IMAGE_SIZE', expected: 'sides of at most 16383 px' })
  })
})
