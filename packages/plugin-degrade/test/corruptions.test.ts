import assert from 'node:assert/strict'
import type { Image, NodeContext } from '@kintsugi/core'
import { aliasedDisk } from '../src/corruptions/blur.js'
import { finish } from '../src/corruptions/corruption.js'
import { streak, streakKernel } from '../src/corruptions/magick-motion.js'
import * as plugin from '../src/index.js'
import { imageOf, maxDifference, testContext } from './context.js'
import { patternS } from './pattern-s.js'

interface CorruptionNode {
  run(
    inputs: { image: Image },
    params: { severity: number; truncate: boolean },
    context: NodeContext,
  ): Promise<{ image: Image }>
}

const corrupt = async (
  node: unknown,
  severity: number,
  image = patternS(224, 224),
  truncate = false,
  context = testContext(9),
) => (await (node as CorruptionNode).run({ image }, { severity, truncate }, context)).image
const levels = ({ data, width, height }: Image, y: number, x: number) =>
  [0, 1, 2].map((c) => data[(c * height + y) * width + x]! * 255)
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length

// Reference values: hendrycks/robustness (ImageNet-C) on S 224x224 with OpenCV 4.6, SciPy 1.10, scikit-image 0.19 and Pillow 9.4.
describe('corruptions', () => {
  for (const [name, node, severity, corner, inside, average] of [
    [
      'defocus-blur',
      plugin.corruptDefocusBlur,
      1,
      [199.310344, 139.310344, 79.310345],
      [96.206896, 156.206896, 140.206896],
      127.626385,
    ],
    ['defocus-blur', plugin.corruptDefocusBlur, 3, [190.111642, 130.111643, 72.498578]],
    ['defocus-blur', plugin.corruptDefocusBlur, 5, [180.180055, 119.532907, 69.937141], undefined, 129.003416],
    [
      'gaussian-blur',
      plugin.corruptGaussianBlur,
      1,
      [205.453508, 145.453508, 85.453647],
      [96.059166, 156.059166, 140.059166],
    ],
    ['gaussian-blur', plugin.corruptGaussianBlur, 5, [191.621753, 131.621753, 77.189602]],
    ['zoom-blur', plugin.corruptZoomBlur, 1, [173.3846, 113.38461, 71.38462], [111.8808, 171.88081, 142.05626]],
    ['zoom-blur', plugin.corruptZoomBlur, 5, [144.5, 85.83334, 85.66667]],
    ['contrast', plugin.corruptContrast, 1, [159.73805, 136.110945, 111.480907]],
    ['contrast', plugin.corruptContrast, 5, [131.585246, 129.175664, 125.178103]],
    ['brightness', plugin.corruptBrightness, 1, [233.5, 166.144231, 98.788462]],
    ['brightness', plugin.corruptBrightness, 3, [255, 181.442308, 107.884615]],
    ['saturate', plugin.corruptSaturate, 1, [208, 190, 172]],
    ['saturate', plugin.corruptSaturate, 5, [208, 104, 0]],
    ['jpeg-compression', plugin.corruptJpegCompression, 1, [204, 147, 78], undefined, 127.542025],
    ['jpeg-compression', plugin.corruptJpegCompression, 5, [213, 168, 77]],
    ['pixelate', plugin.corruptPixelate, 1, [205, 145, 85]],
    ['pixelate', plugin.corruptPixelate, 5, [198, 138, 78]],
  ] as [string, unknown, number, number[], number[]?, number?][]) {
    it(`${name} at severity ${severity} equals the reference to 1e-3 of a level`, async () => {
      const result = await corrupt(node, severity)
      assert.ok(maxDifference(levels(result, 0, 0), corner) < 1e-3, levels(result, 0, 0).join(' '))
      if (inside !== undefined)
        assert.ok(maxDifference(levels(result, 100, 37), inside) < 1e-3, levels(result, 100, 37).join(' '))
      if (average !== undefined)
        assert.ok(Math.abs(mean(result.data) * 255 - average) < 1e-3, `${mean(result.data) * 255}`)
    })
  }

  it('has the disks of ImageNet-C', () => {
    const disks = [
      [3, 0.1],
      [4, 0.5],
      [6, 0.5],
      [8, 0.5],
      [10, 0.5],
    ].map(([r, alias]) => aliasedDisk(r!, alias!).weights)
    const centres = disks.map((weights) => weights[(weights.length - 1) / 2]!)
    assert.ok(maxDifference(centres, [0.03448276, 0.02040816, 0.00884956, 0.00507614, 0.00315457]) < 1e-8)
    const sums = disks.map((weights) => weights.reduce((sum, weight) => sum + weight, 0))
    assert.ok(maxDifference(sums, [1, 1, 1, 1.01298, 1.01079]) < 1e-5)
  })

  it('has the streaks of the port of ImageMagick in imagecorruptions', () => {
    const image = patternS(224, 224)
    for (const [radius, sigma, angle, expected] of [
      [10, 3, 0, [201.73162, 141.73162, 82.597652]],
      [10, 3, 30, [199.067034, 139.067034, 80.072284]],
      [15, 8, -45, [195.347634, 135.347634, 81.337778]],
    ] as const) {
      const kernel = streakKernel(radius, sigma, angle)
      const found = [0, 1, 2].map((c) => {
        const target = new Float32Array(224 * 224)
        streak(image.data.subarray(c * 224 * 224, (c + 1) * 224 * 224), target, 224, 224, kernel)
        return target[0]! * 255
      })
      assert.ok(maxDifference(found, expected) < 1e-3, found.join(' '))
    }
    const gains = streakKernel(10, 3, 0).weights.subarray(20 * 41 + 20, 20 * 41 + 24)
    assert.ok(maxDifference(gains, [0.234745, 0.222059, 0.187969, 0.14238]) < 1e-6)
  })

  it('draws noise of the published deviations (n = 196608, 4 standard errors)', async () => {
    const flat = imageOf({ width: 256, height: 256, channels: 3 }, () => 0.5)
    for (const [node, severity, variance] of [
      [plugin.corruptGaussianNoise, 1, 0.08 ** 2],
      [plugin.corruptSpeckleNoise, 2, 0.1 ** 2],
      [plugin.corruptShotNoise, 1, 0.5 / 60],
      [plugin.corruptImpulseNoise, 5, 0.27 / 4],
    ] as const) {
      const { data } = await corrupt(node, severity, flat)
      const found = data.reduce((sum, x) => sum + (x - 0.5) ** 2, 0) / data.length
      assert.ok(Math.abs(found / variance - 1) < 0.03, `${severity}: ${found} ${variance}`)
    }
  })

  it('keeps 8-bit levels when it cuts results down to them', async () => {
    const image = imageOf({ width: 256, height: 1, channels: 1 }, (_c, _y, x) => x / 255)
    // Severity 1 of impulses leaves most samples as they are.
    const { data } = await corrupt(plugin.corruptImpulseNoise, 1, image, true)
    assert.ok(data.every((x, i) => x === image.data[i] || x === 0 || x === 1))
    const cut = (await corrupt(plugin.corruptBrightness, 1, image, true)).data
    assert.ok(cut.every((x, i) => Math.abs(x * 255 - Math.min(255, Math.floor(i + 25.5))) < 1e-4))
  })

  it('clips what lies outside 0..1 and leaves what is no number', () => {
    const samples = Float32Array.of(-1, -0, 0, 0.25, 1, 1.5, Infinity, -Infinity, NaN)
    finish(samples, false)
    // As Object.is compares: -0 has become 0.
    assert.deepStrictEqual([...samples], [0, 0, 0, 0.25, 1, 1, 1, 0, NaN])
  })

  it('blurs through glass by colours from at most delta pixels away', async () => {
    const image = imageOf({ width: 60, height: 60, channels: 3, alpha: true }, (_c, y, x) =>
      x < 30 ? 0 : y < 30 ? 0.5 : 1,
    )
    const result = await corrupt(plugin.corruptGlassBlur, 1, image)
    assert.deepEqual(result.alpha, image.alpha)
    // delta 1 in two rounds, and two Gaussians of reach 3: nothing changes 8 px from an edge.
    assert.ok(Math.abs(result.data[15 * 60 + 15]!) < 1e-6)
    assert.notDeepEqual(result.data, (await corrupt(plugin.corruptGlassBlur, 1, image, false, testContext(3))).data)
  })
})
