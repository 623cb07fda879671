import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { jpeg } from '../src/index.js'
import { imageOf, maxDifference, testContext } from './context.js'

type Params = Parameters<typeof jpeg.run>[1]
const run = async (image: Image, params: Partial<Params>) =>
  (await jpeg.run({ image }, { quality: 75, subsampling: '4:2:0', ...params }, testContext())).image

const triangle = (n: number, period: number) => Math.abs((n % period) - period / 2)
/** Test image S of the degradation literature notes, 0..255. */
const levelS = (c: number, y: number, x: number) =>
  triangle(2 * x + y + 60 * c, 256) + triangle(x + 3 * y, 128) + (((x * x + y * y) >> 6) & 31) + 16
const imageS = (width: number, height: number, channels: 1 | 3 = 3) =>
  imageOf({ width, height, channels }, (c, y, x) => levelS(c, y, x) / 255)
const bytesOf = (image: Image) => Array.from(image.data, (sample) => Math.round(sample * 255))

describe('degrade/jpeg', () => {
  // Sums of all samples and some pixels of OpenCV 4.6 and Pillow 9.4, which agree, for S 56x40.
  const answers = [
    { quality: 10, sum: 751415, first: [203, 148, 92], last: [49, 106, 151] },
    { quality: 50, sum: 746629, first: [207, 148, 80], last: [65, 127, 166] },
    { quality: 75, sum: 746651, first: [208, 147, 82], last: [55, 117, 156] },
    { quality: 95, sum: 745828, first: [209, 148, 85], last: [63, 123, 160] },
  ]
  for (const { quality, sum, first, last } of answers) {
    it(`decodes to the pixels of OpenCV and Pillow at quality ${quality}`, async () => {
      const bytes = bytesOf(await run(imageS(56, 40), { quality }))
      const pixel = (i: number) => [0, 1, 2].map((c) => bytes[c * 2240 + i])
      assert.equal(
        bytes.reduce((total, byte) => total + byte, 0),
        sum,
      )
      assert.deepEqual([pixel(0), pixel(2239)], [first, last])
    })
  }

  it('loses less the higher the quality, and less without chroma subsampling', async () => {
    const image = imageS(64, 48)
    const error = async (params: Partial<Params>) => {
      const { data } = await run(image, params)
      return data.reduce((sum, sample, i) => sum + (sample - image.data[i]!) ** 2, 0)
    }
    const errors = await Promise.all([5, 20, 40, 60, 80, 95].map((quality) => error({ quality })))
    assert.deepEqual(
      errors,
      [...errors].sort((a, b) => b - a),
    )
    assert.ok((await error({ quality: 90, subsampling: '4:4:4' })) < (await error({ quality: 90 })))
  })

  it('codes a gray image as gray, whatever the subsampling', async () => {
    const image = imageS(33, 17, 1)
    const coded = await run(image, { quality: 90 })
    assert.equal(coded.channels, 1)
    assert.ok(maxDifference(coded.data, image.data) < 0.06)
    assert.deepEqual((await run(image, { quality: 90, subsampling: '4:4:4' })).data, coded.data)
  })

  it('clips to 0..1 and rounds to 8 bits, halves to even', async () => {
    const flat = (value: number) => imageOf({ width: 16, height: 16, channels: 1 }, () => value)
    const level = async (value: number) => (await run(flat(value), { quality: 100 })).data[0]! * 255
    assert.ok(Math.abs((await level(100.5 / 255)) - 100) < 1e-4)
    assert.ok(Math.abs((await level(101.5 / 255)) - 102) < 1e-4)
    assert.equal(await level(-3), 0)
    assert.equal(await level(7), 255)
  })

  it('passes alpha unchanged and says that the result has 8 bits', async () => {
    const image = imageOf(
      { width: 7, height: 5, channels: 3, alpha: true, metadata: { bitDepth: 16, density: 300 } },
      () => 0.3,
    )
    const coded = await run(image, {})
    assert.deepEqual(coded.alpha, image.alpha)
    assert.deepEqual(coded.metadata, { bitDepth: 8, density: 300 })
  })

  it('works on a single pixel, coloured and gray', async () => {
    for (const channels of [1, 3] as const) {
      const coded = await run(
        imageOf({ width: 1, height: 1, channels }, () => 0.5),
        {},
      )
      assert.ok(maxDifference(coded.data, new Float32Array(channels).fill(128 / 255)) < 1.5 / 255)
    }
  })
})
