import { defineNode, type Static, Type } from '@kintsugi/core'
import { shiftedGaussianKernel } from '../blur-kernels/shifted-gaussian.js'
import { flipped } from '../convolution/blur-kernel.js'
import { KERNEL_BLUR_BORDERS, kernelBlur } from './kernel-blur.js'
import { kernelSize, spreadOf, spreadParams, squareOf } from './kernel-params.js'

const params = Type.Object(
  {
    ...spreadParams,
    scale: Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 16,
      description: 'Shrinking factor to come: the image moves by (scale - 1) / 2 pixels to the upper left.',
    }),
    method: Type.Enum(['resampled', 'exact'], {
      default: 'resampled',
      description:
        '`resampled`: the centred kernel, moved by bilinear interpolation (`shift_pixel` of BSRGAN). ' +
        '`exact`: the Gaussian around the moved centre (`gen_kernel` of KAIR).',
    }),
    kernel_size: kernelSize('BSRGAN uses 25, KAIR 15 or 25.'),
  },
  { additionalProperties: false },
)

/** `degrade/shifted-gaussian-blur`: the blur that goes before taking every scale-th pixel. */
export const shiftedGaussianBlur = defineNode({
  name: 'degrade/shifted-gaussian-blur',
  title: 'Shifted Gaussian blur',
  description:
    'Convolves (with the kernel turned round, as SciPy `convolve`) every plane with a Gaussian moved by (scale - 1) / 2 pixels, so that the pixels ' +
    '0, scale, 2 scale, ... become the middles of their scale x scale cells. Follow it with `degrade/resize` in mode `nearest`, `divide: scale`, ' +
    `\`rounding: ceil\`, \`sampling: from-factor\`. ${KERNEL_BLUR_BORDERS}`,
  params,
  ...kernelBlur(squareOf, (p: Static<typeof params>) =>
    flipped(shiftedGaussianKernel(p.kernel_size, spreadOf(p), (p.scale - 1) / 2, p.method)),
  ),
  examples: [
    {
      title:
        'The largest weights lie between the rows and columns 1 and 2 off the middle (BSRGAN, size 25, sigma 1.6, scale 4)',
      in: { image: { pattern: 'impulse', width: 33, height: 33 } },
      with: { sigma: 1.6, scale: 4, kernel_size: 25 },
      expect: {
        image: {
          width: 33,
          height: 33,
          samples: [
            [0, 16, 16, 0.0254811436728],
            [0, 16, 17, 0.0125425498463],
            [0, 14, 14, 0.051628822],
            [0, 15, 15, 0.051628822],
          ],
        },
      },
    },
    {
      title: 'A flat image stays flat',
      in: { image: { pattern: 'flat', width: 7, height: 5 } },
      with: { sigma: 2, method: 'exact' },
      expect: { image: { mean: 0.5, std: 0, tolerance: 1e-6 } },
    },
  ],
})
