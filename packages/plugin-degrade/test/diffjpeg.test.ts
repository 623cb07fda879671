import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { quantisationSteps } from '../src/diffjpeg/quantisation.js'
import { diffjpeg } from '../src/index.js'
import { imageOf, maxDifference, patternA, testContext } from './context.js'
import { goldenAvailable, readImage } from './golden.js'
import { patternS } from './pattern-s.js'

const run = (image: Image, quality: number, rounding: 'hard' | 'soft' = 'hard') =>
  (diffjpeg.run({ image }, { quality, rounding }, testContext()) as { image: Image }).image

describe('degrade/diffjpeg', () => {
  it('rests on an orthonormal DCT-II: the sums of its definition, with and without rounding, to 1e-7', () => {
    const image = imageOf({ width: 24, height: 16, channels: 1 }, (_, y, x) => ((37 * x + 101 * y + x * y) % 128) / 128)
    const scale = (k: number) => (k === 0 ? Math.SQRT1_2 : 1) / 2
    const wave = (k: number, x: number) => scale(k) * Math.cos(((2 * x + 1) * k * Math.PI) / 16)
    const both = (row: (v: number) => number, column: (u: number) => number, of: Float64Array) =>
      of.reduce((sum, value, i) => sum + row(i >> 3) * column(i & 7) * value, 0)
    for (const quality of [35, 99.999999]) {
      const { luminance } = quantisationSteps(quality)
      const coded = run(image, quality).data
      for (const [top, left] of [
        [0, 0],
        [0, 16],
        [8, 8],
      ] as const) {
        const at = (i: number) => (top + (i >> 3)) * 24 + left + (i & 7)
        const block = Float64Array.from({ length: 64 }, (_, i) => 255 * image.data[at(i)]! - 128)
        const levels = block.map(
          (_, i) =>
            both(
              (y) => wave(i >> 3, y),
              (x) => wave(i & 7, x),
              block,
            ) / luminance[i]!,
        )
        const kept = levels.map((level, i) => Math.round(level) * luminance[i]!)
        for (let i = 0; i < 64; i++) {
          const value =
            both(
              (v) => wave(v, i >> 3),
              (u) => wave(u, i & 7),
              kept,
            ) + 128
          assert.ok(Math.abs(coded[at(i)]! - Math.min(Math.max(value / 255, 0), 1)) < 1e-7)
          if (quality > 99) assert.ok(Math.abs(coded[at(i)]! - image.data[at(i)]!) < 1e-6)
        }
      }
    }
  })

  // R[0, 0..5], G[8, 8..10], B[last, last - 2..last], mean: DiffJPEG of BasicSR in float32, on the scale of 255.
  const answers = [
    {
      name: 'S 16x16',
      image: patternS(16, 16),
      quality: 30,
      red: [199.00514, 197.94933, 195.99843, 193.44945, 190.69044, 188.14148],
      green: [89.17157, 88.115746, 84.849045],
      blue: [55.44906, 56.304527, 55.248703],
      mean: 107.675512,
    },
    {
      name: 'S 16x16',
      image: patternS(16, 16),
      quality: 90,
      red: [208.20505, 205.56607, 201.50632, 198.38847, 195.20955, 192.62747],
      green: [92.95532, 91.37027, 88.089874],
      blue: [56.494606, 60.201267, 58.616207],
      mean: 107.169158,
    },
    {
      name: 'S 36x20, filled up with black',
      image: patternS(36, 20),
      quality: 50,
      red: [204.82948, 203.5625, 200.55531, 197.49654, 192.95493, 189.89615],
      green: [90.85867, 89.90843, 87.39281],
      blue: [141.53651, 140.26996, 112.25958],
      mean: 94.625005,
    },
    {
      name: 'A 16x16',
      image: patternA({ width: 16, height: 16, channels: 3 }),
      quality: 50,
      red: [54.545525, 65.617805, 0, 0, 18.370884, 32.98534],
      green: [201.12527, 224.835, 220.2489],
      blue: [67.25723, 135.78218, 158.86473],
      mean: 136.963637,
    },
  ]
  for (const { name, image, quality, red, green, blue, mean } of answers) {
    it(`equals DiffJPEG of BasicSR to 1e-6: ${name}, quality ${quality}`, () => {
      const data = run(image, quality).data.map((sample) => sample * 255)
      const size = image.width * image.height
      const middle = size + 8 * image.width + 8
      assert.ok(maxDifference(data.subarray(0, 6), red) < 2e-4)
      assert.ok(maxDifference(data.subarray(middle, middle + 3), green) < 2e-4)
      assert.ok(maxDifference(data.subarray(-3), blue) < 2e-4)
      assert.ok(Math.abs(data.reduce((sum, sample) => sum + sample, 0) / data.length - mean) < 2e-4)
    })
  }

  it('codes a gray image as its luminance: what a colour image of equal channels becomes', () => {
    const gray = patternS(37, 21, 1)
    const colour = imageOf({ width: 37, height: 21, channels: 3 }, (_, y, x) => gray.data[y * 37 + x]!)
    const coded = run(colour, 40).data
    for (const c of [0, 1, 2]) {
      assert.ok(maxDifference(run(gray, 40).data, coded.subarray(c * 777, (c + 1) * 777)) < 1e-6)
    }
  })

  it('loses less the higher the quality, works on one pixel, and leaves alpha alone', () => {
    const image = patternS(32, 32)
    const errors = [2, 20, 49.5, 60.25, 80, 99].map((quality) =>
      run(image, quality).data.reduce((sum, sample, i) => sum + (sample - image.data[i]!) ** 2, 0),
    )
    assert.deepEqual(
      errors,
      errors.toSorted((a, b) => b - a),
    )
    const metadata = { bitDepth: 16 } as const
    const pixel = imageOf({ width: 1, height: 1, channels: 3, alpha: true, metadata }, () => 0.4)
    const coded = run(pixel, 95)
    assert.deepEqual(coded.alpha, pixel.alpha)
    assert.deepEqual(coded.metadata, metadata)
  })

  it('equals stored outputs of BasicSR to 1e-5', function () {
    if (!goldenAvailable) {
      console.log('      reference outputs are not there')
      this.skip()
    }
    for (const [input, output, quality, rounding] of [
      ['input', 'q20', 20, 'hard'],
      ['input', 'q55', 55, 'hard'],
      ['input', 'q90', 90, 'hard'],
      ['input_odd', 'odd_q55', 55, 'hard'],
      ['input', 'q20_diff', 20, 'soft'],
    ] as const) {
      const { data } = run(readImage(`diffjpeg/${input}.npy`), quality, rounding)
      assert.ok(maxDifference(data, readImage(`diffjpeg/${output}.npy`).data) < 1e-5, output)
    }
  })
})
