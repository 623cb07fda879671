import { defineNode, Type } from '@kintsugi/core'
import { shapeOf } from '../image/planes.js'
import { addNoise } from '../noise/add-noise.js'
import { forNormalNoise, normalNoiseParams } from '../noise/normal-planes.js'

const params = Type.Object(
  {
    ...normalNoiseParams,
    clip: Type.Boolean({
      default: true,
      description: 'Clip the result to 0..1, as BasicSR, BSRGAN and HyperRes do; DCPT does not.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/gaussian-noise`: additive white Gaussian noise. */
export const gaussianNoise = defineNode({
  name: 'degrade/gaussian-noise',
  title: 'Gaussian noise',
  description:
    'Adds normal values of standard deviation sigma / 255 to the colour planes, x + N(0, 1) * sigma / 255 in float32, ' +
    'as `add_gaussian_noise` of BasicSR (`color`, `gray`) and `add_Gaussian_noise` of BSRGAN (`correlated` as well); the result is not rounded ' +
    'to 8 bits. Values are drawn plane by plane, row by row. The same key gives the same normal values for any sigma. Alpha is left alone.',
  params,
  random: true,
  inputs: { image: { type: 'image', description: 'What to add noise to.' } },
  outputs: { image: { type: 'image', description: 'The noisy image, of the same size, channels and metadata.' } },
  memory: ({ image }, { kind }) =>
    4 * image!.width * image!.height * (image!.channels + (kind === 'correlated' ? 5 : 2)),
  examples: [
    {
      title: 'Middle gray with sigma 25.5, so a standard deviation of 0.1',
      in: { image: { pattern: 'flat', width: 256, height: 256, channels: 3 } },
      with: { sigma: 25.5 },
      expect: { image: { width: 256, height: 256, mean: 0.5, std: 0.1, tolerance: 2e-3 } },
    },
    {
      title: 'Sigma 0 leaves the image as it is',
      in: { image: { pattern: 'step', width: 7, height: 5 } },
      with: { sigma: 0, kind: 'gray' },
      expect: {
        image: {
          samples: [
            [0, 2, 3, 0],
            [0, 2, 4, 1],
          ],
        },
      },
    },
    {
      title: 'Equal eigenvalues of 1/2 give independent channels of half the variance: a standard deviation of 0.1',
      in: { image: { pattern: 'flat', width: 256, height: 256, channels: 3 } },
      with: {
        sigma: 25.5 * Math.SQRT2,
        kind: 'correlated',
        covariance: {
          eigenvalues: [0.5, 0.5, 0.5],
          basis: [
            [0.8, 0.1, 0.4],
            [0.3, 0.7, 0.2],
            [0.5, 0.6, 0.9],
          ],
        },
      },
      expect: { image: { mean: 0.5, std: 0.1, tolerance: 2e-3 } },
    },
  ],
  run({ image }, { sigma, kind, covariance, clip }, context) {
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = image.width * image.height
    const scale = sigma / 255
    forNormalNoise(
      'degrade/gaussian-noise',
      { kind, covariance },
      image.channels,
      size,
      context.random,
      (from, field) => {
        context.throwIfCancelled()
        const to = from + field.length
        addNoise(image.data.subarray(from, to), field, output.data.subarray(from, to), { scale, clip })
      },
    )
    return { image: output }
  },
})
