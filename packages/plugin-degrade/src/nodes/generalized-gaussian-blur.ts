import { defineNode, type Static, Type } from '@kintsugi/core'
import { generalizedGaussianKernel } from '../blur-kernels/generalized-gaussian.js'
import { KERNEL_BLUR_BORDERS, kernelBlur } from './kernel-blur.js'
import { kernelSize, spreadOf, spreadParams, squareOf } from './kernel-params.js'

const params = Type.Object(
  {
    ...spreadParams,
    beta: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      maximum: 16,
      description: 'Shape: 1 is the Gaussian, less is more peaked, more is flatter. Real-ESRGAN draws 0.5 to 4.',
    }),
    kernel_size: kernelSize('Real-ESRGAN draws 7, 9, ... 21.'),
  },
  { additionalProperties: false },
)

/** `degrade/generalized-gaussian-blur`: blur with exp(-q^beta / 2). */
export const generalizedGaussianBlur = defineNode({
  name: 'degrade/generalized-gaussian-blur',
  title: 'Generalized Gaussian blur',
  description:
    'Correlates every plane with exp(-q^beta / 2) divided by its sum, q the squared distance in units of the sigmas: ' +
    `\`bivariate_generalized_Gaussian\` of BasicSR, as Real-ESRGAN uses it. ${KERNEL_BLUR_BORDERS}`,
  params,
  ...kernelBlur(squareOf, (p: Static<typeof params>) => generalizedGaussianKernel(p.kernel_size, spreadOf(p), p.beta)),
  examples: [
    {
      title: 'A single bright pixel becomes the peaked kernel (BasicSR, size 9, sigma 1.5, beta 0.5)',
      in: { image: { pattern: 'impulse', width: 21, height: 21 } },
      with: { sigma: 1.5, beta: 0.5, kernel_size: 9 },
      expect: {
        image: {
          width: 21,
          height: 21,
          samples: [
            [0, 10, 10, 0.0352036767301],
            [0, 10, 11, 0.0252245366244],
            [0, 9, 11, 0.0219714967028],
            [0, 6, 6, 0.00534163852901],
            [0, 10, 15, 0],
          ],
        },
      },
    },
    {
      title: 'A rotated flat-topped kernel (BasicSR, size 9, sigmas 2 and 0.8, pi / 6, beta 2)',
      in: { image: { pattern: 'impulse', width: 21, height: 21 } },
      with: { sigma_x: 2, sigma_y: 0.8, rotation: Math.PI / 6, beta: 2, kernel_size: 9 },
      expect: {
        image: {
          samples: [
            [0, 10, 10, 0.157211435647],
            [0, 10, 9, 0.133017056636],
            [0, 9, 10, 0.0733872931572],
            [0, 11, 9, 0.00203160101332],
          ],
        },
      },
    },
  ],
})
