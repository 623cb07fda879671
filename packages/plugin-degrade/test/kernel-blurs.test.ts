import assert from 'node:assert/strict'
import { createStream, type Image, PixelArena } from '@kintsugi/core'
import fc from 'fast-check'
import { diskKernel } from '../src/blur-kernels/disk.js'
import { motionKernel } from '../src/blur-kernels/motion.js'
import { shiftedGaussianKernel } from '../src/blur-kernels/shifted-gaussian.js'
import { sincKernel } from '../src/blur-kernels/sinc.js'
import { filterBands } from '../src/convolution/bands.js'
import {
  flipped,
  isPointSymmetric,
  isSymmetric,
  normalised,
  normalisedKernel,
  separated,
} from '../src/convolution/blur-kernel.js'
import { correlateImage } from '../src/convolution/correlate-image.js'
import { denseFilter } from '../src/convolution/dense.js'
import { summedTaps } from '../src/convolution/equal-taps.js'
import { convolveFolded } from '../src/convolution/folded.js'
import { convolveByFourier } from '../src/convolution/fourier.js'
import { tiledCorrelation } from '../src/convolution/fourier-tiles.js'
import { gaussianKernel, gaussianTaps } from '../src/convolution/gaussian.js'
import { convolveSeparable } from '../src/convolution/separable.js'
import { sparseFilter } from '../src/convolution/sparse.js'
import {
  defocusBlur,
  gaussianBlur,
  generalizedGaussianBlur,
  motionBlur,
  plateauBlur,
  shiftedGaussianBlur,
  sincBlur,
} from '../src/index.js'
import { CONSTANTS } from '../src/kernels/kernels.js'
import { imageOf, maxDifference, patternA, testContext } from './context.js'
import { goldenAvailable, readArray, readImage } from './golden.js'

const imageOutput = (outputs: unknown) => (outputs as { image: Image }).image

const spread = { sigma: 1.5, rotation: 0 }
const blurs: Record<string, (image: Image) => Image> = {
  'generalized Gaussian': (image) =>
    imageOutput(generalizedGaussianBlur.run({ image }, { ...spread, beta: 0.7, kernel_size: 9 }, testContext())),
  plateau: (image) => imageOutput(plateauBlur.run({ image }, { ...spread, beta: 1.5, kernel_size: 9 }, testContext())),
  sinc: (image) => imageOutput(sincBlur.run({ image }, { cutoff: 1.2, kernel_size: 9 }, testContext())),
  motion: (image) => imageOutput(motionBlur.run({ image }, { length: 9, angle: 30 }, testContext())),
  defocus: (image) => imageOutput(defocusBlur.run({ image }, { radius: 3 }, testContext())),
  'shifted Gaussian': (image) =>
    imageOutput(
      shiftedGaussianBlur.run({ image }, { ...spread, scale: 4, method: 'resampled', kernel_size: 15 }, testContext()),
    ),
}

