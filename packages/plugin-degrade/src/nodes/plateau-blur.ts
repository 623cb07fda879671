import { defineNode, type Static, Type } from '@kintsugi/core'
import { plateauKernel } from '../blur-kernels/plateau.js'
import { KERNEL_BLUR_BORDERS, kernelBlur } from './kernel-blur.js'
import { kernelSize, spreadOf, spreadParams, squareOf } from './kernel-params.js'

const params = Type.Object(
  {
    ...spreadParams,
    beta: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      maximum: 16,
      description: 'Shape: the more, the flatter the top and the steeper the flank. Real-ESRGAN draws 1 to 2.',
    }),
    kernel_size: kernelSize('Real-ESRGAN draws 7, 9, ... 21.'),
  },
  { additionalProperties: false },
)

/** `degrade/plateau-blur`: blur with 1 / (1 + q^beta). */
export const plateauBlur = defineNode({
  name: 'degrade/plateau-blur',
  title: 'Plateau blur',
  description:
    'Correlates every plane with 1 / (1 + q^beta) divided by its sum, q the squared distance in units of the sigmas: ' +
    `\`bivariate_plateau\` of BasicSR, as Real-ESRGAN uses it. ${KERNEL_BLUR_BORDERS}`,
  params,
  ...kernelBlur(squareOf, (p: Static<typeof params>) => plateauKernel(p.kernel_size, spreadOf(p), p.beta)),
  examples: [
    {
      title: 'A single bright pixel becomes the kernel (BasicSR, size 9, sigma 1.5, beta 2)',
      in: { image: { pattern: 'impulse', width: 21, height: 21 } },
      with: { sigma: 1.5, beta: 2, kernel_size: 9 },
      expect: {
        image: {
          width: 21,
          height: 21,
          samples: [
            [0, 10, 10, 0.0953220947337],
            [0, 10, 11, 0.0795988626126],
            [0, 9, 11, 0.0532488942995],
            [0, 6, 6, 0.000468939548948],
          ],
        },
      },
    },
    {
      title: 'A rotated kernel (BasicSR, size 9, sigmas 2 and 0.8, pi / 6, beta 1.5)',
      in: { image: { pattern: 'impulse', width: 21, height: 21 } },
      with: { sigma_x: 2, sigma_y: 0.8, rotation: Math.PI / 6, beta: 1.5, kernel_size: 9 },
      expect: {
        image: {
          samples: [
            [0, 10, 10, 0.107904020537],
            [0, 10, 9, 0.0749554888233],
            [0, 9, 10, 0.0455018479183],
            [0, 14, 6, 0.000331873615167],
          ],
        },
      },
    },
  ],
})
