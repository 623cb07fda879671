import { defineNode, Type } from '@kintsugi/core'
import { comparablePlanes, pairInputs, pairParams } from '../pair/pair.js'
import { halve } from '../pair/pool.js'
import { classicSsim, meanSsim } from '../pair/ssim.js'
import { describedMetric } from '../protocol/describe.js'

/** Exponents of the five scales, finest first (Wang et al. 2003). */
const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
/** The smallest side that leaves 11 px at the fifth scale. */
const LEAST = 161

/** What `metrics/ms-ssim` measures. */
export const msSsimMetric = describedMetric({
  name: 'MS-SSIM',
  direction: 'higher',
  unit: '',
  params: ['border', 'color_space', 'quantize'],
  fixed: { implementation: 'pyiqa' },
})

/** `metrics/ms-ssim`: multi-scale structural similarity by the definition of pyiqa. */
export const msSsim = defineNode({
  name: 'metrics/ms-ssim',
  title: 'MS-SSIM',
  description:
    'Multi-scale structural similarity (Wang et al. 2003), 0..1, higher is better, identical images 1: `ms_ssim` of pyiqa, whose default is `color_space: yiq_rounded`. ' +
    'At five scales the mean contrast-structure term of SSIM (negative values raised to 0), at the last one mean SSIM, means over positions and channels, ' +
    'raised to 0.0448, 0.2856, 0.3001, 0.2363 and 0.1333 and multiplied. Between scales means of 2 x 2 px; an odd side is padded with zeros at the top or left, which count. ' +
    'Sides must be at least 161 px.',
  params: Type.Object(pairParams, { additionalProperties: false }),
  inputs: pairInputs,
  outputs: { score: { type: 'number', description: 'Product over the scales.', metric: msSsimMetric } },
  memory: ({ image }) => 24 * image!.width * (image!.height * image!.channels + 32),
  limits: { alpha: false, minSize: LEAST },
  examples: [
    {
      title: 'Two flat images: the luminance term of SSIM to the power 0.1333',
      in: {
        image: { pattern: 'flat', width: 176, height: 176, channels: 1, offset: 0.1 },
        reference: { pattern: 'flat', width: 176, height: 176, channels: 1 },
      },
      expect: { score: { value: 0.9978923087877, tolerance: 1e-9 } },
    },
  ],
  run({ image, reference }, params, context) {
    let [tested, truth] = comparablePlanes('metrics/ms-ssim', image, reference, params, LEAST)
    let score = 1
    WEIGHTS.forEach((weight, scale) => {
      context.throwIfCancelled()
      if (scale > 0) {
        tested = halve(tested)
        truth = halve(truth)
      }
      let sum = 0
      tested.planes.forEach((plane, c) => {
        const settings = { ...classicSsim, clamp_contrast: true }
        const { ssim, contrast } = meanSsim(plane, truth.planes[c]!, tested.width, tested.height, settings)
        sum += scale === WEIGHTS.length - 1 ? ssim : contrast
      })
      score *= (sum / tested.planes.length) ** weight
    })
    return { score }
  },
})
