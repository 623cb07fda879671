import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { affineBetween, samplePlanes } from '../src/corruptions/elastic.js'
import { plasma } from '../src/corruptions/plasma.js'
import { applyFog, applySnow } from '../src/corruptions/weather.js'
import { corruptElasticTransform, corruptFog, corruptFrost, corruptSnow } from '../src/index.js'
import type { OpenScratch } from '../src/kernels/scratch.js'
import { imageOf, maxDifference, patternA, testContext } from './context.js'

/** `plasma_fractal(4, 2)` with those numbers (NumPy 1.24). */
const PLASMA = [1, 0.575, 0, 0.65, 0.3625, 0.3, 0.1625, 0.35, 0.2, 0.075, 0.2, 0.15, 0.5125, 0.4, 0.3125, 0.45]

const shape = { width: 12, height: 9, channels: 3 } as const
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
const run = async (node: unknown, inputs: object, severity: number, seed = 4) =>
  (
    await (node as { run(...args: unknown[]): Promise<{ image: Image }> }).run(
      inputs,
      { severity, truncate: false },
      testContext(seed),
    )
  ).image

// Formulas of make_imagenet_c.py (hendrycks/robustness).
describe('layers of corruptions', () => {
  it('lays fog as (x + c p) m / (m + c)', () => {
    const image = patternA(shape)
    const layer = Float32Array.from({ length: 108 }, (_, i) => (i % 10) / 9)
    const most = Math.max(...image.data)
    const output = imageOf(shape, () => 0)
    applyFog(image, layer, 1.5, output)
    const expected = image.data.map((x, i) => ((x + 1.5 * layer[i % 108]!) * most) / (most + 1.5))
    assert.ok(maxDifference(output.data, expected) < 1e-6)
  })

  it('lays snow as b x + (1 - b) max(x, 1.5 gray + 0.5), with the layer both ways up', () => {
    const image = patternA(shape)
    const layer = Float32Array.from({ length: 108 }, (_, i) => (i % 7) / 20)
    const output = imageOf(shape, () => 0)
    applySnow(image, layer, 0.7, output)
    const expected = image.data.map((x, i) => {
      const at = i % 108
      const gray = 0.299 * image.data[at]! + 0.587 * image.data[108 + at]! + 0.114 * image.data[216 + at]!
      return 0.7 * x + 0.3 * Math.max(x, gray * 1.5 + 0.5) + layer[at]! + layer[107 - at]!
    })
    assert.ok(maxDifference(output.data, expected) < 1e-6)
  })

  it('makes plasma as plasma_fractal does from the same numbers', () => {
    // Uniform numbers 0.1, 0.2 ... 0.9, 0.1 ...; the same algorithm by whole arrays in NumPy, size 4, decay 2.
    let calls = 0
    const random = { ...testContext().random, uniform: () => ((calls++ % 9) + 1) / 10 }
    const map = plasma(random, 4, 2)
    assert.equal(calls, 15)
    assert.ok(maxDifference(map, PLASMA) < 1e-9, Array.from(map).join(' '))
  })

  it('has a rougher fog the smaller the decay', () => {
    const roughness = (decay: number) => {
      const map = plasma(testContext(6).random, 64, decay)
      return mean(Array.from({ length: 4000 }, (_, i) => Math.abs(map[i + 1]! - map[i]!)))
    }
    assert.ok(roughness(1.4) > 1.2 * roughness(3), `${roughness(1.4)} ${roughness(3)}`)
  })

  it('samples a plane between its pixels, and finds the affine map of three points', () => {
    const plane = Float32Array.from({ length: 20 }, (_, i) => (i % 5) + 10 * Math.floor(i / 5))
    const target = new Float32Array(20)
    const places = (open: OpenScratch, _row: number, x: number, y: number) => {
      open.load(x, Float32Array.of(1.25, -0.5, 0, 0, 0), 0, 5)
      open.load(y, Float32Array.of(2.5, 1, 0, 0, 0), 0, 5)
    }
    samplePlanes(plane, target, 5, 4, places, 'symmetric')
    assert.ok(maxDifference(target.subarray(0, 2), [26.25, 10]) < 1e-6)
    const over = plane.slice()
    samplePlanes(over, over, 5, 4, places, 'symmetric')
    assert.deepEqual(over, target)
    const map = [1.2, -0.3, 4, 0.1, 0.9, -2] as const
    const from = [
      [3, 4],
      [10, 1],
      [2, 8],
    ]
    const to = from.map(([x, y]) => [map[0] * x! + map[1] * y! + map[2], map[3] * x! + map[4] * y! + map[5]])
    assert.ok(maxDifference(affineBetween(from, to), map) < 1e-9)
  })

  it('moves pixels elastically by about what is published', async () => {
    // On a ramp in x the change is the displacement: affine of up to 4.88 px and alpha 12.2 times blurred noise.
    const ramp = imageOf({ width: 224, height: 224, channels: 1 }, (_c, _y, x) => x / 1000)
    const result = await run(corruptElasticTransform, { image: ramp }, 3)
    const moves: number[] = []
    for (let y = 60; y < 164; y++) {
      for (let x = 60; x < 164; x++) moves.push((result.data[y * 224 + x]! - ramp.data[y * 224 + x]!) * 1000)
    }
    assert.ok(Math.max(...moves.map(Math.abs)) < 20)
    // Differences of neighbours are free of the affine part: 12.2 sqrt(1/3) / (2 sqrt(pi) 2.44) is the deviation of the field.
    const deviation = (12.2 * Math.sqrt(1 / 3)) / (2 * Math.sqrt(Math.PI) * 2.44)
    const steps = moves
      .slice(20)
      .map((move, i) => move - moves[i]!)
      .filter((_, i) => i % 104 < 84)
    const found = Math.sqrt(mean(steps.map((step) => (step - mean(steps)) ** 2)) / 2)
    assert.ok(Math.abs(found / deviation - 1) < 0.1, `${found} ${deviation}`)
  })

  it('lays frost, given or drawn, and refuses a picture that is too small', async () => {
    const image = patternA(shape)
    const frost = imageOf({ width: 12, height: 9, channels: 1 }, (_c, y, x) => (x + y) / 20)
    const result = await run(corruptFrost, { image, frost }, 5)
    const expected = image.data.map((x, i) => Math.min(1, 0.6 * x + 0.75 * frost.data[i % 108]!))
    assert.ok(maxDifference(result.data, expected) < 1e-6)
    const small = imageOf({ width: 11, height: 9, channels: 1 }, () => 0)
    await assert.rejects(async () => run(corruptFrost, { image, frost: small }, 1), { code: 'E_IMAGE_SIZE' })
    const dark = imageOf({ width: 224, height: 224, channels: 3 }, () => 0)
    const drawn = (await run(corruptFrost, { image: dark }, 5)).data
    assert.ok(mean(drawn) > 0.2 && mean(drawn) < 0.6, `${mean(drawn)}`)
  })

  it('brightens the dark with fog and snow', async () => {
    const dark = imageOf({ width: 96, height: 96, channels: 3 }, (_c, y) => (y < 48 ? 0.1 : 0.6))
    for (const node of [corruptFog, corruptSnow]) {
      for (const severity of [1, 5]) {
        const { data } = await run(node, { image: dark }, severity)
        assert.ok(mean(data.subarray(0, 96 * 48)) > 0.15)
      }
    }
  })
})
