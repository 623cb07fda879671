import { defineNode, type Image, type Static, Type } from '@kintsugi/core'
import { boxFilter } from '../filter/box.js'
import { layerPlane } from '../image/layer.js'
import { shapeOf, workPlanes } from '../image/planes.js'
import { mapSamples } from '../image/strips.js'
import { estimateDepth } from '../weather/depth-estimate.js'

const params = Type.Object(
  {
    beta: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 20,
      description:
        'Scattering per unit of depth. CDD-11 draws 1 to 2, RESIDE indoor 0.6 to 1.8, RESIDE outdoor 0.04 to 0.2.',
    }),
    light: Type.Number({
      default: 0.8,
      minimum: 0,
      maximum: 1,
      description:
        'Colour of the air, the same in all channels, white is 1. CDD-11 draws 0.6 to 0.9, RESIDE indoor 0.7 to 1, outdoor 0.8 to 1.',
    }),
    holds: Type.Enum(['depth', 'nearness', 'transmission'], {
      default: 'depth',
      description:
        'What input `map` holds: `depth`, larger is farther; `nearness`, 1 less the depth, as the maps of CDD-11; `transmission`, t itself, which leaves `beta`, `farthest` and `depth_scale` aside.',
    }),
    depth_scale: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      maximum: 1e4,
      description:
        'Units of depth at 1 of the map: for a map in other units than 0..1, such as 10 for metres stored as tenths.',
    }),
    farthest: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 1,
      description: 'Depth of the map, before scaling, beyond which nothing gets hazier. CDD-11 has 0.7.',
    }),
    smoothing: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 255,
      'x-unit': 'px',
      description: 'Width of the box that smooths the map, after it is resized. CDD-11 has 22, RESIDE 1: none.',
    }),
    clip: Type.Boolean({ default: true, description: 'Clip the result to 0..1.' }),
  },
  { additionalProperties: false },
)

/** `degrade/haze`: light scattered into the view by the air. */
export const haze = defineNode({
  name: 'degrade/haze',
  title: 'Haze',
  description:
    'Atmospheric scattering, I = J t + A (1 - t) with t = exp(-beta d), on the encoded samples: A is `light`, d the depth, at most `farthest`. The map is resized ' +
    'bilinearly to the image, turned to gray (BT.601), then smoothed by a box (reflect-101; an even one has its middle right of and below the centre, as `cv2.blur`). ' +
    'With `holds: nearness`, `smoothing: 22` and `farthest: 0.7` it is the haze of CDD-11 (`syn_haze` of OneRestore), with neither the one of RESIDE. ' +
    'Without a map the depth is estimated by the colour attenuation prior (Zhu et al. 2015), stretched to 0..1: plausible, not measured. Alpha is left alone.',
  params,
  inputs: {
    image: { type: 'image', description: 'The clear view.' },
    map: { type: 'image', optional: true, description: 'Depth, nearness or transmission, 0..1. Default: estimated.' },
  },
  outputs: { image: { type: 'image', description: 'The hazy view, of the same size, channels and metadata.' } },
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 12),
  examples: [
    {
      title: 'Half of the light arrives: 0.5 * 0.5 + 0.8 * 0.5',
      in: {
        image: { pattern: 'flat', width: 8, height: 6 },
        map: { pattern: 'flat', width: 4, height: 3, channels: 1 },
      },
      with: { holds: 'transmission' },
      expect: { image: { width: 8, height: 6, mean: 0.65, std: 0 } },
    },
    {
      title: 'Black at depth 1, air of 0.75, beta 1.5: 0.75 (1 - exp(-1.5))',
      in: { image: { pattern: 'flat', offset: -0.5 }, map: { pattern: 'flat', offset: 0.5 } },
      with: { beta: 1.5, light: 0.75 },
      expect: { image: { mean: 0.75 * (1 - Math.exp(-1.5)), std: 0 } },
    },
    {
      title: 'As CDD-11, nearness below 0.3 counting as 0.3',
      in: { image: { pattern: 'flat', offset: -0.5 }, map: { pattern: 'flat', offset: -0.4 } },
      with: { beta: 1.5, light: 0.75, holds: 'nearness', smoothing: 22, farthest: 0.7 },
      expect: { image: { mean: 0.75 * (1 - Math.exp(-1.5 * 0.7)), std: 0 } },
    },
    {
      title: 'With an estimated depth',
      in: { image: { pattern: 'photo', width: 33, height: 17 } },
      expect: { image: { width: 33, height: 17 } },
    },
  ],
  run({ image, map }, settings, context) {
    context.throwIfCancelled()
    const { light, clip } = settings
    const plane = workPlanes(image, context)
    const transmission = transmissionOf(image, map, settings, plane)
    context.throwIfCancelled()
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = transmission.length
    for (let c = 0; c < image.channels; c++) {
      const source = image.data.subarray(c * size, (c + 1) * size)
      const target = output.data.subarray(c * size, (c + 1) * size)
      mapSamples(
        source,
        target,
        (run, samples, count, share) => run.mixLight(samples, samples, share, light, clip, count),
        transmission,
      )
    }
    return { image: output }
  },
})

/** The share of light that arrives from each pixel. */
function transmissionOf(
  image: Image,
  map: Image | undefined,
  settings: Static<typeof params>,
  plane: () => Float32Array,
): Float32Array {
  const { beta, holds, depth_scale: scale, farthest, smoothing } = settings
  const { width, height } = image
  const plain = map === undefined ? estimateDepth(image, plane) : layerPlane(map, image)
  const smooth = smoothing === 1 ? plain : boxFilter(plain, width, height, smoothing, plane())
  if (map !== undefined && holds === 'transmission') return smooth
  const transmission = plane()
  const near = map !== undefined && holds === 'nearness'
  mapSamples(smooth, transmission, (run, samples, count) =>
    run.decayCurve(samples, count, beta * scale, farthest, near),
  )
  return transmission
}
