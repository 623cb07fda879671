import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { cropPair } from '../src/index.js'
import { imageOf, testContext } from './context.js'

/** A pair in which every sample tells its place in `low`. */
const pair = (width: number, height: number, scale: number) => ({
  high: imageOf({ width: width * scale, height: height * scale, channels: 3, alpha: true }, (c, y, x) =>
    c === 0 ? Math.floor(y / scale) : Math.floor(x / scale),
  ),
  low: imageOf({ width, height, channels: 3 }, (c, y, x) => (c === 0 ? y : x)),
})

const run = (images: { high: Image; low: Image }, size: number, place: 'random' | 'center' = 'random', seed = 1) =>
  cropPair.run(images, { size, place }, testContext(seed)) as { high: Image; low: Image }

describe('degrade/crop-pair', () => {
  it('cuts the same view out of both', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { high, low } = run(pair(13, 9, 4), 24, 'random', seed)
      assert.deepEqual([high.width, high.height, low.width, low.height], [24, 24, 6, 6])
      const [row, column] = [low.data[0]!, low.data[36]!]
      for (let y = 0; y < 24; y++) {
        for (let x = 0; x < 24; x++) {
          assert.equal(high.data[y * 24 + x], row + (y >> 2))
          assert.equal(high.data[576 + y * 24 + x], column + (x >> 2))
        }
      }
      assert.equal(high.alpha!.length, 576)
    }
  })

  it('reaches every place alike (chi-square at 1 %, 20 places)', () => {
    const counts = new Map<string, number>()
    const images = pair(8, 7, 1)
    const context = testContext(9)
    for (let i = 0; i < 4000; i++) {
      const { low } = cropPair.run(images, { size: 4, place: 'random' }, context) as { low: Image }
      const place = `${low.data[0]} ${low.data[16]}`
      counts.set(place, (counts.get(place) ?? 0) + 1)
    }
    assert.equal(counts.size, 20)
    const square = [...counts.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0)
    assert.ok(square < 36.19, `${square}`)
  })

  it('takes the middle when asked, and all when the size is all', () => {
    const { low } = run(pair(9, 8, 2), 8, 'center')
    assert.deepEqual([low.data[0], low.data[16]], [2, 2])
    assert.deepEqual(run(pair(5, 5, 2), 10).high.data, pair(5, 5, 2).high.data)
  })

  it('refuses sizes that are no multiple of the scale or too large, and images that are no pair', () => {
    const unfit = { code: 'E_IMAGE_SIZE', expected: 'a multiple of the scale 4, at most 32' }
    assert.throws(() => run(pair(8, 8, 4), 10), unfit)
    assert.throws(() => run(pair(8, 8, 4), 36), unfit)
    const { high } = pair(8, 8, 2)
    assert.throws(() => run({ high, low: pair(5, 5, 1).low }, 8), /no pair/)
    assert.throws(() => run({ high, low: pair(8, 4, 1).low }, 8), /no pair/)
  })
})
