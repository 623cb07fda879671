import assert from 'node:assert/strict'
import { type Image, KintsugiError } from '@kintsugi/core'
import fc from 'fast-check'
import { resize } from '../src/index.js'
import { RESIZE_MODES, resamplings } from '../src/resize/modes.js'
import { imageOf, maxDifference, patternA, testContext } from './context.js'
import { goldenAvailable, readImage, readItems } from './golden.js'
import { resizes, resizesByFactor } from './opencv-answers.js'

type Params = Parameters<typeof resize.run>[1]
const run = (image: Image, params: Partial<Params>, like?: Image) =>
  (resize.run({ image, like }, { mode: 'bicubic', factor: 1, divide: 1, ...params }, testContext()) as { image: Image })
    .image

const V = [3, 1, 4, 1, 5, 9, 2, 6]
/** Eight equal rows of V, resized to `width` with the height kept: one row of the result. */
const rowOf = (params: Partial<Params>) => {
  const image = run(
    imageOf({ width: 8, height: 8, channels: 1 }, (_c, _y, x) => V[x]!),
    params,
  )
  return image.data.subarray(0, image.width)
}

describe('degrade/resize', () => {
  for (const { mode, width, height, samples } of resizes) {
    it(`equals cv2.resize to 1e-6: ${mode}, 8x6 to ${width}x${height}`, () => {
      const image = run(patternA({ width: 8, height: 6, channels: 1 }), { mode, size: { width, height } })
      assert.ok(maxDifference(image.data, samples) < 1e-6)
    })
  }

  for (const { mode, width, height, samples } of resizesByFactor) {
    it(`equals cv2.resize with fx = fy = 0.6 to 1e-6: ${mode}`, () => {
      const image = run(patternA({ width: 8, height: 6, channels: 1 }), {
        mode,
        factor: 0.6,
        rounding: 'round',
        sampling: 'from-factor',
      })
      assert.deepEqual([image.width, image.height], [width, height])
      assert.ok(maxDifference(image.data, samples) < 1e-6)
    })
  }

  it('equals OpenCV on a row, known answers to 1e-5', () => {
    const to = (mode: Params['mode'], width: number) => rowOf({ mode, size: { width, height: 8 } })
    assert.ok(maxDifference(to('area', 3), [2.5, 3.875, 5.25]) < 1e-6)
    assert.ok(maxDifference(to('area', 9), [3, 1.25, 3.25, 2.125, 3, 6.5, 7.25, 2.5, 6]) < 1e-6)
    assert.ok(maxDifference(to('area', 11), [3, 1.75, 1.75, 4, 1.375, 3, 5.5, 9, 3.75, 3.5, 6]) < 1e-6)
    assert.ok(maxDifference(to('bicubic', 4), [1.71875, 2.40625, 8.03125, 3.34375]) < 1e-6)
    assert.deepEqual([...to('nearest', 5)], [3, 1, 1, 5, 2])
    assert.ok(
      maxDifference(
        rowOf({
          mode: 'bilinear',
          size: { width: 8, height: 8 },
          factor: 0.6,
          rounding: 'round',
          sampling: 'from-factor',
        }),
        [7 / 3, 4, 11 / 3, 20 / 3, 6],
      ) < 1e-5,
    )
  })

  it('equals PyTorch with scale_factor on a row, known answers to 1e-5', () => {
    const scaled = (factor: number) => rowOf({ mode: 'bilinear', factor, sampling: 'from-factor' })
    assert.ok(maxDifference(scaled(0.6), [7 / 3, 4, 11 / 3, 20 / 3]) < 1e-5)
    assert.ok(maxDifference(scaled(1.3).subarray(0, 5), [3, 1.69230769, 2.26923077, 3.42307692, 1.11538462]) < 1e-5)
  })

  it('equals the area mode of PyTorch on a row, known answers to 1e-6', () => {
    const pooled = (width: number) => rowOf({ mode: 'pytorch-area', size: { width, height: 8 } })
    assert.ok(maxDifference(pooled(5), [2, 2, 3, 16 / 3, 4]) < 1e-6)
    assert.ok(maxDifference(pooled(3), [8 / 3, 4.75, 17 / 3]) < 1e-6)
    assert.ok(maxDifference(pooled(9), [3, 2, 2.5, 2.5, 3, 7, 5.5, 4, 6]) < 1e-6)
    assert.ok(maxDifference(pooled(11), [3, 2, 2.5, 4, 2.5, 3, 7, 9, 5.5, 4, 6]) < 1e-6)
  })

  it('equals MATLAB imresize on a row, known answers to 1e-5', () => {
    const matlab = (factor: number) => rowOf({ mode: 'matlab-bicubic', factor })
    assert.ok(maxDifference(matlab(0.5), [2.3515625, 2.3671875, 5.9765625, 4.8046875]) < 1e-6)
    assert.ok(maxDifference(matlab(0.25), [2.599121, 5.150879]) < 1e-5)
    assert.ok(maxDifference(matlab(1 / 3), [2.2345676, 4.6419754, 5.08642]) < 1e-5)
    assert.ok(maxDifference(matlab(0.6), [2.3043485, 2.454975, 3.9710135, 6.086958, 5.0142193]) < 1e-5)
    assert.ok(
      maxDifference(
        matlab(2),
        [
          3.1875, 2.5234375, 1.1953125, 1.5390625, 3.5546875, 3.5078125, 1.3984375, 1.5078125, 3.8359375, 6.2578125,
          8.7734375, 7.765625, 3.234375, 2.3203125, 5.0234375, 6.375,
        ],
      ) < 1e-6,
    )
  })

  it('equals MATLAB imresize on pattern A, 40x48 by 1/4, known answers to 1e-6', () => {
    const small = run(patternA({ width: 40, height: 48, channels: 3 }), { mode: 'matlab-bicubic', divide: 4 })
    const at = (c: number, y: number, x: number) => small.data[(c * 12 + y) * 10 + x]!
    assert.deepEqual([small.width, small.height], [10, 12])
    assert.ok(maxDifference([at(0, 0, 0), at(1, 0, 0), at(2, 0, 0)], [0.1150544, 0.2287799, 0.3425054]) < 1e-6)
    assert.ok(maxDifference([at(0, 5, 4), at(1, 5, 4), at(2, 5, 4)], [0.5033041, 0.6185076, 0.7599673]) < 1e-6)
  })

  it('scales the own size, a given size, or that of another image', () => {
    const image = patternA({ width: 33, height: 21, channels: 3 })
    const sizeOf = ({ width, height }: Image) => [width, height]
    assert.deepEqual(sizeOf(run(image, { divide: 4 })), [8, 5])
    assert.deepEqual(sizeOf(run(image, { divide: 4, rounding: 'ceil' })), [9, 6])
    assert.deepEqual(sizeOf(run(image, { divide: 4, mode: 'matlab-bicubic' })), [9, 6])
    assert.deepEqual(sizeOf(run(image, { factor: 2.5, rounding: 'round' })), [82, 52])
    assert.deepEqual(sizeOf(run(image, { size: { width: 10, height: 20 }, factor: 1.5 })), [15, 30])
    assert.deepEqual(
      sizeOf(run(image, { factor: 0.8, divide: 4 }, patternA({ width: 400, height: 400, channels: 1 }))),
      [80, 80],
    )
    assert.deepEqual(sizeOf(run(image, { divide: 1000 })), [1, 1])
  })

  it('refuses two sizes to scale, and sides beyond any image file', () => {
    const image = patternA({ width: 8, height: 6, channels: 1 })
    const code = (expected: string) => (error: unknown) => error instanceof KintsugiError && error.code === expected
    assert.throws(() => run(image, { size: { width: 4, height: 4 } }, image), code('E_PARAM'))
    assert.throws(() => run(image, { size: { width: 65535, height: 4 }, factor: 2 }), code('E_IMAGE_SIZE'))
  })

  it('keeps a constant image constant in every mode, at any size', () => {
    const side = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(
        fc.constantFrom(...RESIZE_MODES),
        side,
        side,
        side,
        side,
        (mode, width, height, toWidth, toHeight) => {
          const flat = imageOf({ width, height, channels: 1 }, () => 0.625)
          const resized = run(flat, { mode, size: { width: toWidth, height: toHeight } })
          assert.ok(maxDifference(resized.data, new Float32Array(toWidth * toHeight).fill(0.625)) < 1e-5)
        },
      ),
      { numRuns: 300, seed: 1 },
    )
  })

  it('equals the plain sum of weights and samples at any size', () => {
    const side = fc.integer({ min: 1, max: 50 })
    fc.assert(
      fc.property(
        fc.constantFrom(...RESIZE_MODES),
        side,
        side,
        side,
        side,
        (mode, width, height, toWidth, toHeight) => {
          const image = patternA({ width, height, channels: 1 })
          const axes = resamplings(
            mode,
            { input: width, output: toWidth, step: 1 / (toWidth / width) },
            { input: height, output: toHeight, step: 1 / (toHeight / height) },
          )
          const expected = imageOf({ width: toWidth, height: toHeight, channels: 1 }, (_c, y, x) => {
            let sum = 0
            for (let j = 0; j < axes.y.taps; j++)
              for (let i = 0; i < axes.x.taps; i++)
                sum +=
                  axes.y.weights[y * axes.y.taps + j]! *
                  axes.x.weights[x * axes.x.taps + i]! *
                  image.data[(axes.y.starts[y]! + j) * width + axes.x.starts[x]! + i]!
            return sum
          })
          const resized = run(image, { mode, size: { width: toWidth, height: toHeight }, sampling: 'from-size' })
          assert.ok(maxDifference(resized.data, expected.data) < 2e-5)
        },
      ),
      { numRuns: 300, seed: 2 },
    )
  })

  it('resizes alpha as a plane of its own and keeps the metadata', () => {
    const metadata = { bitDepth: 16 } as const
    const image = imageOf({ width: 20, height: 10, channels: 3, alpha: true, metadata }, () => 0.5)
    const alone = run(
      imageOf({ width: 20, height: 10, channels: 1 }, (_c, _y, x) => 1 - x / 20),
      { divide: 2 },
    )
    const resized = run(image, { divide: 2 })
    assert.deepEqual(resized.alpha, alone.data)
    assert.deepEqual(resized.metadata, metadata)
  })

  describe('against stored outputs', function () {
    before(function () {
      if (!goldenAvailable) {
        console.log('      reference outputs are not there')
        this.skip()
      }
    })

    it('equals cv2.resize on float images to 1e-5', () => {
      const modes: Readonly<Record<string, Params['mode']>> = {
        nearest: 'nearest',
        linear: 'bilinear',
        cubic: 'bicubic',
        area: 'area',
      }
      const image = readImage('resize/input.npy')
      const items = readItems<{
        name: string
        interpolation?: string
        size: [number, number]
        output: { file: string }
      }>('resize')
      let compared = 0
      for (const { name, interpolation = '', size, output } of items) {
        const mode = modes[interpolation]
        if (mode === undefined || !name.startsWith('cv2_')) continue
        const [height, width] = size
        assert.ok(
          maxDifference(run(image, { mode, size: { width, height } }).data, readImage(`resize/${output.file}`).data) <
            1e-5,
          name,
        )
        compared++
      }
      assert.equal(compared, 20)
    })

    it('equals PyTorch interpolate with scale_factor to 1e-5', () => {
      const image = readImage('resize/input.npy')
      for (const [name, mode] of [
        ['bilinear', 'bilinear'],
        ['bicubic', 'bicubic'],
        ['area', 'pytorch-area'],
      ] as const) {
        for (const factor of [0.37, 1.27]) {
          const expected = readImage(`resize/torch_${name}_scale${factor.toString().replace('.', 'p')}.npy`)
          assert.ok(
            maxDifference(run(image, { mode, factor, sampling: 'from-factor' }).data, expected.data) < 1e-5,
            `${mode} ${factor}`,
          )
        }
      }
    })

    it('equals BasicSR imresize to 1e-5', () => {
      const image = readImage('matlab_imresize/input.npy')
      for (const [name, factor, divide] of [
        ['down4', 1, 4],
        ['down2', 1, 2],
        ['down3', 1, 3],
        ['up3', 3, 1],
      ] as const) {
        const expected = readImage(`matlab_imresize/${name}.npy`)
        const resized = run(image, { mode: 'matlab-bicubic', factor, divide })
        assert.ok(maxDifference(resized.data, expected.data) < 1e-5, name)
      }
    })
  })
})
