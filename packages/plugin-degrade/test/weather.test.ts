import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { rain, snow } from '../src/index.js'
import { drawParticles, type Particle, renderParticles } from '../src/weather/particles.js'
import { imageOf, maxDifference, patternA, testContext } from './context.js'

const cloud = { density: 0.01, length: 12, angle: 70, radius: 1, brightness: 0.8, variation: 0.5 }
const rainParams = {
  mode: 'additive',
  density: 0.005,
  length: 20,
  width: 1,
  angle: 90,
  brightness: 0.6,
  variation: 0.5,
  directions: 1,
  spread: 0,
  transmission: 0.8,
  light: 0.8,
  clip: true,
} as const
const rainy = (image: Image, params: Partial<Parameters<(typeof rain)['run']>[1]> = {}, streaks?: Image, seed = 1) =>
  (rain.run({ image, streaks }, { ...rainParams, ...params }, testContext(seed)) as { image: Image }).image
const snowParams = {
  density: 0.002,
  length: 3,
  width: 4,
  angle: 90,
  brightness: 0.9,
  variation: 0.5,
  color: 1,
  clip: true,
}
const snowy = (image: Image, params: Partial<typeof snowParams> = {}, mask?: Image) =>
  (snow.run({ image, mask }, { ...snowParams, ...params }, testContext()) as { image: Image }).image

/** Kolmogorov-Smirnov distance from the uniform distribution on low .. high, times the root of the number of values. */
function uniformDistance(values: readonly number[], low: number, high: number): number {
  const sorted = values.map((value) => (value - low) / (high - low)).sort((a, b) => a - b)
  const n = sorted.length
  const gaps = sorted.map((value, i) => Math.max((i + 1) / n - value, value - i / n))
  return Math.max(...gaps) * Math.sqrt(n)
}

describe('particles', () => {
  it('are as many as asked for, uniform in place, length, radius and brightness (KS at 1 %)', () => {
    const particles = drawParticles(testContext(5).random, 500, 400, cloud)
    const angle = (70 * Math.PI) / 180
    const [marginX, marginY] = [6 * Math.cos(angle) + 2, 6 * Math.sin(angle) + 2]
    const expected = 0.01 * (500 + 2 * marginX) * (400 + 2 * marginY)
    assert.ok(Math.abs(particles.length - expected) < 4 * Math.sqrt(expected), `${particles.length}`)
    const within = (values: number[], low: number, high: number) =>
      assert.ok(uniformDistance(values, low, high) < 1.628, `${low} ${high} ${uniformDistance(values, low, high)}`)
    within(
      particles.map(({ x }) => x),
      -marginX - 0.5,
      500 + marginX - 0.5,
    )
    within(
      particles.map(({ y }) => y),
      -marginY - 0.5,
      400 + marginY - 0.5,
    )
    within(
      particles.map(({ halfX, halfY }) => 2 * Math.hypot(halfX, halfY)),
      6,
      12,
    )
    within(
      particles.map(({ radius }) => radius),
      0.5,
      1,
    )
    within(
      particles.map(({ brightness }) => brightness),
      0.4,
      0.8,
    )
    for (const { halfX, halfY } of particles) assert.ok(Math.abs(Math.atan2(-halfY, halfX) - angle) < 1e-9)
  })

  it('are drawn as the distance from a segment says, pixel by pixel', () => {
    const particles: Particle[] = [
      { x: 10.3, y: 8.6, halfX: 5, halfY: -3, radius: 1.2, brightness: 0.7 },
      { x: 20, y: 4, halfX: 0, halfY: 6, radius: 0.5, brightness: 0.5 },
      { x: -1, y: 15, halfX: 4, halfY: 0, radius: 2, brightness: 0.9 },
      { x: 27.5, y: 19.5, halfX: 0, halfY: 0, radius: 3, brightness: 1 },
      { x: 11, y: 9, halfX: 0.01, halfY: 5, radius: 1, brightness: 0.4 },
    ]
    for (const overlap of ['sum', 'cover'] as const) {
      const expected = Float32Array.from({ length: 30 * 20 }, (_, i) => {
        let value = 0
        for (const { x, y, halfX, halfY, radius, brightness } of particles) {
          const [u, v] = [(i % 30) - x, Math.floor(i / 30) - y]
          const along = Math.min(1, Math.max(-1, (u * halfX + v * halfY) / (halfX ** 2 + halfY ** 2 || 1)))
          const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(u - along * halfX, v - along * halfY)))
          value =
            overlap === 'sum' ? Math.min(1, value + brightness * cover) : 1 - (1 - value) * (1 - brightness * cover)
        }
        return value
      })
      assert.ok(maxDifference(renderParticles(particles, 30, 20, overlap), expected) < 1e-6)
    }
  })
})

