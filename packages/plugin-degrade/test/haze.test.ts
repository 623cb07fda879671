import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { boxFilter } from '../src/filter/box.js'
import { localMinimum } from '../src/filter/minimum.js'
import { workPlanes } from '../src/image/planes.js'
import { haze } from '../src/index.js'
import { estimateDepth } from '../src/weather/depth-estimate.js'
import { imageOf, maxDifference, patternA, testContext } from './context.js'
import { patternS } from './pattern-s.js'

const base = {
  beta: 1,
  light: 0.8,
  holds: 'depth',
  depth_scale: 1,
  farthest: 1,
  smoothing: 1,
  clip: true,
} as const
const hazy = (image: Image, map?: Image, params: Partial<Parameters<(typeof haze)['run']>[1]> = {}) =>
  (haze.run({ image, map }, { ...base, ...params }, testContext()) as { image: Image }).image
const pixel = (image: Image, y: number, x: number) =>
  Array.from({ length: image.channels }, (_, c) => image.data[(c * image.height + y) * image.width + x]!)
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('degrade/haze', () => {
  const depth = imageOf({ width: 64, height: 48, channels: 3 }, (_c, y, x) => ((5 * y + 3 * x) % 256) / 255)
  const cdd = { beta: 1.5, light: 0.75, holds: 'nearness', smoothing: 22, farthest: 0.7 } as const

  it('smooths as cv2.blur with a box of 22 (OpenCV 4.6)', () => {
    const box = boxFilter(depth.data.subarray(0, 64 * 48), 64, 48, 22)
    assert.ok(Math.abs(box[0]! - 0.17254902) < 1e-6)
    assert.ok(Math.abs(box[20 * 64 + 30]! - 0.706595365) < 1e-6)
    assert.ok(Math.abs(box[47 * 64 + 63]! - 0.48627451) < 1e-6)
  })

  it('equals syn_haze of OneRestore (CDD-11) to 1e-6', () => {
    // The reference keeps its files' order blue, green, red; the haze is the same in all channels.
    const result = hazy(patternS(64, 48), depth, cdd)
    assert.ok(maxDifference(pixel(result, 0, 0), [0.77298611, 0.69064781, 0.60830952]) < 1e-6)
    assert.ok(maxDifference(pixel(result, 20, 30), [0.54481426, 0.4539012, 0.60542297]) < 1e-6)
    assert.ok(Math.abs(mean(result.data) - 0.599262126) < 1e-6)
  })

  it('takes a depth map as 1 less a nearness map, scales it, and a transmission as it is', () => {
    const image = patternA({ width: 20, height: 11, channels: 3 })
    const shape = { width: 20, height: 11, channels: 1 } as const
    const map = imageOf(shape, (_c, y, x) => (x + y) / 40)
    const inverse = imageOf(shape, (_c, y, x) => 1 - (x + y) / 40)
    assert.ok(maxDifference(hazy(image, map).data, hazy(image, inverse, { holds: 'nearness' }).data) < 1e-6)
    assert.ok(
      maxDifference(hazy(image, map, { beta: 2 }).data, hazy(image, map, { beta: 0.5, depth_scale: 4 }).data) < 1e-6,
    )
    const t = imageOf(shape, (_c, y, x) => Math.exp(-(x + y) / 40))
    assert.ok(maxDifference(hazy(image, map).data, hazy(image, t, { holds: 'transmission' }).data) < 1e-6)
  })

  it('takes the least of the samples around each, against a plain search', () => {
    for (const [width, height, size] of [
      [1, 1, 15],
      [7, 5, 3],
      [30, 150, 15],
      [5, 64, 15],
      [19, 65, 1],
    ] as const) {
      const { data } = patternA({ width, height, channels: 1 })
      const radius = (size - 1) / 2
      const around = (middle: number, side: number) =>
        Array.from({ length: size }, (_, i) => middle - radius + i).filter((place) => place >= 0 && place < side)
      const expected = Float32Array.from(data, (_, i) => {
        const columns = around(i % width, width)
        const rows = around(Math.floor(i / width), height)
        return Math.min(...rows.flatMap((y) => columns.map((x) => data[y * width + x]!)))
      })
      const target = new Float32Array(data.length)
      localMinimum(data, target, width, height, size)
      assert.deepEqual(target, expected, `${width} x ${height}, ${size}`)
    }
  })

  it('estimates a depth of 0 to 1 that grows with brightness and falls with saturation, 0 for flat images', () => {
    const image = imageOf({ width: 200, height: 40, channels: 3 }, (c, _y, x) => (x < 100 ? [0.6, 0.2, 0.1][c]! : 0.9))
    const estimate = estimateDepth(image, workPlanes(image, testContext()))
    assert.ok(estimate[20 * 200 + 10]! < 0.1)
    assert.ok(estimate[20 * 200 + 190]! > 0.9)
    const flat = imageOf({ width: 9, height: 5, channels: 1 }, () => 0.3)
    const flatDepth = estimateDepth(flat, workPlanes(flat, testContext()))
    assert.ok(flatDepth.every((value) => value === 0))
    assert.ok(hazy(image).data[10]! < hazy(image, undefined, { beta: 3 }).data[199]!)
  })

  it('leaves alpha and metadata alone and clips only when asked', () => {
    const metadata = { bitDepth: 16 } as const
    const image = imageOf({ width: 7, height: 5, channels: 3, alpha: true, metadata }, () => 1.5)
    const result = hazy(image, undefined, { beta: 0.1 })
    assert.deepEqual(result.alpha, image.alpha)
    assert.deepEqual(result.metadata, metadata)
    assert.equal(Math.max(...result.data), 1)
    assert.ok(Math.max(...hazy(image, undefined, { clip: false }).data) > 1)
  })
})
