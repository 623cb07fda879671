import { defineNode, type Static, Type } from '@kintsugi/core'
import { sincKernel } from '../blur-kernels/sinc.js'
import { KERNEL_BLUR_BORDERS, kernelBlur } from './kernel-blur.js'
import { kernelSize, squareOf } from './kernel-params.js'

const params = Type.Object(
  {
    cutoff: Type.Number({
      default: Math.PI / 3,
      exclusiveMinimum: 0,
      maximum: Math.PI,
      'x-unit': 'rad/px',
      description:
        'Highest frequency that passes. Real-ESRGAN draws pi/3 to pi for sizes below 13 and for its final filter, else pi/5 to pi.',
    }),
    kernel_size: kernelSize('Real-ESRGAN draws 7, 9, ... 21.'),
  },
  { additionalProperties: false },
)

/** `degrade/sinc-blur`: the ringing of an ideal low-pass filter. */
export const sincBlur = defineNode({
  name: 'degrade/sinc-blur',
  title: 'Sinc blur',
  description:
    'Correlates every plane with the ideal circular low-pass filter, cutoff J1(cutoff r) / (2 pi r) divided by its sum: ' +
    `\`circular_lowpass_kernel\` of BasicSR, by which Real-ESRGAN makes ringing and overshoot. ${KERNEL_BLUR_BORDERS}`,
  params,
  ...kernelBlur(squareOf, ({ kernel_size, cutoff }: Static<typeof params>) => sincKernel(kernel_size, cutoff)),
  examples: [
    {
      title: 'A single bright pixel becomes the kernel, with negative rings (BasicSR, size 7, cutoff pi / 3)',
      in: { image: { pattern: 'impulse', width: 21, height: 21 } },
      with: { cutoff: Math.PI / 3, kernel_size: 7 },
      expect: {
        image: {
          width: 21,
          height: 21,
          samples: [
            [0, 10, 10, 0.0636353983145],
            [0, 10, 11, 0.0553019899125],
            [0, 9, 11, 0.0477128128145],
            [0, 7, 7, -0.00616561397854],
          ],
        },
      },
    },
    {
      title: 'A wider kernel (BasicSR, size 21, cutoff pi / 5)',
      in: { image: { pattern: 'impulse', width: 33, height: 33 } },
      with: { cutoff: Math.PI / 5 },
      expect: {
        image: {
          samples: [
            [0, 16, 16, 0.0401865723106],
            [0, 16, 17, 0.038235798623],
            [0, 6, 6, 0.00232655798873],
          ],
        },
      },
    },
  ],
})
