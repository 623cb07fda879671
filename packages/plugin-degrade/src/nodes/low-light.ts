import { defineNode, Type } from '@kintsugi/core'
import { addSensorNoise } from '../camera/shot-read.js'
import { shapeOf } from '../image/planes.js'
import { mapSamples } from '../image/strips.js'
import { clipPlane, sensorParams } from './sensor-params.js'

const params = Type.Object(
  {
    alpha: Type.Number({
      default: 0.95,
      minimum: 0,
      maximum: 1,
      description: 'Factor before the power. Usual: 0.9 to 1.',
    }),
    beta: Type.Number({
      default: 0.75,
      minimum: 0,
      maximum: 1,
      description: 'Factor after the power. Usual: 0.5 to 1.',
    }),
    gamma: Type.Number({ default: 2.5, minimum: 1, maximum: 10, description: 'Exponent. Usual: 1.5 to 5.' }),
    ...sensorParams({
      sigma: 5,
      sigmaText: 'Added to the encoded samples.',
      photonsText: 'Counted on the darkened image.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/low-light`: a darkening power curve, and noise. */
export const lowLight = defineNode({
  name: 'degrade/low-light',
  title: 'Low light',
  description:
    'Darkens the encoded samples by beta (alpha x)^gamma, as MBLLEN synthesises low light (Lv et al. 2018), then adds Poisson and normal noise. Negative samples count as 0. ' +
    'Noise is drawn plane by plane, row by row, counts before normal values. Alpha is left alone. See degrade/low-light-retinex for CDD-11 and degrade/under-exposure for linear light.',
  params,
  random: true,
  inputs: { image: { type: 'image', description: 'A well lit view.' } },
  outputs: { image: { type: 'image', description: 'The dark view, of the same size, channels and metadata.' } },
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 4),
  examples: [
    {
      title: 'Middle gray: 0.75 (0.95 * 0.5)^2.5',
      in: { image: { pattern: 'flat' } },
      with: { sigma: 0 },
      expect: { image: { mean: 0.75 * 0.475 ** 2.5, std: 0 } },
    },
    {
      title: 'Noise of 100 photons at white: variance x / 100',
      in: { image: { pattern: 'flat', width: 256, height: 256 } },
      with: { alpha: 1, beta: 1, gamma: 1, sigma: 0, photons: 100 },
      expect: { image: { mean: 0.5, std: Math.sqrt(0.005), tolerance: 2e-3 } },
    },
  ],
  run({ image }, { alpha, beta, gamma, photons, sigma, clip }, context) {
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = image.width * image.height
    const gain = beta * alpha ** gamma
    const noisy = photons > 0 || sigma > 0
    for (let c = 0; c < image.channels; c++) {
      context.throwIfCancelled()
      const target = output.data.subarray(c * size, (c + 1) * size)
      mapSamples(image.data.subarray(c * size, (c + 1) * size), target, (run, samples, count) => {
        run.powerCurve(samples, count, 0, gamma, gain)
        if (clip && !noisy) run.clipLevels(samples, count, false)
      })
      addSensorNoise(target, photons, sigma / 255, context.random)
      if (clip && noisy) clipPlane(target)
    }
    return { image: output }
  },
})
