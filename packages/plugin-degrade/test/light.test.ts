import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { guidedFilter } from '../src/filter/guided.js'
import { curve, decodeSrgb, encodeSrgb } from '../src/image/curve.js'
import { grayLevels } from '../src/image/gray-levels.js'
import { workPlanes } from '../src/image/planes.js'
import { lowLight, lowLightRetinex, overExposure, underExposure } from '../src/index.js'
import { illuminationMap } from '../src/weather/illumination.js'
import { imageOf, maxDifference, patternA, testContext } from './context.js'
import { patternS } from './pattern-s.js'

const retinex = (image: Image, light: Image | undefined, gamma: number, sigma = 0) =>
  (lowLightRetinex.run({ image, light }, { gamma, sigma, photons: 0, clip: true }, testContext()) as { image: Image })
    .image
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
const pixel = ({ data, width, height }: Image, y: number, x: number) =>
  [0, 1, 2].map((c) => data[(c * height + y) * width + x]!)
const flat = (value: number, side = 256) => imageOf({ width: side, height: side, channels: 3 }, () => value)

describe('degrade/low-light-retinex', () => {
  // The reference works on files in their order blue, green, red but weighs gray as if it were red, green, blue.
  const image = patternS(64, 48)
  const light = imageOf({ width: 64, height: 48, channels: 1 }, (_c, y, x) => (((3 * y + 2 * x) % 200) + 40) / 255)

  it('smooths the light map as guideFilter of OneRestore to 1e-6', () => {
    const smooth = guidedFilter(light.data, grayLevels(image), 64, 48, 3, 0.01, workPlanes(image, testContext()))
    assert.ok(Math.abs(smooth[0]! - 0.599385262) < 1e-6, `${smooth[0]}`)
    assert.ok(Math.abs(smooth[20 * 64 + 30]! - 0.35865621) < 1e-6)
    assert.ok(Math.abs(mean(smooth) - 0.41374661) < 1e-6)
  })

  it('equals syn_low of OneRestore (CDD-11) without noise to 1e-6', () => {
    const dark = retinex(image, light, 2.5)
    assert.ok(maxDifference(pixel(dark, 0, 0), [0.37851435, 0.26932752, 0.16014069]) < 1e-6)
    assert.ok(maxDifference(pixel(dark, 20, 30), [0.09265529, 0.06233174, 0.11287099]) < 1e-6)
    assert.ok(Math.abs(mean(dark.data) - 0.128976543) < 1e-6)
  })

  it('estimates an illumination that solves the equations of LIME, against elimination on 6 x 5 pixels', () => {
    const small = patternA({ width: 6, height: 5, channels: 3 })
    const t = illuminationMap(small, testContext())
    const start = Float32Array.from({ length: 30 }, (_, i) =>
      Math.max(...[0, 1, 2].map((c) => small.data[c * 30 + i]!)),
    )
    const expected = eliminate(start, 6, 5)
    assert.ok(maxDifference(t, expected) < 2e-4, `${maxDifference(t, expected)}`)
    assert.deepEqual(illuminationMap(flat(0.4, 8), testContext()), flat(0.4, 8).data.subarray(0, 64))
  })

  it('darkens with an estimated map, and leaves the light as it is with exponent 1', () => {
    const photo = patternS(40, 30)
    assert.ok(mean(retinex(photo, undefined, 2.5).data) < 0.7 * mean(photo.data))
    assert.ok(maxDifference(retinex(photo, undefined, 1).data, photo.data) < 1e-6)
  })
})

describe('degrade/low-light', () => {
  const dark = (image: Image, params: object) =>
    (
      lowLight.run(
        { image },
        { alpha: 0.95, beta: 0.75, gamma: 2.5, photons: 0, sigma: 0, clip: false, ...params },
        testContext(),
      ) as { image: Image }
    ).image.data

  it('is beta (alpha x)^gamma to 1e-6, with and without the table of large images', () => {
    for (const side of [16, 256]) {
      const image = patternA({ width: side, height: side, channels: 3 })
      const expected = image.data.map((x) => 0.75 * (0.95 * x) ** 2.5)
      assert.ok(maxDifference(dark(image, {}), expected) < 1e-6)
    }
  })

  it('has Poisson and normal noise of the stated variance (n = 196608, 4 standard errors)', () => {
    const level = 0.75 * (0.95 * 0.8) ** 2.5
    for (const [photons, sigma] of [
      [200, 0],
      [0, 8],
      [500, 5],
    ] as const) {
      const data = dark(flat(0.8), { photons, sigma })
      const variance = (photons > 0 ? level / photons : 0) + (sigma / 255) ** 2
      const found = data.reduce((sum, x) => sum + (x - level) ** 2, 0) / data.length
      assert.ok(Math.abs(found / variance - 1) < 4 * Math.sqrt(2.1 / data.length), `${photons} ${sigma} ${found}`)
      assert.ok(Math.abs(mean(data) - level) < 4 * Math.sqrt(variance / data.length))
    }
  })
})