describe('degrade/rain', () => {
  it('adds a given layer without clipping, as CDD-11 does, resized bilinearly', () => {
    const image = patternA({ width: 20, height: 10, channels: 3 })
    const layer = imageOf({ width: 10, height: 5, channels: 1 }, () => 0.75)
    const result = rainy(image, { clip: false }, layer)
    assert.ok(
      maxDifference(
        result.data,
        image.data.map((x) => x + 0.75),
      ) < 1e-6,
    )
    assert.ok(Math.max(...rainy(image, {}, layer).data) === 1)
  })

  it('brightens by density * area of a streak * brightness (5 %)', () => {
    const image = imageOf({ width: 400, height: 300, channels: 1 }, () => 0)
    const { data } = rainy(image, { density: 0.002, variation: 0, brightness: 0.25, directions: 3, spread: 40 })
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length
    // A rod with a soft edge of one pixel: 20 long, 1 wide, and a disk of radius 1/2: pi / 4 + 1/12 for the softness.
    const area = 20 * 1 + Math.PI * (0.25 + 1 / 12)
    assert.ok(Math.abs(mean / (3 * 0.002 * area * 0.25) - 1) < 0.05, `${mean}`)
  })

  it('keeps to its modes, and repeats with its key', () => {
    const image = patternA({ width: 64, height: 40, channels: 3 })
    const layer = imageOf(
      { width: 64, height: 40, channels: 1 },
      (_c, y, x) => rainy(imageOf({ width: 64, height: 40, channels: 1 }, () => 0)).data[y * 64 + x]!,
    )
    assert.equal(maxDifference(rainy(image).data, rainy(image, {}, layer).data), 0)
    const veiled = rainy(image, { mode: 'veil', clip: false }, layer).data
    const added = rainy(image, { clip: false }, layer).data
    assert.ok(
      maxDifference(
        veiled,
        added.map((x) => 0.8 * x + 0.16),
      ) < 1e-6,
    )
    const screened = rainy(image, { mode: 'screen' }, layer).data
    assert.ok(
      maxDifference(
        screened,
        image.data.map((x, i) => 1 - (1 - x) * (1 - layer.data[i % 2560]!)),
      ) < 1e-6,
    )
    assert.notDeepEqual(rainy(image, {}, undefined, 2).data, rainy(image).data)
  })
})

describe('degrade/snow', () => {
  it('covers with a given mask, as CDD-11 does', () => {
    const image = patternA({ width: 20, height: 10, channels: 3 })
    const mask = imageOf({ width: 20, height: 10, channels: 3 }, (c, y, x) => ((x + y + c) % 5) / 4)
    const expected = image.data.map((x, i) => x * (1 - mask.data[i]!) + mask.data[i]!)
    assert.ok(maxDifference(snowy(image, {}, mask).data, expected) < 1e-6)
  })

  it('lets flakes of 4 px with 0.002 per pixel cover 1 - exp(-0.002 * area) of a picture', () => {
    const image = imageOf({ width: 500, height: 400, channels: 1, alpha: true }, () => 0)
    const result = snowy(image, { length: 0, variation: 0, brightness: 1, width: 40, density: 1e-4 })
    const covered = result.data.reduce((sum, value) => sum + value, 0) / result.data.length
    assert.ok(Math.abs(covered - (1 - Math.exp(-1e-4 * Math.PI * 400))) < 0.05, `${covered}`)
    assert.deepEqual(result.alpha, image.alpha)
  })
})
