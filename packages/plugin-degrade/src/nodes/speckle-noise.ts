import { defineNode, Type } from '@kintsugi/core'
import { shapeOf } from '../image/planes.js'
import { addNoise } from '../noise/add-noise.js'
import { forNormalNoise, normalNoiseParams } from '../noise/normal-planes.js'

const params = Type.Object(
  {
    ...normalNoiseParams,
    clip: Type.Boolean({ default: true, description: 'Clip the result to 0..1, as BSRGAN and ImageNet-C do.' }),
  },
  { additionalProperties: false },
)

/** `degrade/speckle-noise`: normal noise that grows with the sample it falls on. */
export const speckleNoise = defineNode({
  name: 'degrade/speckle-noise',
  title: 'Speckle noise',
  description:
    'Adds to every colour sample its product with a normal value of standard deviation sigma / 255, x + x * N(0, 1) * sigma / 255 in float32, ' +
    'as `add_speckle_noise` of BSRGAN and the speckle of ImageNet-C. Values are drawn plane by plane, row by row, as in degrade/gaussian-noise. ' +
    'Alpha is left alone.',
  params,
  random: true,
  inputs: { image: { type: 'image', description: 'What to add noise to.' } },
  outputs: { image: { type: 'image', description: 'The noisy image, of the same size, channels and metadata.' } },
  memory: ({ image }, { kind }) =>
    4 * image!.width * image!.height * (image!.channels + (kind === 'correlated' ? 5 : 2)),
  examples: [
    {
      title: 'Middle gray with sigma 51: a standard deviation of 0.2 * 0.5',
      in: { image: { pattern: 'flat', width: 256, height: 256, channels: 3 } },
      with: { sigma: 51 },
      expect: { image: { width: 256, height: 256, mean: 0.5, std: 0.1, tolerance: 2e-3 } },
    },
    {
      title: 'Black stays black',
      in: { image: { pattern: 'impulse', width: 7, height: 5 } },
      with: { sigma: 100, kind: 'gray' },
      expect: { image: { samples: [[0, 0, 0, 0]] } },
    },
    {
      title: 'Noise that is the same in all channels, by a covariance of rank one',
      in: { image: { pattern: 'flat', width: 256, height: 256, channels: 3 } },
      with: {
        sigma: 51,
        kind: 'correlated',
        covariance: {
          eigenvalues: [1, 0, 0],
          basis: [
            [1, 1, 1],
            [-1, 1, 0],
            [-0.5, -0.5, 1],
          ],
        },
      },
      expect: { image: { mean: 0.5, tolerance: 2e-3 } },
    },
  ],
  run({ image }, { sigma, kind, covariance, clip }, context) {
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = image.width * image.height
    const scale = sigma / 255
    forNormalNoise(
      'degrade/speckle-noise',
      { kind, covariance },
      image.channels,
      size,
      context.random,
      (from, field) => {
        context.throwIfCancelled()
        const to = from + field.length
        addNoise(image.data.subarray(from, to), field, output.data.subarray(from, to), { scale, relative: true, clip })
      },
    )
    return { image: output }
  },
})
