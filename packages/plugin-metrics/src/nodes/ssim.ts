import { defineNode, type MetricDescriptor, Type } from '@kintsugi/core'
import { comparablePlanes, pairInputs } from '../pair/pair.js'
import { downsampled } from '../pair/pool.js'
import { meanSsim, WINDOW } from '../pair/ssim.js'
import { ssimConventions, ssimParams } from '../protocol/conventions.js'

/** What `metrics/ssim` measures. */
export const ssimMetric: MetricDescriptor = {
  name: 'SSIM',
  direction: 'higher',
  unit: '',
  protocol: (params: Parameters<typeof ssimConventions>[0]) => ({ ...ssimConventions(params) }),
}

/** `metrics/ssim`: structural similarity by the conventions of a preset, those of BasicSR by default. */
export const ssim = defineNode({
  name: 'metrics/ssim',
  title: 'SSIM',
  description:
    'Structural similarity (Wang et al. 2004), -1..1, higher is better, identical images 1: `calculate_ssim` of BasicSR. ' +
    'Gaussian window of 11 x 11 px and sigma 1.5, only where it lies inside the image, float64, C1 = (0.01 * 255)^2, ' +
    'C2 = (0.03 * 255)^2, no downsampling; the score of a colour image is the mean of its channels. ' +
    'Protocol: both images clipped and rounded to 8 bits, `border` cut off, then luma where asked; a `preset` gives the conventions of a program or paper, and what else is set differs from it. ' +
    'Equal to scikit-image with `gaussian_weights=True, sigma=1.5, use_sample_covariance=False`.',
  params: Type.Object(ssimParams, { additionalProperties: false }),
  inputs: pairInputs,
  outputs: { score: { type: 'number', description: 'Mean over window positions and channels.', metric: ssimMetric } },
  memory: ({ image }) => 24 * image!.width * (image!.height * image!.channels + 32),
  limits: { alpha: false, minSize: WINDOW.gaussian },
  examples: [
    {
      title: 'Two flat images differ in luminance alone: (2 a b + C1) / (a^2 + b^2 + C1) with a = 153, b = 128 levels',
      in: {
        image: { pattern: 'flat', width: 16, height: 12, offset: 0.1 },
        reference: { pattern: 'flat', width: 16, height: 12 },
      },
      expect: { score: { value: 0.9842962861156, tolerance: 1e-9 } },
    },
    {
      title: 'Identical images',
      in: {
        image: { pattern: 'checkerboard', width: 32, height: 24, channels: 3 },
        reference: { pattern: 'checkerboard', width: 32, height: 24, channels: 3 },
      },
      expect: { score: { value: 1, tolerance: 1e-12 } },
    },
  ],
  run({ image, reference }, params, context) {
    const conventions = ssimConventions(params)
    const planes = comparablePlanes('metrics/ssim', image, reference, conventions, WINDOW[conventions.window])
    const [tested, truth] = planes.map((one) => downsampled(one, conventions.downsample)) as typeof planes
    let sum = 0
    tested.planes.forEach((plane, c) => {
      context.throwIfCancelled()
      sum += meanSsim(plane, truth.planes[c]!, tested.width, tested.height, conventions).ssim
    })
    return { score: sum / tested.planes.length }
  },
})
