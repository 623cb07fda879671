import { defineNode, Type } from '@kintsugi/core'
import { encodeSrgb } from '../image/curve.js'
import { shapeOf } from '../image/planes.js'
import { mapSamples } from '../image/strips.js'

const params = Type.Object(
  {
    stops: Type.Number({
      default: 1.5,
      minimum: 0,
      maximum: 16,
      'x-unit': 'EV',
      description: 'How many times the light is doubled.',
    }),
    knee: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      maximum: 1,
      description:
        'Linear light from which highlights are compressed, k + (1 - k)(1 - exp(-(x - k) / (1 - k))), rather than cut off. 1: cut off at white.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/over-exposure`: too much light, in linear light. */
export const overExposure = defineNode({
  name: 'degrade/over-exposure',
  title: 'Over-exposure',
  description:
    'Decodes sRGB to linear light (IEC 61966-2-1), multiplies it by 2^stops, lets it saturate at 1 (hard, or softly from `knee` on), and encodes again. ' +
    'The result lies in 0..1. Alpha is left alone.',
  params,
  inputs: { image: { type: 'image', description: 'A well lit view.' } },
  outputs: { image: { type: 'image', description: 'The bright view, of the same size, channels and metadata.' } },
  halo: () => 0,
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 1),
  examples: [
    {
      title: 'Middle gray, one stop brighter: 0.4280823 of linear light',
      in: { image: { pattern: 'flat' } },
      with: { stops: 1 },
      expect: { image: { mean: 0.6858, std: 0, tolerance: 1e-4 } },
    },
    {
      title: 'Four stops saturate it',
      in: { image: { pattern: 'flat' } },
      with: { stops: 4 },
      expect: { image: { mean: 1, std: 0 } },
    },
    {
      title: 'A soft shoulder stays below white',
      in: { image: { pattern: 'photo', width: 33, height: 17 } },
      with: { stops: 2, knee: 0.6 },
      expect: { image: { width: 33, height: 17 } },
    },
  ],
  run({ image }, { stops, knee }, context) {
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const factor = 2 ** stops
    const size = image.width * image.height
    for (let c = 0; c < image.channels; c++) {
      context.throwIfCancelled()
      const target = output.data.subarray(c * size, (c + 1) * size)
      mapSamples(image.data.subarray(c * size, (c + 1) * size), target, (run, samples, count) => {
        run.decodeSrgb(samples, count)
        run.scale(samples, count, factor)
        if (knee < 1) return
        run.clipLevels(samples, count, false)
        run.encodeSrgb(samples, count)
      })
      if (knee === 1) continue
      for (let i = 0; i < size; i++) {
        const x = Math.max(0, target[i]!)
        target[i] = x <= knee ? x : knee + (1 - knee) * (1 - Math.exp((knee - x) / (1 - knee)))
      }
      encodeSrgb(target, target)
    }
    return { image: output }
  },
})
