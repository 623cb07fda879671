import { defineNode, type RandomStream, Type } from '@kintsugi/core'
import { shapeOf } from '../image/planes.js'

const params = Type.Object(
  {
    sigma: Type.Number({
      default: 25,
      minimum: 0,
      maximum: 255,
      'x-unit': '1/255',
      description: 'Standard deviation on the scale where white is 255.',
    }),
    kind: Type.Enum(['color', 'gray'], {
      default: 'color',
      description: '`color`: a value of its own for every sample. `gray`: one value per pixel, added to all channels.',
    }),
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
    'Adds independent normal values of standard deviation sigma / 255 to the colour planes, x + N(0, 1) * sigma / 255 in float32, ' +
    'as `add_gaussian_noise` of BasicSR; the result is not rounded to 8 bits. Values are drawn plane by plane, row by row. ' +
    'The same key gives the same normal values for any sigma. Alpha is left alone.',
  params,
  random: true,
  inputs: { image: { type: 'image', description: 'What to add noise to.' } },
  outputs: { image: { type: 'image', description: 'The noisy image, of the same size, channels and metadata.' } },
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 2),
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
  ],
  run({ image }, { sigma, kind, clip }, context) {
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = image.width * image.height
    const field = new Float32Array(size)
    const scale = sigma / 255
    for (let c = 0; c < image.channels; c++) {
      context.throwIfCancelled()
      if (c === 0 || kind === 'color') fillNormal(field, context.random)
      const source = image.data.subarray(c * size, (c + 1) * size)
      const target = output.data.subarray(c * size, (c + 1) * size)
      for (let i = 0; i < size; i++) {
        const value = source[i]! + Math.fround(field[i]! * scale)
        target[i] = clip ? Math.min(Math.max(value, 0), 1) : value
      }
    }
    return { image: output }
  },
})

function fillNormal(field: Float32Array, random: RandomStream): void {
  for (let i = 0; i < field.length; i++) field[i] = random.normal()
}