describe('blurs by a kernel', () => {
  for (const [name, blur] of Object.entries(blurs)) {
    it(`${name}: keeps flat images flat up to the borders, in all shapes, with alpha and metadata`, () => {
      for (const [width, height] of [
        [1, 1],
        [7, 5],
        [3, 40],
        [33, 21],
      ] as const) {
        const metadata = { bitDepth: 16 } as const
        const image = imageOf({ width, height, channels: 3, alpha: true, metadata }, (c) => 0.2 + c / 4)
        image.alpha!.fill(0.6)
        const blurred = blur(image)
        assert.ok(maxDifference(blurred.data, image.data) < 1e-6, `${width}x${height}`)
        assert.ok(maxDifference(blurred.alpha!, image.alpha!) < 1e-6)
        assert.deepEqual(blurred.metadata, metadata)
      }
      const gray = blur(patternA({ width: 33, height: 21, channels: 1 }))
      const colour = blur(patternA({ width: 33, height: 21, channels: 3 }))
      assert.equal(maxDifference(gray.data, colour.data.subarray(0, gray.data.length)), 0)
    })
  }

  it('with beta 1, the generalized Gaussian is the Gaussian', () => {
    const image = patternA({ width: 40, height: 30, channels: 1 })
    const params = { sigma: 1, sigma_x: 2, sigma_y: 0.8, rotation: 0.5, kernel_size: 13 }
    const general = imageOutput(generalizedGaussianBlur.run({ image }, { ...params, beta: 1 }, testContext()))
    const plain = imageOutput(gaussianBlur.run({ image }, params, testContext()))
    assert.ok(maxDifference(general.data, plain.data) < 1e-6)
  })

  it('sinc equals BasicSR filter2D with circular_lowpass_kernel to 1e-6 (pattern A, 24x24, size 7, cutoff pi / 3)', () => {
    const image = patternA({ width: 24, height: 24, channels: 3 })
    const { data } = imageOutput(sincBlur.run({ image }, { cutoff: Math.PI / 3, kernel_size: 7 }, testContext()))
    assert.ok(maxDifference(data.subarray(0, 4), [0.08603606, 0.10086642, 0.1407012, 0.1949964]) < 1e-6)
    assert.ok(Math.abs(Math.max(...data) - 0.8806111) < 1e-6)
  })

  it('shifted Gaussian equals SciPy convolve with the kernel of BSRGAN to 1e-6 (pattern A, 24x24, scale 4)', () => {
    const image = patternA({ width: 24, height: 24, channels: 3 })
    const params = { sigma: 1.6, rotation: 0, scale: 4, method: 'resampled', kernel_size: 25 } as const
    const { data } = imageOutput(shiftedGaussianBlur.run({ image }, params, testContext()))
    const answers = [
      [0, [0.154489404, 0.268214894, 0.381940384]],
      [12 * 24 + 12, [0.285308155, 0.222727856, 0.313680098]],
      [23 * 24 + 23, [0.691226245, 0.804951735, 0.795086869]],
    ] as const
    for (const [place, values] of answers) {
      assert.ok(
        maxDifference(
          [0, 1, 2].map((c) => data[c * 576 + place]!),
          values,
        ) < 1e-6,
      )
    }
  })

  it('a kernel of zeros among its weights gives the same bits whether they are left out or not', () => {
    const { data } = patternA({ width: 61, height: 45, channels: 1 })
    const kernel = normalisedKernel(11, (x, y) => ((x * 3 + y * 5 + 100) % 7 === 0 ? 1 + (x & 3) : 0))
    const [dense, sparse] = [new Float32Array(61 * 45), new Float32Array(61 * 45)]
    filterBands(data, dense, 61, 45, denseFilter(kernel))
    filterBands(data, sparse, 61, 45, sparseFilter(kernel))
    assert.equal(maxDifference(sparse, dense), 0)
  })

  it('gives the same folded about the middle as weight by weight, for images smaller and larger than what is done at once', () => {
    const turned = (size: number) => ({ width: size, height: size, weights: gaussianKernel(size, 3, 1, 0.6) })
    const kernels = [
      diskKernel(2),
      diskKernel(3.3),
      sincKernel(9, 1.3),
      normalisedKernel(3, (x, y) => 1 / (1 + x * x + 2 * y * y)),
      normalisedKernel(7, (x, y) => 1 / (1 + x * x + 2 * y * y)),
      motionKernel(9, 30),
      ...[3, 5, 7, 9, 15].map(turned),
    ]
    for (const kernel of kernels) {
      assert.ok(isPointSymmetric(kernel) && separated(kernel) === undefined)
      for (const [width, height] of [
        [1, 1],
        [7, 5],
        [61, 45],
        [290, 150],
      ] as const) {
        const { data } = patternA({ width, height, channels: 1 })
        const [whole, folded] = [new Float32Array(width * height), new Float32Array(width * height)]
        filterBands(data, whole, width, height, denseFilter(kernel))
        convolveFolded(data, folded, width, height, kernel)
        assert.ok(maxDifference(whole, folded) < 1e-6, `${kernel.width}x${kernel.height}, ${width}x${height}`)
      }
    }
  })

  it('gives the same by rows and columns of 3 and 5 weights as weight by weight', () => {
    for (const [taps, [width, height]] of [
      [
        [0.25, 0.5, 0.25],
        [1, 1],
      ],
      [
        [0.1, 0.25, 0.3, 0.25, 0.1],
        [2, 3],
      ],
      [
        [0.25, 0.5, 0.25],
        [61, 45],
      ],
      [
        [0.1, 0.25, 0.3, 0.25, 0.1],
        [64, 150],
      ],
    ] as const) {
      const { data } = patternA({ width, height, channels: 1 })
      const row = Float32Array.from(taps)
      const column = row.map((tap, i) => (i === row.length >> 1 ? 2 : 1) * tap)
      const size = taps.length
      const kernel = {
        width: size,
        height: size,
        weights: Float32Array.from({ length: size ** 2 }, (_, i) => row[i % size]! * column[Math.floor(i / size)]!),
      }
      const [whole, parts] = [new Float32Array(width * height), new Float32Array(width * height)]
      filterBands(data, whole, width, height, denseFilter(kernel))
      convolveSeparable(data, parts, width, height, row, column)
      assert.ok(maxDifference(whole, parts) < 1e-6, `${size}, ${width}x${height}`)
    }
  })

  it('gives the same with equal weights added up first as weight by weight', () => {
    for (const [length, sums] of [
      [9, 3],
      [13, 3],
      [15, 3],
      [30, 4],
    ] as const) {
      const kernel = motionKernel(length, 0)
      assert.equal(summedTaps(kernel.weights)!.terms.filter(({ isSum }) => isSum).length, sums)
      for (const [width, height] of [
        [1, 1],
        [61, 150],
      ] as const) {
        const { data } = patternA({ width, height, channels: 1 })
        const [whole, summed] = [new Float32Array(width * height), new Float32Array(width * height)]
        filterBands(data, whole, width, height, denseFilter(kernel))
        convolveSeparable(data, summed, width, height, kernel.weights, Float32Array.of(1))
        assert.ok(maxDifference(whole, summed) < 1e-6, `${length} px, ${width}x${height}`)
      }
    }
    assert.equal(summedTaps(motionKernel(7, 0).weights), undefined)
  })

  it('by rows and columns can write over the plane that it reads', () => {
    for (const [size, [width, height]] of [
      [5, [61, 300]],
      [21, [61, 300]],
      [41, [13, 9]],
    ] as const) {
      const { data } = patternA({ width, height, channels: 1 })
      const taps = gaussianTaps(size, size / 6)
      const [apart, over] = [new Float32Array(width * height), data.slice()]
      convolveSeparable(data, apart, width, height, taps, taps)
      convolveSeparable(over, over, width, height, taps, taps)
      assert.deepEqual(over, apart, `${size}, ${width}x${height}`)
    }
  })

  it('gives the same by rows and columns as weight by weight', () => {
    const { data } = patternA({ width: 61, height: 45, channels: 1 })
    const slanted = motionKernel(9, 30)
    assert.ok(!isSymmetric(slanted) && separated(slanted) === undefined)
    const shifted = shiftedGaussianKernel(15, { sigmaX: 2, sigmaY: 1, rotation: 0 }, 1.5, 'resampled')
    const { row, column } = separated(shifted)!
    const [whole, parts] = [new Float32Array(61 * 45), new Float32Array(61 * 45)]
    filterBands(data, whole, 61, 45, denseFilter(shifted))
    convolveSeparable(data, parts, 61, 45, row, column)
    assert.ok(maxDifference(whole, parts) < 1e-6)
  })

  it('gives the same by Fourier transforms as weight by weight, to rounding, for images smaller and larger than a tile', () => {
    const turned = { width: 31, height: 31, weights: gaussianKernel(31, 4, 1, 0.6) }
    const flat = normalisedKernel(27, () => 1)
    for (const [width, height, kernel] of [
      [1, 1, turned],
      [7, 5, turned],
      [61, 45, diskKernel(20)],
      [530, 250, turned],
      [40, 300, { width: 129, height: 5, weights: normalised(Float64Array.from({ length: 645 }, (_, i) => i % 7)) }],
    ] as const) {
      const { data } = patternA({ width, height, channels: 1 })
      const [whole, transformed] = [new Float32Array(width * height), new Float32Array(width * height)]
      filterBands(data, whole, width, height, denseFilter(kernel))
      convolveByFourier(data, transformed, width, height, kernel)
      assert.ok(maxDifference(whole, transformed) < 2e-6, `${width}x${height}`)
    }
    const gray = new Float32Array(600 * 40).fill(0.5)
    const blurred = new Float32Array(600 * 40)
    convolveByFourier(gray, blurred, 600, 40, flat)
    assert.ok(maxDifference(blurred, gray) < 1e-7)
  })

  it('gives the same by Fourier transforms of small tiles as weight by weight, to the rounding of such sums, for any kernel that fits and any image', () => {
    const odd = (most: number) => fc.integer({ min: 0, max: (most - 1) / 2 }).map((half) => 2 * half + 1)
    const sizes = fc.record({ width: fc.integer({ min: 1, max: 150 }), height: fc.integer({ min: 1, max: 150 }) })
    fc.assert(
      fc.property(sizes, odd(59), odd(59), fc.integer(), ({ width, height }, kernelWidth, kernelHeight, seed) => {
        const random = createStream(Uint8Array.from({ length: 16 }, (_, i) => seed >> (i % 4)))
        const values = Float64Array.from({ length: kernelWidth * kernelHeight }, () => random.uniform())
        const kernel = { width: kernelWidth, height: kernelHeight, weights: normalised(values) }
        const { data } = patternA({ width, height, channels: 1 })
        const [whole, tiled] = [new Float32Array(width * height), new Float32Array(width * height)]
        filterBands(data, whole, width, height, denseFilter(kernel))
        tiledCorrelation(kernel)(data, tiled, width, height)
        assert.ok(maxDifference(whole, tiled) < 3e-6)
      }),
      { numRuns: 40 },
    )
  })

  it('gives the same bits by small tiles whatever lay in memory and in whichever memory the planes are', () => {
    const kernel = normalisedKernel(11, (x, y) => 1 + ((3 * x + y + 20) % 5))
    const { data } = patternA({ width: 173, height: 140, channels: 1 })
    const expected = new Float32Array(data.length)
    tiledCorrelation(kernel)(data, expected, 173, 140)
    const arena = PixelArena.create(2 ** 24, 0)!
    const [source, target] = [0, 1].map(() => arena.heap.extend(data.byteLength)!)
    const { pixels } = arena
    const view = (address: number, length: number) =>
      new Float32Array(pixels.bufferTo(address + 4 * length), address, length)
    const planes = [view(source!, data.length), view(target!, data.length)] as const
    planes[0].set(data)
    const { address, bytes } = pixels.scratch
    for (const rest of [Number.NaN, 0, 1e30]) {
      view(address + CONSTANTS, (bytes - CONSTANTS) / 4).fill(rest)
      tiledCorrelation(kernel)(...planes, 173, 140)
      assert.ok(planes[1].every((value, i) => value === expected[i]))
    }
  })

  it('a turned kernel too wide to be summed directly gives a strip with its halo the same as the whole image, to 1e-6', () => {
    const params = { sigma: 1, sigma_x: 6, sigma_y: 2, rotation: 0.6, kernel_size: 31 }
    const image = patternA({ width: 90, height: 80, channels: 1 })
    const whole = imageOutput(gaussianBlur.run({ image }, params, testContext()))
    const halo = gaussianBlur.halo!(params)
    const from = 25 - halo
    const rows = { width: 90, height: 20 + 2 * halo, channels: 1 } as const
    const strip = imageOf(rows, (_, y, x) => image.data[(from + y) * 90 + x]!)
    const part = imageOutput(gaussianBlur.run({ image: strip }, params, testContext()))
    const [of, at] = [(y: number) => whole.data.subarray(y * 90, (y + 1) * 90), halo]
    for (let y = 0; y < 20; y++)
      assert.ok(maxDifference(part.data.subarray((at + y) * 90, (at + y + 1) * 90), of(25 + y)) < 1e-6)
  })

  for (const [name, definition, params] of [
    ['motion', motionBlur, { length: 15, angle: 20 }],
    ['defocus', defocusBlur, { radius: 4.2 }],
  ] as const) {
    it(`${name}: gives a strip with its halo the same bits as the whole image`, () => {
      const halo = definition.halo!(params as never)
      const run = (image: Image) => imageOutput(definition.run({ image }, params as never, testContext())).data
      const whole = patternA({ width: 50, height: 90, channels: 1 })
      const [top, rows] = [31, 20]
      const strip = imageOf(
        { width: 50, height: rows + 2 * halo, channels: 1 },
        (_, y, x) => whole.data[(y + top - halo) * 50 + x]!,
      )
      const expected = run(whole).subarray(top * 50, (top + rows) * 50)
      assert.equal(maxDifference(run(strip).subarray(halo * 50, (halo + rows) * 50), expected), 0)
    })
  }

  it('equal scipy.ndimage.convolve in mode mirror, with the kernel turned round, to 1e-6', function () {
    if (!goldenAvailable) {
      console.log('      reference outputs are not there')
      this.skip()
    }
    const weights = Float32Array.from(readArray('filter2d/kernel_scipy.npy').data)
    const kernel = flipped({ width: 11, height: 11, weights })
    const { data } = correlateImage(readImage('filter2d/input.npy'), kernel, testContext())
    assert.ok(maxDifference(data, readImage('filter2d/scipy_mirror.npy').data) < 1e-6)
  })
})
