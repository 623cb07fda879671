import assert from 'node:assert/strict'
import { filterBands } from '../src/convolution/bands.js'
import { denseFilter } from '../src/convolution/dense.js'
import { gaussianKernel, gaussianTaps } from '../src/convolution/gaussian.js'
import { convolveSeparable } from '../src/convolution/separable.js'
import { gaussianBlur } from '../src/index.js'
import { imageOf, maxDifference, patternA, testContext } from './context.js'
import { goldenAvailable, readArray, readImage, readItems } from './golden.js'
import { blurs } from './opencv-answers.js'

const defaults = { sigma: 1, rotation: 0 }
const run = (
  image: Parameters<typeof gaussianBlur.run>[0]['image'],
  params: Partial<Parameters<typeof gaussianBlur.run>[1]>,
) => (gaussianBlur.run({ image }, { ...defaults, ...params }, testContext()) as { image: typeof image }).image

describe('degrade/gaussian-blur', () => {
  for (const { height, width, size, x, y, samples } of blurs) {
    it(`equals OpenCV's GaussianBlur to 1e-6: ${width}x${height}, size ${size || 'automatic'}, sigma ${x}, ${y}`, () => {
      const params = { sigma_x: x, sigma_y: y, ...(size === 0 ? {} : { kernel_size: size }) }
      const blurred = run(patternA({ width, height, channels: 1 }), params)
      assert.ok(maxDifference(blurred.data, samples) < 1e-6)
    })
  }

  it('has the kernel of BasicSR when rotated (bivariate_Gaussian, size 9, sigma 2 and 0.8, pi / 6)', () => {
    const kernel = gaussianKernel(9, 2, 0.8, Math.PI / 6)
    const answers = [
      [4, 4, 0.10051374556],
      [4, 5, 0.0752813170057],
      [5, 4, 0.0542230985346],
      [3, 5, 0.0230050859249],
      [0, 0, 0.000450931980395],
    ] as const
    for (const [row, column, value] of answers)
      assert.ok(Math.abs(kernel[row * 9 + column]! - value) < 1e-8, `${row}, ${column}`)
  })

  it('equals BasicSR filter2D with a rotated kernel to 1e-6 (pattern A, 24x24)', () => {
    const blurred = run(patternA({ width: 24, height: 24, channels: 3 }), {
      sigma_x: 2,
      sigma_y: 0.8,
      rotation: Math.PI / 6,
      kernel_size: 9,
    })
    const at = (c: number, y: number, x: number) => blurred.data[(c * 24 + y) * 24 + x]!
    const answers = [
      [0, 0, 0, 0.09891028],
      [0, 0, 3, 0.18965355],
      [1, 12, 10, 0.5579281],
      [1, 12, 12, 0.3663313],
      [2, 23, 23, 0.6074858],
    ] as const
    for (const [c, y, x, value] of answers) assert.ok(Math.abs(at(c, y, x) - value) < 1e-6, `${c}, ${y}, ${x}`)
  })

  it('gives the same by columns and rows as by the whole kernel', () => {
    const image = patternA({ width: 61, height: 45, channels: 1 })
    const [whole, parts] = [new Float32Array(61 * 45), new Float32Array(61 * 45)]
    const kernel = { width: 13, height: 13, weights: gaussianKernel(13, 2, 2, 0) }
    filterBands(image.data, whole, 61, 45, denseFilter(kernel))
    convolveSeparable(image.data, parts, 61, 45, gaussianTaps(13, 2), gaussianTaps(13, 2))
    assert.ok(maxDifference(whole, parts) < 1e-6)
  })

  it('gives a strip with its halo the same bits as the whole image, by columns and rows and by sums over a small kernel', () => {
    const whole = patternA({ width: 90, height: 130, channels: 1 })
    for (const params of [{ sigma: 2 }, { sigma_x: 2, sigma_y: 1, rotation: 0.7, kernel_size: 7 }]) {
      const halo = gaussianBlur.halo!({ ...defaults, ...params })
      const [top, rows] = [37, 50]
      const strip = imageOf(
        { width: 90, height: rows + 2 * halo, channels: 1 },
        (_, y, x) => whole.data[(y + top - halo) * 90 + x]!,
      )
      const expected = run(whole, params).data.subarray(top * 90, (top + rows) * 90)
      assert.deepEqual(run(strip, params).data.subarray(halo * 90, (halo + rows) * 90), expected)
    }
  })

  it('works on one pixel, 7x5 and kernels far larger than the image', () => {
    const pixel = imageOf({ width: 1, height: 1, channels: 3 }, (c) => c / 4)
    assert.ok(maxDifference(run(pixel, { sigma: 5 }).data, [0, 0.25, 0.5]) < 1e-6)
    assert.ok(maxDifference(run(pixel, { sigma_x: 5, sigma_y: 3, rotation: 1 }).data, [0, 0.25, 0.5]) < 1e-6)
    const flat = imageOf({ width: 7, height: 5, channels: 1 }, () => 0.75)
    assert.ok(maxDifference(run(flat, { sigma: 40 }).data, new Float32Array(35).fill(0.75)) < 1e-5)
  })

  it('leaves the image as it is with sigma 0', () => {
    const image = patternA({ width: 7, height: 5, channels: 3 })
    assert.deepEqual(run(image, { sigma: 0 }).data, image.data)
  })

  it('blurs alpha as a plane of its own and keeps the metadata', () => {
    const metadata = { bitDepth: 16, format: 'png' } as const
    const image = imageOf({ width: 20, height: 10, channels: 3, alpha: true, metadata }, () => 0.5)
    const blurred = run(image, { sigma: 2 })
    const alone = run(
      imageOf({ width: 20, height: 10, channels: 1 }, (_c, _y, x) => 1 - x / 20),
      { sigma: 2 },
    )
    assert.deepEqual(blurred.alpha, alone.data)
    assert.deepEqual(blurred.metadata, metadata)
  })

  describe('against stored outputs', function () {
    before(function () {
      if (!goldenAvailable) {
        console.log('      reference outputs are not there')
        this.skip()
      }
    })

    it('equals BasicSR kernels to 1e-7', () => {
      interface Item {
        name: string
        parameters: { kernel_size: number; sig_x: number; sig_y: number; theta: number; isotropic: boolean }
        kernel: { file: string }
      }
      const items = readItems<Item>('kernels').filter(({ name }) => name.startsWith('gauss_'))
      assert.equal(items.length, 6)
      for (const { name, parameters: p, kernel } of items) {
        const ours = gaussianKernel(p.kernel_size, p.sig_x, p.isotropic ? p.sig_x : p.sig_y, p.isotropic ? 0 : p.theta)
        assert.ok(maxDifference(ours, readArray(`kernels/${kernel.file}`).data) < 1e-7, name)
      }
    })

    it('equals cv2.filter2D with any kernel to 1e-5', () => {
      const image = readImage('filter2d/input.npy')
      const size = image.width * image.height
      for (const side of [7, 21]) {
        const weights = Float32Array.from(readArray(`filter2d/kernel_${side}.npy`).data)
        const filter = denseFilter({ width: side, height: side, weights })
        const ours = new Float32Array(image.data.length)
        for (let c = 0; c < 3; c++) {
          const [from, to] = [c * size, (c + 1) * size]
          filterBands(image.data.subarray(from, to), ours.subarray(from, to), image.width, image.height, filter)
        }
        assert.ok(maxDifference(ours, readImage(`filter2d/cv2_${side}.npy`).data) < 1e-5)
      }
    })

    it('equals cv2.GaussianBlur to 1e-6', () => {
      const image = readImage('filter2d/input.npy')
      for (const sigma of [0.8, 2]) {
        const expected = readImage(`filter2d/gb_${sigma.toFixed(1).replace('.', 'p')}.npy`)
        assert.ok(maxDifference(run(image, { sigma }).data, expected.data) < 1e-6)
      }
    })
  })
})