describe('exposure', () => {
  it('decodes and encodes sRGB as IEC 61966-2-1 to 3e-7', () => {
    const x = Float32Array.from({ length: 100000 }, (_, i) => i / 99999)
    const exact = x.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    const linear = new Float32Array(x.length)
    decodeSrgb(x, linear)
    assert.ok(maxDifference(linear, exact) < 2e-7)
    encodeSrgb(linear, linear)
    assert.ok(maxDifference(linear, x) < 3e-7)
    const powered = new Float32Array(x.length)
    curve((v) => v ** 2.2)(x, powered)
    assert.ok(
      maxDifference(
        powered,
        x.map((v) => v ** 2.2),
      ) < 1e-7,
    )
  })

  it('halves and doubles linear light', () => {
    const bright = (image: Image, stops: number, knee = 1) =>
      (overExposure.run({ image }, { stops, knee }, testContext()) as { image: Image }).image.data
    const dark = (image: Image, stops: number, photons = 0, sigma = 0) =>
      (underExposure.run({ image }, { stops, photons, sigma, clip: true }, testContext()) as { image: Image }).image
        .data
    const image = flat(0.5, 4)
    const linear = ((0.5 + 0.055) / 1.055) ** 2.4
    assert.ok(Math.abs(bright(image, 1)[0]! - (1.055 * (2 * linear) ** (1 / 2.4) - 0.055)) < 1e-6)
    assert.ok(Math.abs(dark(image, 1)[0]! - (1.055 * (linear / 2) ** (1 / 2.4) - 0.055)) < 1e-6)
    assert.equal(bright(flat(0.9, 4), 3)[0], 1)
    assert.ok(bright(flat(0.9, 4), 1, 0.5)[0]! < 1)
    const counted = dark(flat(1), 2, 400)
    const light = new Float32Array(counted.length)
    decodeSrgb(counted, light)
    const variance = light.reduce((sum, x) => sum + (x - 0.25) ** 2, 0) / light.length
    assert.ok(Math.abs(variance / (0.25 / 400) - 1) < 0.02, `${variance}`)
  })
})

/** Gaussian elimination of the system that `illuminationMap` solves, its weights by plain sums. */
function eliminate(start: Float32Array, width: number, height: number): Float64Array {
  const n = start.length
  const taps = Array.from({ length: 15 }, (_, i) => Math.exp(-((i - 7) ** 2) / 8))
  const total = taps.reduce((sum, tap) => sum + tap, 0)
  const reflect = (i: number, size: number): number =>
    i < 0 ? reflect(-i, size) : i >= size ? reflect(2 * size - 2 - i, size) : i
  const rows = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n + 1 }, (_v, j) => (j === i ? 1 : j === n ? start[i]! : 0)),
  )
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
  ] as const) {
    const difference = (y: number, x: number) =>
      y + dy < height && x + dx < width ? start[(y + dy) * width + x + dx]! - start[y * width + x]! : 0
    for (let y = 0; y < height - dy; y++) {
      for (let x = 0; x < width - dx; x++) {
        let smooth = 0
        for (let v = -7; v <= 7; v++)
          for (let u = -7; u <= 7; u++)
            smooth +=
              (taps[v + 7]! * taps[u + 7]! * difference(reflect(y + v, height), reflect(x + u, width))) / total ** 2
        const weight = 0.15 / ((Math.abs(smooth) + 1e-3) * (Math.abs(difference(y, x)) + 1e-3))
        const [i, j] = [y * width + x, (y + dy) * width + x + dx]
        rows[i]![i]! += weight
        rows[j]![j]! += weight
        rows[i]![j]! -= weight
        rows[j]![i]! -= weight
      }
    }
  }
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const factor = rows[i]![k]! / rows[k]![k]!
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!
    }
  }
  return Float64Array.from(rows, (row, i) => row[n]! / row[i]!)
}
