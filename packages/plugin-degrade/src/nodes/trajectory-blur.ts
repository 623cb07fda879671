import { defineNode, Type } from '@kintsugi/core'
import { drawExtent, drawTrajectory, trajectoryKernel } from '../blur-kernels/trajectory.js'
import { correlateImage, mostSamples } from '../convolution/correlate-image.js'
import { KERNEL_BLUR_BORDERS } from './kernel-blur.js'
import { kernelSize } from './kernel-params.js'

const params = Type.Object(
  {
    extent: Type.Optional(
      Type.Integer({
        minimum: 3,
        maximum: 101,
        not: { multipleOf: 2 },
        'x-unit': 'px',
        description:
          'Width and height of the box around the trajectory; odd. Default: drawn as in KAIR, min(27, 5 - ln(U) / 0.15) made odd, 5 to 27.',
      }),
    ),
    kernel_size: kernelSize('A larger trajectory is cut off. KAIR uses 25 and more.'),
  },
  { additionalProperties: false },
)

/** `degrade/trajectory-blur`: shake of the camera along a random path. */
export const trajectoryBlur = defineNode({
  name: 'degrade/trajectory-blur',
  title: 'Trajectory blur',
  description:
    'Correlates every plane with the histogram of a random path of the camera, 250 steps with inertia and rotation in space, smoothed a little (`blurkernel_synthesis` of KAIR, without the enlarging that it ' +
    `does at times). The path is drawn first, then its extent. ${KERNEL_BLUR_BORDERS}`,
  params,
  random: true,
  inputs: { image: { type: 'image', description: 'What to blur.' } },
  outputs: { image: { type: 'image', description: 'The blurred image, of the same size, channels and metadata.' } },
  memory: ({ image }, { kernel_size: size }) => {
    const { width, height, channels } = image!
    return 4 * (width * height * channels + mostSamples({ width: size, height: size }, width, height))
  },
  examples: [
    {
      title: 'A flat image stays flat',
      in: { image: { pattern: 'flat', width: 33, height: 17 } },
      expect: { image: { width: 33, height: 17, mean: 0.5, tolerance: 1e-5 } },
    },
    {
      title: 'A box of given width',
      in: { image: { pattern: 'impulse', width: 33, height: 33 } },
      with: { extent: 9 },
      expect: { image: { width: 33, height: 33, mean: 1 / 1089 } },
    },
  ],
  run({ image }, { extent, kernel_size: size }, context) {
    const trajectory = drawTrajectory(context.random)
    const kernel = trajectoryKernel(trajectory, extent ?? drawExtent(context.random), size)
    return { image: correlateImage(image, kernel, context) }
  },
})
