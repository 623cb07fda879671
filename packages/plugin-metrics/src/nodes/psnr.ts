import { defineNode, type MetricDescriptor, Type } from '@kintsugi/core'
import { meanSquare, STRIP_MEMORY } from '../pair/distance.js'
import { checkPair, pairInputs } from '../pair/pair.js'
import { psnrConventions, psnrParams } from '../protocol/conventions.js'

/** What `metrics/psnr` measures. */
export const psnrMetric: MetricDescriptor = {
  name: 'PSNR',
  direction: 'higher',
  unit: 'dB',
  protocol: (params: Parameters<typeof psnrConventions>[0]) => ({ ...psnrConventions(params) }),
}

/** `metrics/psnr`: peak signal-to-noise ratio by the conventions of a preset, those of BasicSR by default. */
export const psnr = defineNode({
  name: 'metrics/psnr',
  title: 'PSNR',
  description:
    'Peak signal-to-noise ratio, 10 log10(255^2 / MSE), with one mean over all pixels and channels: `calculate_psnr` of BasicSR. ' +
    'Higher is better; identical images give Infinity. ' +
    'Protocol: both images clipped and rounded to 8 bits, `border` cut off, then luma where asked; a `preset` gives the conventions of a program or paper, and what else is set differs from it. ' +
    'Mean over images: the mean of the PSNRs.',
  params: Type.Object(psnrParams, { additionalProperties: false }),
  inputs: pairInputs,
  outputs: { score: { type: 'number', description: 'dB.', metric: psnrMetric } },
  memory: () => STRIP_MEMORY,
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
  run({ image, reference }, params, context) {
    const conventions = psnrConventions(params)
    checkPair('metrics/psnr', image, reference, conventions.border, 1)
    const error = meanSquare(image, reference, conventions, () => context.throwIfCancelled())
    return { score: psnrOf(error, conventions.epsilon) }
  },
})

/** PSNR in dB of a mean square error on the scale where white is 255; `epsilon` is added to that of 0..1. Infinity for 0. */
export function psnrOf(meanSquareError: number, epsilon = 0): number {
  if (epsilon > 0) return -10 * Math.log10(meanSquareError / 255 ** 2 + epsilon)
  return meanSquareError === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(255 ** 2 / meanSquareError)
}
