import { defineNode, Type } from '@kintsugi/core'
import { shapeOf } from '../image/planes.js'

/** Samples drawn at once: memory that is used again at once stays in the cache. */
const STRIP = 8192

const params = Type.Object(
  {
    amount: Type.Number({
      default: 0.05,
      minimum: 0,
      maximum: 1,
      description: 'Probability that a sample (or pixel) is replaced. ImageNet-C: 0.03, 0.06, 0.09, 0.17, 0.27.',
    }),
    salt: Type.Number({
      default: 0.5,
      minimum: 0,
      maximum: 1,
      description: 'Share of white among what is replaced; the rest becomes black.',
    }),
    kind: Type.Enum(['color', 'gray'], {
      default: 'color',
      description: '`color`: every sample on its own, as scikit-image does. `gray`: all channels of a pixel together.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/salt-and-pepper-noise`: impulse noise. */
export const saltAndPepperNoise = defineNode({
  name: 'degrade/salt-and-pepper-noise',
  title: 'Salt-and-pepper noise',
  description:
    'Sets samples to 1 or 0 at random: one uniform value u for each, u < amount * salt gives 1, else u < amount gives 0, else nothing changes; ' +
    "distributed as scikit-image's `random_noise(mode='s&p')`. Values are drawn plane by plane, row by row, so that with one key a larger amount " +
    'replaces all that a smaller one does. Alpha is left alone.',
  params,
  random: true,
  inputs: { image: { type: 'image', description: 'What to add noise to.' } },
  outputs: { image: { type: 'image', description: 'The noisy image, of the same size, channels and metadata.' } },
  memory: ({ image }) => 4 * image!.width * image!.height * image!.channels + 2 ** 17,
  examples: [
    {
      title: 'A tenth of the samples becomes black or white: variance 0.1 / 4',
      in: { image: { pattern: 'flat', width: 256, height: 256, channels: 3 } },
      with: { amount: 0.1 },
      expect: { image: { width: 256, height: 256, mean: 0.5, std: Math.sqrt(0.1) / 2, tolerance: 3e-3 } },
    },
    {
      title: 'Amount 1 without salt is black',
      in: { image: { pattern: 'photo', width: 7, height: 5 } },
      with: { amount: 1, salt: 0 },
      expect: { image: { mean: 0, std: 0 } },
    },
  ],
  run({ image }, { amount, salt, kind }, context) {
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = image.width * image.height
    const white = amount * salt
    // Float64, where no uniform rounds up to 1.
    const field = new Float64Array(Math.min(STRIP, size))
    const replace = (start: number, count: number) => {
      const source = image.data.subarray(start, start + count)
      const target = output.data.subarray(start, start + count)
      for (let i = 0; i < count; i++) {
        const u = field[i]!
        target[i] = u >= amount ? source[i]! : u < white ? 1 : 0
      }
    }
    const drawn = kind === 'gray' ? 1 : image.channels
    for (let c = 0; c < drawn; c++) {
      for (let from = 0; from < size; from += STRIP) {
        context.throwIfCancelled()
        const count = Math.min(STRIP, size - from)
        context.random.fillUniform(field.subarray(0, count))
        if (kind === 'color') replace(c * size + from, count)
        else for (let channel = 0; channel < image.channels; channel++) replace(channel * size + from, count)
      }
    }
    return { image: output }
  },
})
