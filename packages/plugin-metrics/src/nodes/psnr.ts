import { defineNode, Type } from '@kintsugi/core'
import type { Metric } from '../metric.js'
import { meanSquare } from '../pair/distance.js'
import { comparablePlanes, pairInputs, pairParams } from '../pair/pair.js'

export const psnrMetric: Metric = {
  name: 'metrics/psnr',
  direction: 'higher',
  unit: 'dB',
  range: [0, Number.POSITIVE_INFINITY],
  identical: Number.POSITIVE_INFINITY,
  definition: 'BasicSR calculate_psnr; KAIR with y_rounded; pyiqa with yiq and epsilon 1e-8',
  protocol: ['border', 'color_space', 'quantize', 'epsilon'],
  fixed: { peak: '255', mean: 'one over all pixels and channels' },
}

/** `metrics/psnr`: peak signal-to-noise ratio by the definition of BasicSR. */
export const psnr = defineNode({
  name: 'metrics/psnr',
  title: 'PSNR',
  description:
    'Peak signal-to-noise ratio, 10 log10(255^2 / MSE), with one mean over all pixels and channels: `calculate_psnr` of BasicSR. ' +
    'Higher is better; identical images give Infinity. ' +
    'Protocol: both images clipped and rounded to 8 bits, `border` cut off, then luma where asked. ' +
    'Mean over images: the mean of the PSNRs.',
  params: Type.Object(
    {
      ...pairParams,
      epsilon: Type.Number({
        default: 0,
        minimum: 0,
        maximum: 1,
        description:
          'Added to the mean square error of samples 0..1. 1e-8, as pyiqa and the tensor functions of BasicSR, makes identical images 80 dB.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: pairInputs,
  outputs: { score: { type: 'number', description: 'dB.' } },
  memory: ({ image }) => 16 * image!.width * image!.height * image!.channels,
  limits: { alpha: false },
  examples: [
    {
      title: 'Flat images of 153 and 128 levels: 20 log10(255 / 25)',
      in: {
        image: { pattern: 'flat', width: 8, height: 8, channels: 3, offset: 0.1 },
        reference: { pattern: 'flat', width: 8, height: 8, channels: 3 },
      },
      expect: { score: { value: 20.172003435238, tolerance: 1e-9 } },
    },
    {
      title: 'Identical images',
      in: {
        image: { pattern: 'gradient', width: 7, height: 5 },
        reference: { pattern: 'gradient', width: 7, height: 5 },
      },
      expect: { score: { value: Number.POSITIVE_INFINITY } },
    },
  ],
  run({ image, reference }, params) {
    return {
      score: psnrOf(meanSquare(...comparablePlanes('metrics/psnr', image, reference, params, 1)), params.epsilon),
    }
  },
})

/** PSNR in dB of a mean square error on the scale where white is 255; `epsilon` is added to that of 0..1. Infinity for 0. */
export function psnrOf(meanSquareError: number, epsilon = 0): number {
  if (epsilon > 0) return -10 * Math.log10(meanSquareError / 255 ** 2 + epsilon)
  return meanSquareError === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(255 ** 2 / meanSquareError)
}
