import { defineNode, type Static, Type } from '@kintsugi/core'
import type { KernelSize } from '../convolution/blur-kernel.js'
import { mostSamples, reachOf, separableWay, type Way, wayFor } from '../convolution/correlate-image.js'
import { automaticKernelSize, gaussianKernel, gaussianTaps } from '../convolution/gaussian.js'
import { separableSamples } from '../convolution/separable.js'
import { planes, shapeOf } from '../image/planes.js'

const sigmaRange = { minimum: 0, maximum: 50, 'x-unit': 'px' }

const params = Type.Object(
  {
    sigma: Type.Number({
      ...sigmaRange,
      default: 1,
      description: 'Standard deviation in both directions. 0 leaves the image as it is.',
    }),
    sigma_x: Type.Optional(
      Type.Number({
        ...sigmaRange,
        description: 'Standard deviation along x, or along the rotated x. Default: `sigma`.',
      }),
    ),
    sigma_y: Type.Optional(
      Type.Number({
        ...sigmaRange,
        description: 'Standard deviation along y, or along the rotated y. Default: `sigma`.',
      }),
    ),
    rotation: Type.Number({
      default: 0,
      minimum: -2 * Math.PI,
      maximum: 2 * Math.PI,
      'x-unit': 'rad',
      description: 'Turns the axes of `sigma_x` and `sigma_y` from the right towards the bottom of the image.',
    }),
    kernel_size: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 401,
        not: { multipleOf: 2 },
        'x-unit': 'px',
        description:
          'Width and height of the kernel; odd. Default: `round(8 sigma + 1) | 1` for the sigma of each axis (of the larger one when rotated), as OpenCV for float images.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** `degrade/gaussian-blur`: an isotropic, anisotropic or rotated Gaussian, correlated with each plane, reflect-101 at the borders. */
export const gaussianBlur = defineNode({
  name: 'degrade/gaussian-blur',
  title: 'Gaussian blur',
  description:
    'Correlates every plane with a normalised Gaussian kernel: isotropic, or with its own width along two axes that may be rotated. ' +
    'Border reflect-101 (the edge sample is not repeated); nothing is clipped. ' +
    'Without rotation it equals `cv2.GaussianBlur` on float images, with rotation `cv2.filter2D` with the kernels of Real-ESRGAN ' +
    '(`bivariate_Gaussian` of BasicSR). Alpha is blurred as a plane of its own, and colour is not premultiplied: ' +
    'colour hidden under transparent pixels spreads as well.',
  params,
  inputs: { image: { type: 'image', description: 'What to blur.' } },
  outputs: { image: { type: 'image', description: 'The blurred image, of the same size, channels and metadata.' } },
  halo: (settings) => reachOf(sizeOf(settings)),
  memory: (inputs, settings) => {
    const { width, height, channels } = inputs.image!
    const size = sizeOf(settings)
    const working = isSeparable(settings) ? separableSamples(width, height, size) : mostSamples(size, width, height)
    return 4 * (width * height * (channels + 1) + working)
  },
  examples: [
    {
      title: 'A single bright pixel becomes the kernel (OpenCV 4.6 `GaussianBlur`, size 9 from sigma 1)',
      in: { image: { pattern: 'impulse', width: 21, height: 15 } },
      with: { sigma: 1 },
      expect: {
        image: {
          width: 21,
          height: 15,
          tolerance: 1e-6,
          samples: [
            [0, 7, 10, 0.1591559],
            [0, 7, 11, 0.09653293],
            [0, 8, 11, 0.058550183],
            [0, 3, 6, 1.7910635e-8],
          ],
        },
      },
    },
    {
      title: 'A flat image stays flat up to its borders',
      in: { image: { pattern: 'flat', width: 7, height: 5 } },
      with: { sigma: 4 },
      expect: { image: { mean: 0.5, std: 0, tolerance: 1e-6 } },
    },
    {
      title: 'Rotated anisotropic kernel of a published size (BasicSR `bivariate_Gaussian`)',
      in: { image: { pattern: 'impulse', width: 21, height: 21 } },
      with: { sigma_x: 2, sigma_y: 0.8, rotation: Math.PI / 6, kernel_size: 9 },
      expect: {
        image: {
          tolerance: 1e-6,
          samples: [
            [0, 10, 10, 0.10051374556],
            [0, 10, 9, 0.0752813170057],
            [0, 9, 10, 0.0542230985346],
            [0, 11, 9, 0.0230050859249],
          ],
        },
      },
    },
  ],
  run({ image }, settings, context) {
    const { convolve } = wayOf(settings)
    const output = context.createImage(shapeOf(image))
    const targets = planes(output)
    planes(image).forEach((source, i) => {
      context.throwIfCancelled()
      convolve(source, targets[i]!, image.width, image.height)
    })
    return { image: output }
  },
})

type Settings = Static<typeof params>

/** The size of the kernel that the parameters ask for. */
function sizeOf(settings: Settings): KernelSize {
  const [sigmaX, sigmaY] = sigmasOf(settings)
  const sideFor = (sigma: number) => settings.kernel_size ?? automaticKernelSize(sigma)
  if (isSeparable(settings)) return { width: sideFor(sigmaX), height: sideFor(sigmaY) }
  const side = sideFor(Math.max(sigmaX, sigmaY))
  return { width: side, height: side }
}

/** How to correlate a plane with that kernel. */
function wayOf(settings: Settings): Way {
  const [sigmaX, sigmaY] = sigmasOf(settings)
  const { width, height } = sizeOf(settings)
  if (isSeparable(settings)) return separableWay(gaussianTaps(width, sigmaX), gaussianTaps(height, sigmaY))
  return wayFor({ width, height, weights: gaussianKernel(width, sigmaX, sigmaY, settings.rotation) })
}

function isSeparable(settings: Settings): boolean {
  const [sigmaX, sigmaY] = sigmasOf(settings)
  return settings.rotation === 0 || sigmaX === sigmaY
}

function sigmasOf({ sigma, sigma_x = sigma, sigma_y = sigma }: Settings): [x: number, y: number] {
  return [sigma_x, sigma_y]
}
