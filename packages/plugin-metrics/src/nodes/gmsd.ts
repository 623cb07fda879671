import { defineNode, Type } from '@kintsugi/core'
import { BAND_MEMORY, gradientMagnitudeDeviation } from '../pair/gradient-similarity.js'
import { checkPair, lumaParams, pairInputs } from '../pair/pair.js'
import { describedMetric } from '../protocol/describe.js'

const LEAST = 8

/** What `metrics/gmsd` measures. */
export const gmsdMetric = describedMetric({
  name: 'GMSD',
  direction: 'lower',
  unit: '',
  params: ['border', 'color_space', 'quantize'],
  fixed: { implementation: 'pyiqa' },
})

/** `metrics/gmsd`: gradient magnitude similarity deviation by the definition of pyiqa. */
export const gmsd = defineNode({
  name: 'metrics/gmsd',
  title: 'GMSD',
  description:
    'Gradient magnitude similarity deviation (Xue et al. 2014), 0 to about 0.35, lower is better, identical images 0: `gmsd` of pyiqa. ' +
    'Luma, means of 2 x 2 px (an odd last row or column dropped), Prewitt gradients / 3 with zeros outside the image, ' +
    'similarity (2 m1 m2 + 170) / (m1^2 + m2^2 + 170), its standard deviation over all pixels (N - 1).',
  params: Type.Object(lumaParams('yiq_rounded'), { additionalProperties: false }),
  inputs: pairInputs,
  outputs: { score: { type: 'number', description: 'Standard deviation of the similarity.', metric: gmsdMetric } },
  memory: ({ image }) => BAND_MEMORY * (image!.width + 8),
  limits: { alpha: false, minSize: LEAST },
  examples: [
    {
      title: 'Identical images',
      in: { image: { pattern: 'noise' }, reference: { pattern: 'noise' } },
      expect: { score: { value: 0, tolerance: 1e-12 } },
    },
    {
      title: 'A picture and a lighter one differ at the frame alone, where the outside is 0',
      in: { image: { pattern: 'photo', offset: 0.05 }, reference: { pattern: 'photo' } },
    },
  ],
  run({ image, reference }, params, context) {
    checkPair('metrics/gmsd', image, reference, params.border, LEAST)
    return { score: gradientMagnitudeDeviation(image, reference, params, () => context.throwIfCancelled()) }
  },
})
