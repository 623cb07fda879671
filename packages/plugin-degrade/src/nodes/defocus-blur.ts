import { defineNode, type Static, Type } from '@kintsugi/core'
import { diskKernel, diskSize } from '../blur-kernels/disk.js'
import { KERNEL_BLUR_BORDERS, kernelBlur } from './kernel-blur.js'

const params = Type.Object(
  {
    radius: Type.Number({
      default: 3,
      minimum: 0,
      maximum: 50,
      'x-unit': 'px',
      description: 'Radius of the disk that a point becomes. Up to 0.5 the image stays as it is.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/defocus-blur`: a lens out of focus, which turns points into disks. */
export const defocusBlur = defineNode({
  name: 'degrade/defocus-blur',
  title: 'Defocus blur',
  description:
    "Correlates every plane with a disk, MATLAB's `fspecial('disk', radius)`: each weight is the area that the disk covers of its pixel, " +
    `divided by the area of the disk. ${KERNEL_BLUR_BORDERS}`,
  params,
  ...kernelBlur(
    ({ radius }: Static<typeof params>) => diskSize(radius),
    ({ radius }) => diskKernel(radius),
  ),
  examples: [
    {
      title: 'A single bright pixel becomes a disk (Octave `fspecial("disk", 3)`)',
      in: { image: { pattern: 'impulse', width: 15, height: 15 } },
      with: { radius: 3 },
      expect: {
        image: {
          width: 15,
          height: 15,
          samples: [
            [0, 7, 7, 0.0353677651315],
            [0, 4, 4, 0],
            [0, 4, 5, 0.000280919186665],
            [0, 4, 6, 0.0110250278797],
            [0, 4, 7, 0.0171905962763],
            [0, 5, 5, 0.0245167426505],
          ],
        },
      },
    },
  ],
})
