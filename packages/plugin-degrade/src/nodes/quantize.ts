import { defineNode, Type } from '@kintsugi/core'
import { shapeOf } from '../image/planes.js'
import { roundHalfEven } from '../image/round.js'

const params = Type.Object(
  {
    rounding: Type.Enum(['round', 'truncate', 'none'], {
      default: 'round',
      description:
        '`round`: to the nearest level, halves to the even one, as NumPy, PyTorch and OpenCV. `truncate`: to the level below, as a cast to uint8. `none`: only clip.',
    }),
    bits: Type.Enum([8, 16], { default: 8, 'x-unit': 'bit', description: 'Levels are multiples of 1 / (2^bits - 1).' }),
  },
  { additionalProperties: false },
)

/** `degrade/quantize`: what storing an image as whole numbers does to it. */
export const quantize = defineNode({
  name: 'degrade/quantize',
  title: 'Quantize',
  description:
    'Clips samples to 0..1, multiplies them by 255 (65535 for 16 bits) in float32, makes them whole and divides them again: the loss of an 8 or 16 bit file. ' +
    'With `rounding: none` it clips alone. A sample that is no number becomes 0. Alpha passes unchanged.',
  params,
  inputs: { image: { type: 'image', description: 'What to quantize.' } },
  outputs: { image: { type: 'image', description: 'The quantized image, of the same size, channels and metadata.' } },
  halo: () => 0,
  memory: ({ image }) => 4 * image!.width * image!.height * image!.channels,
  examples: [
    {
      title: 'Half of white is level 127.5, which goes to the even 128',
      in: { image: { pattern: 'flat', width: 5, height: 3 } },
      expect: { image: { mean: 128 / 255, std: 0 } },
    },
    {
      title: 'Truncated, it is level 127',
      in: { image: { pattern: 'flat', width: 5, height: 3 } },
      with: { rounding: 'truncate' },
      expect: { image: { mean: 127 / 255, std: 0 } },
    },
    {
      title: 'Clipped alone',
      in: { image: { pattern: 'step', width: 4, height: 3, offset: 0.25 } },
      with: { rounding: 'none' },
      expect: {
        image: {
          samples: [
            [0, 0, 0, 0.25],
            [0, 0, 3, 1],
          ],
        },
      },
    },
  ],
  run({ image }, { rounding, bits }, context) {
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const levels = 2 ** bits - 1
    const { data } = output
    const whole = rounding === 'round' ? roundHalfEven : Math.floor
    for (let i = 0; i < data.length; i++) {
      const sample = Math.min(Math.max(image.data[i]!, 0), 1) || 0
      data[i] = rounding === 'none' ? sample : whole(Math.fround(sample * levels)) / levels
    }
    return { image: output }
  },
})
