import { defineNode, Type } from '@kintsugi/core'
import { layerPlanes } from '../image/layer.js'
import { shapeOf } from '../image/planes.js'
import { drawParticles, renderParticles } from '../weather/particles.js'
import { particleParams } from './weather-params.js'

const params = Type.Object(
  {
    ...particleParams({
      density: 0.002,
      length: 3,
      width: 4,
      brightness: 0.9,
      what: 'flakes',
      ranges: {
        density: 'Usual: 0.0005 for large flakes to 0.01 for small ones.',
        length: '0 gives round flakes.',
        width: 'Of the kind of Snow100K: about 3 (S), 6 (M), 12 (L).',
      },
    }),
    color: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 1,
      description: 'Gray level c of the snow; CDD-11 has 1, white.',
    }),
    clip: Type.Boolean({
      default: true,
      description: 'Clip the result to 0..1. CDD-11 does not, before what follows.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/snow`: falling snow. */
export const snow = defineNode({
  name: 'degrade/snow',
  title: 'Snow',
  description:
    'Covers an image J with snow, J (1 - z) + c z, z a mask of 0..1 (Snow100K; CDD-11 with c = 1). Without input `mask` it is drawn: soft round flakes, longer along their fall, ' +
    'their number Poisson, their places uniform; where flakes overlap, z is 1 less the product of what each lets through. ' +
    'A given mask is resized bilinearly to the image; the parameters of drawing then have no effect. Several sizes of flakes are several nodes. Alpha is left alone.',
  params,
  random: true,
  inputs: {
    image: { type: 'image', description: 'The view.' },
    mask: { type: 'image', optional: true, description: 'How much snow hides each pixel, 0..1. Default: drawn.' },
  },
  outputs: { image: { type: 'image', description: 'The snowy view, of the same size, channels and metadata.' } },
  memory: ({ image }, { density }) =>
    4 * image!.width * image!.height * (image!.channels + 8) +
    100 * density * (image!.width + 250) * (image!.height + 250),
  examples: [
    {
      title: 'Drawn by the key',
      in: { image: { pattern: 'photo', width: 64, height: 48 } },
      expect: { image: { width: 64, height: 48 } },
    },
    {
      title: 'A mask of 1 is snow, one of 0 the image',
      in: { image: { pattern: 'flat', offset: -0.25 }, mask: { pattern: 'step' } },
      with: { color: 0.75 },
      expect: {
        image: {
          samples: [
            [0, 3, 2, 0.25],
            [1, 3, 9, 0.75],
          ],
        },
      },
    },
    {
      title: 'No flakes',
      in: { image: { pattern: 'flat', width: 64, height: 48, channels: 3 } },
      with: { density: 0 },
      expect: { image: { width: 64, height: 48, mean: 0.5, std: 0 } },
    },
  ],
  run({ image, mask }, settings, context) {
    const { color, clip, width: thickness, ...cloud } = settings
    const { width, height } = image
    const given = mask === undefined ? undefined : layerPlanes(mask, image)
    const drawn =
      given === undefined
        ? renderParticles(
            drawParticles(context.random, width, height, { ...cloud, radius: thickness / 2 }),
            width,
            height,
            'cover',
          )
        : undefined
    context.throwIfCancelled()
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = width * height
    for (let c = 0; c < image.channels; c++) {
      const layer = given?.[c] ?? drawn!
      const source = image.data.subarray(c * size, (c + 1) * size)
      const target = output.data.subarray(c * size, (c + 1) * size)
      for (let i = 0; i < size; i++) {
        const value = source[i]! + (color - source[i]!) * layer[i]!
        target[i] = clip ? Math.min(1, Math.max(0, value)) : value
      }
    }
    return { image: output }
  },
})
