import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { gmsd, mae, mse, niqe, psnr } from '../src/index.js'
import { colorSpaces, planesOf, STRIP } from '../src/pair/planes.js'
import { imageOf, scoreOf, testContext } from './context.js'
import { pattern } from './patterns.js'

const BORDER = 3

/** What is left of an image inside the border. */
function inside(image: Image): Image {
  const shape = { width: image.width - 2 * BORDER, height: image.height - 2 * BORDER, channels: image.channels }
  const { width, height, data } = image
  return imageOf(shape, (c, y, x) => 255 * data[(c * height + y + BORDER) * width + x + BORDER]!)
}

describe('images that are read strip by strip', () => {
  // Wider than a strip, of sizes that fill neither vectors nor squares; then of many rows.
  const sizes = [
    [15, STRIP + 13],
    [301, 27],
  ] as const

  for (const [height, width] of sizes) {
    const [image, reference] = [pattern('T', height, width), pattern('S', height, width)]
    const [cutImage, cutReference] = [inside(image), inside(reference)]

    it(`score inside a border as what is left after cutting it off, ${width} x ${height} px`, () => {
      for (const metric of [psnr, mse, mae, gmsd]) {
        for (const color_space of metric === gmsd ? colorSpaces.slice(1) : colorSpaces) {
          const bordered = scoreOf(metric, { image, reference }, { color_space, border: BORDER })
          const cut = scoreOf(metric, { image: cutImage, reference: cutReference }, { color_space, border: 0 })
          assert.ok(
            Math.abs(bordered - cut) <= 1e-12 * Math.abs(cut),
            `${metric.name} ${color_space}: ${bordered}, ${cut}`,
          )
          assert.equal(
            scoreOf(metric, { image, reference }, { color_space, border: BORDER }),
            bordered,
            'the same again',
          )
        }
      }
    })

    it(`have the differences of their planes, summed one by one, ${width} x ${height} px`, () => {
      for (const color_space of colorSpaces) {
        for (const quantize of [true, false]) {
          const options = { border: BORDER, color_space, quantize }
          const [a, b] = [planesOf(image, options), planesOf(reference, options)]
          const differences = a.planes.flatMap((plane, c) => Array.from(plane, (value, i) => value - b.planes[c]![i]!))
          const mean = (term: (value: number) => number) =>
            differences.reduce((sum, value) => sum + term(value), 0) / differences.length
          const expected = [mean((value) => value ** 2), mean(Math.abs)]
          const found = [mse, mae].map((metric) => scoreOf(metric, { image, reference }, options))
          found.forEach((value, i) => {
            assert.ok(
              Math.abs(value - expected[i]!) <= 1e-12 * expected[i]!,
              `${color_space}: ${value}, ${expected[i]}`,
            )
          })
        }
      }
    })
  }

  it('keep what is not a number as it is, rounded or not', () => {
    const broken = imageOf({ width: 40, height: 30, channels: 3 }, (_c, y, x) => (x === 7 && y === 5 ? Number.NaN : 90))
    const whole = imageOf({ width: 40, height: 30, channels: 3 }, () => 91)
    for (const metric of [psnr, mse, mae, gmsd]) {
      for (const quantize of [true, false]) {
        const color_space = metric === gmsd ? 'yiq_rounded' : 'rgb'
        const score = scoreOf(metric, { image: broken, reference: whole }, { color_space, quantize })
        assert.ok(Number.isNaN(score), `${metric.name}: ${score}`)
      }
    }
  })

  it('give NIQE the luma inside the border', async () => {
    const image = pattern('N', 231, 303)
    const shared = { color_space: 'y', quantize: true } as const
    const [bordered, cut] = await Promise.all([
      niqe.run({ image, pristine: undefined }, { ...shared, border: BORDER }, testContext),
      niqe.run({ image: inside(image), pristine: undefined }, { ...shared, border: 0 }, testContext),
    ])
    assert.deepEqual(bordered, cut)
  })
})
