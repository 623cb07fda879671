import { defineNode, Type } from '@kintsugi/core'
import type { Metric } from '../metric.js'
import { comparablePlanes, pairInputs, pairParams } from '../pair/pair.js'
import { roundHalfEven } from '../pair/planes.js'
import { averagePool } from '../pair/pool.js'
import { meanSsim, WINDOW } from '../pair/ssim.js'

export const ssimMetric: Metric = {
  name: 'metrics/ssim',
  direction: 'higher',
  unit: '',
  range: [-1, 1],
  identical: 1,
  definition: 'Wang et al. 2004; BasicSR calculate_ssim; other settings scikit-image, pyiqa, piq',
  protocol: ['border', 'color_space', 'quantize', 'window', 'covariance', 'clamp_contrast', 'downsample'],
  fixed: { positions: 'where the window lies inside the image', constants: 'C1 = (0.01 * 255)^2, C2 = (0.03 * 255)^2' },
}

/** `metrics/ssim`: structural similarity by the definition of BasicSR. */
export const ssim = defineNode({
  name: 'metrics/ssim',
  title: 'SSIM',
  description:
    'Structural similarity (Wang et al. 2004), -1..1, higher is better, identical images 1: `calculate_ssim` of BasicSR. ' +
    'Gaussian window of 11 x 11 px and sigma 1.5, only where it lies inside the image, float64, C1 = (0.01 * 255)^2, ' +
    'C2 = (0.03 * 255)^2, no downsampling; the score of a colour image is the mean of its channels. Other settings give the other definitions in use: ' +
    '`window: uniform` with `covariance: sample` is the default of scikit-image; `clamp_contrast` with `color_space: yiq_rounded` is `ssim` of pyiqa, ' +
    'with `rgb` its `ssimc`; `downsample` is the default of piq. ' +
    'Protocol: both images clipped and rounded to 8 bits, `border` cut off, then luma where asked. ' +
    'Equal to scikit-image with `gaussian_weights=True, sigma=1.5, use_sample_covariance=False`.',
  params: Type.Object(
    {
      ...pairParams,
      window: Type.Enum(['gaussian', 'uniform'], {
        default: 'gaussian',
        description: '`gaussian`: 11 x 11 px of sigma 1.5. `uniform`: 7 x 7 px.',
      }),
      covariance: Type.Enum(['population', 'sample'], {
        default: 'population',
        description:
          '`population`: variances and covariance are weighted means. `sample`: those times N / (N - 1) with N the pixels of the window.',
      }),
      clamp_contrast: Type.Boolean({
        default: false,
        description: 'Raise negative values of the contrast-structure term to 0 at each position.',
      }),
      downsample: Type.Boolean({
        default: false,
        description:
          'Average squares of f x f px first, f the smaller side divided by 256, rounded (halves to even), where that is above 1.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: pairInputs,
  outputs: { score: { type: 'number', description: 'Mean over window positions and channels.' } },
  memory: ({ image }) => 16 * image!.width * (image!.height * image!.channels + 32),
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
    const side = WINDOW[params.window]
    let [tested, truth] = comparablePlanes('metrics/ssim', image, reference, params, side)
    const squares = roundHalfEven(Math.min(tested.width, tested.height) / 256)
    if (params.downsample && squares > 1) {
      tested = averagePool(tested, squares)
      truth = averagePool(truth, squares)
    }
    let sum = 0
    tested.planes.forEach((plane, c) => {
      context.throwIfCancelled()
      sum += meanSsim(plane, truth.planes[c]!, tested.width, tested.height, params).ssim
    })
    return { score: sum / tested.planes.length }
  },
})
