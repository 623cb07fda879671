import { defineNode, Type } from '@kintsugi/core'
import { codeImage, codingSamples } from '../diffjpeg/code-image.js'
import { shapeOf } from '../image/planes.js'

const params = Type.Object(
  {
    quality: Type.Number({
      default: 75,
      minimum: 1,
      exclusiveMaximum: 100,
      description:
        'Quality on the scale of libjpeg, any fraction of it. The standard tables are scaled by 50 / quality below 50 and by 2 - quality / 50 above, ' +
        'without rounding, so that 100 would be nothing to divide by. Real-ESRGAN draws 30 to 95.',
    }),
    rounding: Type.Enum(['hard', 'soft'], {
      default: 'hard',
      description:
        '`hard`: coefficients round to whole numbers, halves to even, as Real-ESRGAN trains. `soft`: round(x) + (x - round(x))^3, which has a slope.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/diffjpeg`: the JPEG model that training code differentiates through. */
export const diffjpeg = defineNode({
  name: 'degrade/diffjpeg',
  title: 'Differentiable JPEG',
  description:
    'The loss of JPEG as `DiffJPEG` of BasicSR computes it, for Real-ESRGAN, DASR and TGSR: 4:2:0 chrominance by means of 2 x 2, repeated on the way back, ' +
    'tables of any scale (the luminance one transposed), no 8-bit levels in between. Sizes are filled up with black to multiples of 16. ' +
    'The image should lie in 0..1 (see `clip` of the noises); the result is clipped to 0..1. A gray image is its luminance alone. Alpha passes unchanged.',
  params,
  inputs: { image: { type: 'image', description: 'What to compress.' } },
  outputs: { image: { type: 'image', description: 'The decoded image, of the same size, channels and metadata.' } },
  memory: ({ image }) =>
    4 * (image!.width * image!.height * image!.channels + codingSamples(image!.width, image!.channels)),
  examples: [
    {
      title:
        'A flat image moves to the nearest step of the first coefficient: 8 * -0.5 / 16 rounds to 0, which is 128 of 255',
      in: { image: { pattern: 'flat', width: 16, height: 16, channels: 3 } },
      with: { quality: 50 },
      expect: { image: { width: 16, height: 16, mean: 128 / 255, std: 0 } },
    },
    {
      title: 'Odd sizes stay as they are',
      in: { image: { pattern: 'photo', width: 33, height: 17, channels: 3 } },
      with: { quality: 30.5 },
      expect: { image: { width: 33, height: 17 } },
    },
  ],
  run({ image }, { quality, rounding }, context) {
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    codeImage(image.data, output.data, image.width, image.channels, quality, rounding, () => context.throwIfCancelled())
    return { image: output }
  },
})
