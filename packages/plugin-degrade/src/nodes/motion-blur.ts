import { defineNode, type Static, Type } from '@kintsugi/core'
import { motionKernel, motionSize } from '../blur-kernels/motion.js'
import { KERNEL_BLUR_BORDERS, kernelBlur } from './kernel-blur.js'

const params = Type.Object(
  {
    length: Type.Number({
      default: 9,
      minimum: 1,
      maximum: 201,
      'x-unit': 'px',
      description: 'Way of the camera during the exposure. 1 leaves the image as it is.',
    }),
    angle: Type.Number({
      default: 0,
      minimum: -360,
      maximum: 360,
      'x-unit': 'deg',
      description: 'Direction, counter-clockwise from the right; 180 more is the same.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/motion-blur`: straight motion of the camera at even speed. */
export const motionBlur = defineNode({
  name: 'degrade/motion-blur',
  title: 'Motion blur',
  description:
    "Correlates every plane with a line segment, drawn as MATLAB's `fspecial('motion', length, angle)` draws it: each weight is 1 less the " +
    `distance of the pixel's centre from the segment, divided by the sum. ${KERNEL_BLUR_BORDERS}`,
  params,
  ...kernelBlur(
    ({ length, angle }: Static<typeof params>) => motionSize(length, angle),
    ({ length, angle }) => motionKernel(length, angle),
  ),
  examples: [
    {
      title: 'Along the rows: the mean of 9 pixels',
      in: { image: { pattern: 'impulse', width: 15, height: 7 } },
      with: { length: 9 },
      expect: {
        image: {
          width: 15,
          height: 7,
          samples: [
            [0, 3, 3, 1 / 9],
            [0, 3, 11, 1 / 9],
            [0, 3, 12, 0],
            [0, 2, 7, 0],
          ],
        },
      },
    },
    {
      title: 'Towards the upper right (definition of `fspecial`, length 5, 30 degrees)',
      in: { image: { pattern: 'impulse', width: 15, height: 7 } },
      with: { length: 5, angle: 30 },
      expect: {
        image: {
          samples: [
            [0, 2, 9, 0.146410162],
            [0, 2, 8, 0.126794919],
            [0, 2, 7, 0.026794919],
            [0, 3, 7, 0.2],
            [0, 3, 8, 0.1],
          ],
        },
      },
    },
  ],
})
