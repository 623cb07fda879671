import { defineNode, Type } from '@kintsugi/core'
import { addSensorNoise } from '../camera/shot-read.js'
import { encodeSrgb } from '../image/curve.js'
import { shapeOf } from '../image/planes.js'
import { mapSamples } from '../image/strips.js'
import { clipPlane, sensorParams } from './sensor-params.js'

const params = Type.Object(
  {
    stops: Type.Number({
      default: 3,
      minimum: 0,
      maximum: 16,
      'x-unit': 'EV',
      description: 'How many times the light is halved.',
    }),
    ...sensorParams({
      sigma: 1,
      sigmaText: 'In linear light.',
      photonsText: 'Counted in linear light; a pixel of a small camera holds about 5000.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/under-exposure`: too little light, in linear light. */
export const underExposure = defineNode({
  name: 'degrade/under-exposure',
  title: 'Under-exposure',
  description:
    'Decodes sRGB to linear light (IEC 61966-2-1), divides it by 2^stops, adds Poisson and normal noise there, and encodes again: what a short exposure would have seen. ' +
    'Negative samples count as 0 in the counts. Noise is drawn plane by plane, row by row, counts before normal values. Alpha is left alone.',
  params,
  random: true,
  inputs: { image: { type: 'image', description: 'A well lit view.' } },
  outputs: { image: { type: 'image', description: 'The dark view, of the same size, channels and metadata.' } },
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 4),
  examples: [
    {
      title: 'White, two stops darker: a quarter of the light is 0.5370987 of sRGB',
      in: { image: { pattern: 'flat', offset: 0.5 } },
      with: { stops: 2, sigma: 0 },
      expect: { image: { mean: 0.5370987, std: 0 } },
    },
    {
      title: 'With noise',
      in: { image: { pattern: 'photo', width: 33, height: 17 } },
      with: { photons: 500 },
      expect: { image: { width: 33, height: 17 } },
    },
  ],
  run({ image }, { stops, photons, sigma, clip }, context) {
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = image.width * image.height
    const factor = 2 ** -stops
    for (let c = 0; c < image.channels; c++) {
      context.throwIfCancelled()
      const target = output.data.subarray(c * size, (c + 1) * size)
      mapSamples(image.data.subarray(c * size, (c + 1) * size), target, (run, samples, count) => {
        run.decodeSrgb(samples, count)
        run.scale(samples, count, factor)
      })
      addSensorNoise(target, photons, sigma / 255, context.random)
      if (clip) clipPlane(target)
      encodeSrgb(target, target)
    }
    return { image: output }
  },
})
