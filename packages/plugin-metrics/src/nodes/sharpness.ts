import { defineNode, Type } from '@kintsugi/core'
import { correlate, fieldOf } from '../filters/correlate.js'
import { lumaParams } from '../pair/pair.js'
import { describedMetric } from '../protocol/describe.js'
import { scorablePlanes, singleInput } from '../single/single.js'

const LAPLACE = [0, 1, 0, 1, -4, 1, 0, 1, 0]
const SOBEL = [-1, 0, 1, -2, 0, 2, -1, 0, 1]
const SOBEL_TURNED = [-1, -2, -1, 0, 0, 0, 1, 2, 1]

/** What `metrics/sharpness` measures. */
export const sharpnessMetric = describedMetric({
  name: 'Sharpness',
  unit: 'squared levels',
  params: ['border', 'color_space', 'quantize', 'estimator'],
})

/** `metrics/sharpness`: how much fine detail an image has. */
export const sharpness = defineNode({
  name: 'metrics/sharpness',
  title: 'Sharpness',
  description:
    'How much fine detail luma has, in squared levels of 0..255; noise raises it too, so it is neither good nor bad by itself. ' +
    '`laplacian`: variance over all pixels of the Laplacian with weights 1 and -4 (Pech-Pacheco et al. 2000), as `cv2.Laplacian(...).var()`. ' +
    '`tenengrad`: mean of the squared Sobel gradient (Krotkov 1988). The image is mirrored at its edge, which is not repeated.',
  params: Type.Object(
    {
      ...lumaParams('yiq_rounded'),
      estimator: Type.Enum(['laplacian', 'tenengrad'], {
        default: 'laplacian',
        description: 'What is measured, see above.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: singleInput,
  outputs: { score: { type: 'number', description: 'Squared levels of 0..255.', metric: sharpnessMetric } },
  memory: ({ image }) => 50 * image!.width * image!.height,
  limits: { alpha: false, minSize: 3 },
  examples: [
    { title: 'A flat image has none', in: { image: { pattern: 'flat' } }, expect: { score: { value: 0 } } },
    {
      title: 'Tenengrad of a step from 0 to 255 in the middle of 16 columns: (4 * 255)^2 * 2 / 16',
      in: { image: { pattern: 'step' } },
      with: { estimator: 'tenengrad' },
      expect: { score: { value: 130050 } },
    },
  ],
  run({ image }, { estimator, ...options }, context) {
    context.throwIfCancelled()
    const { width, height, planes } = scorablePlanes('metrics/sharpness', image, options, 3)
    context.throwIfCancelled()
    const field = fieldOf(width, height, planes[0]!)
    if (estimator === 'laplacian') {
      const { data } = correlate(field, LAPLACE, 'reflect')
      const mean = average(data, (i) => data[i]!)
      return { score: average(data, (i) => (data[i]! - mean) ** 2) }
    }
    const across = correlate(field, SOBEL, 'reflect').data
    const down = correlate(field, SOBEL_TURNED, 'reflect').data
    return { score: average(across, (i) => across[i]! ** 2 + down[i]! ** 2) }
  },
})

function average({ length }: Float64Array, term: (i: number) => number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += term(i)
  return sum / length
}
