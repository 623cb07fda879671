import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { lines } from '../src/index.js'
import { renderParticles } from '../src/weather/particles.js'
import { imageOf, patternA, testContext } from './context.js'

const hide = (image: Image, params: object, seed = 1, mask?: Image) =>
  (
    lines.run({ image, mask }, { count: 5, thickness: 7, color: 'white', ...params }, testContext(seed)) as {
      image: Image
    }
  ).image
const black = imageOf({ width: 200, height: 200, channels: 1 }, () => 0)

describe('degrade/lines', () => {
  it('draws lines nearly as wide as cv2.line does (OpenCV 4.6, from (25, 27) to (150, 130))', () => {
    for (const [thickness, pixels] of [
      [5, 1145],
      [6, 1145],
      [7, 1566],
      [8, 1566],
      [9, 1839],
      [10, 1839],
    ] as const) {
      const radius = Math.floor((thickness + 1) / 2) + 0.5
      const line = { x: 87.5, y: 78.5, halfX: 62.5, halfY: 51.5, radius, brightness: 1 }
      const drawn = renderParticles([line], 200, 200, 'most').filter((value) => value >= 0.5).length
      assert.ok(Math.abs(drawn / pixels - 1) < 0.04, `${thickness}: ${drawn} of ${pixels}`)
    }
  })

  it('adds or takes 1 under the lines and leaves the rest, in all channels alike', () => {
    const image = patternA({ width: 60, height: 40, channels: 3, alpha: true })
    for (const [color, value] of [
      ['white', 1],
      ['black', 0],
    ] as const) {
      const { data, alpha } = hide(image, { color })
      const hidden = hide(
        imageOf({ width: 60, height: 40, channels: 1 }, () => 0.5),
        { color },
      ).data.map((x) => (x === 0.5 ? 0 : 1))
      assert.ok(hidden.includes(1) && hidden.includes(0))
      assert.ok(data.every((x, i) => x === (hidden[i % 2400] === 1 ? value : image.data[i])))
      assert.deepEqual(alpha, image.alpha)
    }
  })

  it('takes a given mask', () => {
    const mask = imageOf({ width: 200, height: 200, channels: 1 }, (_c, _y, x) => (x < 10 ? 1 : 0))
    assert.equal(
      hide(black, {}, 1, mask).data.reduce((sum, x) => sum + x, 0),
      2000,
    )
  })

  it('is white or black equally often, with end points over the whole image (600 runs, 4 standard errors)', () => {
    const small = imageOf({ width: 9, height: 9, channels: 1 }, () => 0.5)
    const hits = new Float64Array(81)
    let white = 0
    const context = testContext(5)
    for (let run = 0; run < 600; run++) {
      const { data } = (
        lines.run({ image: small, mask: undefined }, { count: 1, thickness: 1, color: 'either' }, context) as {
          image: Image
        }
      ).image
      if (data.includes(1)) white++
      data.forEach((x, i) => {
        if (x !== 0.5) hits[i]!++
      })
    }
    assert.ok(Math.abs(white - 300) < 4 * Math.sqrt(150), `${white}`)
    assert.ok(Math.min(...hits) > 0)
  })
})
