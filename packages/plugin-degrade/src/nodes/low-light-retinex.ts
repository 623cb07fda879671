import { defineNode, Type } from '@kintsugi/core'
import { addSensorNoise } from '../camera/shot-read.js'
import { guidedFilter } from '../filter/guided.js'
import { powerCurve } from '../image/curve.js'
import { grayLevels } from '../image/gray-levels.js'
import { layerPlane } from '../image/layer.js'
import { shapeOf, workPlanes } from '../image/planes.js'
import { mapSamples } from '../image/strips.js'
import { illuminationMap } from '../weather/illumination.js'
import { clipPlane, sensorParams } from './sensor-params.js'

/** Keeps the division defined (`syn_low` of OneRestore). */
const DARK = 1e-7

const params = Type.Object(
  {
    gamma: Type.Number({
      default: 2.5,
      minimum: 1,
      maximum: 10,
      description: 'Exponent of the illumination. CDD-11 draws 2 to 3; 1 leaves the light as it is.',
    }),
    ...sensorParams({
      sigma: 14,
      sigmaText: 'CDD-11 draws 7.65 to 20.4 (0.03 to 0.08).',
      photonsText: 'CDD-11 has none.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/low-light-retinex`: darkened illumination over unchanged reflectance. */
export const lowLightRetinex = defineNode({
  name: 'degrade/low-light-retinex',
  title: 'Low light by illumination',
  description:
    'Splits an image into reflectance and illumination, x = R L, and darkens the light: R L^gamma plus noise, the low light of CDD-11 (`syn_low` of OneRestore). ' +
    "The light map is first smoothed as there: the image's gray level (BT.601, rounded to 8 bits) filtered by a 3 x 3 guided filter whose guide is the map, penalty 0.01, reflect-101; the original takes its blue for red there. " +
    'Without a map it is estimated as LIME does (Guo, Li and Ling 2017): the largest channel of each pixel, refined by its structure-aware smoothing. ' +
    'Noise is drawn plane by plane, row by row. Alpha is left alone.',
  params,
  random: true,
  inputs: {
    image: { type: 'image', description: 'A well lit view.' },
    light: { type: 'image', optional: true, description: 'Illumination, 0..1. Default: estimated.' },
  },
  outputs: { image: { type: 'image', description: 'The dark view, of the same size, channels and metadata.' } },
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 24),
  examples: [
    {
      title: 'A flat image: its light is 128 / 255, the gray level in 8 bits',
      in: { image: { pattern: 'flat' }, light: { pattern: 'flat', channels: 1 } },
      with: { sigma: 0 },
      expect: { image: { mean: 0.5 * (128 / 255) ** 1.5, std: 0 } },
    },
    {
      title: 'Estimated light',
      in: { image: { pattern: 'photo', width: 33, height: 17 } },
      expect: { image: { width: 33, height: 17 } },
    },
  ],
  run({ image, light }, { gamma, photons, sigma, clip }, context) {
    context.throwIfCancelled()
    const { width, height } = image
    const map = light === undefined ? illuminationMap(image, context) : layerPlane(light, image)
    context.throwIfCancelled()
    const plane = workPlanes(image, context)
    const smooth = guidedFilter(map, grayLevels(image), width, height, 3, 0.01, plane)
    context.throwIfCancelled()
    // R L^gamma = x (L + d)^gamma / (L + d).
    const gain = smooth
    powerCurve({ offset: DARK, exponent: gamma - 1 })(smooth, gain)
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = width * height
    const noisy = photons > 0 || sigma > 0
    for (let c = 0; c < image.channels; c++) {
      context.throwIfCancelled()
      const target = output.data.subarray(c * size, (c + 1) * size)
      const source = image.data.subarray(c * size, (c + 1) * size)
      const darken: Parameters<typeof mapSamples>[2] = (run, samples, count, gains) => {
        run.multiply(samples, samples, gains, count)
        if (clip && !noisy) run.clipLevels(samples, count, false)
      }
      mapSamples(source, target, darken, gain)
      addSensorNoise(target, photons, sigma / 255, context.random)
      if (clip && noisy) clipPlane(target)
    }
    return { image: output }
  },
})
