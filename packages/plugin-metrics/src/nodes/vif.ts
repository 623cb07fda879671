import { defineNode, Type } from '@kintsugi/core'
import { fieldOf } from '../filters/correlate.js'
import { comparablePlanes, lumaParams, pairInputs } from '../pair/pair.js'
import { pixelVif } from '../pair/vif-pixel.js'
import { waveletVif } from '../pair/vif-wavelet.js'
import { describedMetric } from '../protocol/describe.js'

const LEAST = { pixel: 41, wavelet: 64 } as const

/** What `metrics/vif` measures. */
export const vifMetric = describedMetric({
  name: 'VIF',
  direction: 'higher',
  unit: '',
  params: ['border', 'color_space', 'quantize', 'domain'],
})

/** `metrics/vif`: visual information fidelity, in the wavelet or the pixel domain. */
export const vif = defineNode({
  name: 'metrics/vif',
  title: 'VIF',
  description:
    'Visual information fidelity (Sheikh and Bovik 2006): the information that the image keeps of its reference, divided by what the reference has. ' +
    '0 to about 1, above 1 where contrast was raised; higher is better, identical images 1. Not symmetric. ' +
    '`domain: wavelet` is `vifvec` and `vif` of pyiqa (steerable pyramid of 4 scales, blocks of 3 x 3 coefficients; default `color_space: yiq_rounded`), for sides of at least 64 px; ' +
    'a reference without structure gives 0. ' +
    '`domain: pixel` is `vifp` as piq computes it (with `color_space: yiq`), for sides of at least 41 px.',
  params: Type.Object(
    {
      ...lumaParams('yiq_rounded'),
      domain: Type.Enum(['wavelet', 'pixel'], {
        default: 'wavelet',
        description: 'What is compared: bands of a steerable pyramid, or the pixels of a Gaussian pyramid.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: pairInputs,
  outputs: { score: { type: 'number', description: 'Ratio of the two amounts of information.', metric: vifMetric } },
  memory: ({ image }) => 160 * image!.width * image!.height,
  limits: { alpha: false, minSize: LEAST.wavelet },
  examples: [
    {
      title: 'Identical images',
      in: {
        image: { pattern: 'noise', width: 64, height: 64 },
        reference: { pattern: 'noise', width: 64, height: 64 },
      },
      expect: { score: { value: 1, tolerance: 1e-4 } },
    },
    {
      title: 'Nothing is left in a flat image',
      in: {
        image: { pattern: 'flat', width: 64, height: 64 },
        reference: { pattern: 'noise', width: 64, height: 64 },
      },
      with: { domain: 'pixel' },
      expect: { score: { value: 0, tolerance: 1e-9 } },
    },
  ],
  run({ image, reference }, params, context) {
    const step = () => context.throwIfCancelled()
    step()
    const [tested, truth] = comparablePlanes('metrics/vif', image, reference, params, LEAST[params.domain])
    const [x, y] = [tested, truth].map(({ width, height, planes }) => fieldOf(width, height, planes[0]!))
    return { score: params.domain === 'pixel' ? pixelVif(x!, y!, step) : waveletVif(x!, y!, step) }
  },
})
