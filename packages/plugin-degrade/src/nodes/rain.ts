import { defineNode, Type } from '@kintsugi/core'
import { layerPlanes } from '../image/layer.js'
import { shapeOf } from '../image/planes.js'
import { addNoise } from '../noise/add-noise.js'
import { drawParticles, renderParticles } from '../weather/particles.js'
import { particleParams } from './weather-params.js'

const params = Type.Object(
  {
    mode: Type.Enum(['additive', 'screen', 'veil'], {
      default: 'additive',
      description:
        '`additive`: J + R, as Rain100 and CDD-11. `screen`: 1 - (1 - J)(1 - R). `veil`: t (J + R) + (1 - t) A, heavy rain.',
    }),
    ...particleParams({
      density: 0.005,
      length: 30,
      width: 1,
      brightness: 0.6,
      what: 'streaks',
      ranges: {
        density: 'Usual: 0.005 to 0.05.',
        length: 'Usual: 10 to 60.',
        width: 'At 1 the streaks are those of a straight motion blur.',
      },
    }),
    directions: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 16,
      description:
        'Number of layers, each with `density` streaks in a direction of its own. Rain100L has 1, Rain100H 5.',
    }),
    spread: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 90,
      'x-unit': 'deg',
      description: 'Each layer falls at an angle drawn uniformly from `angle` - spread to `angle` + spread.',
    }),
    transmission: Type.Number({
      default: 0.8,
      minimum: 0,
      maximum: 1,
      description: 't of `veil`, the share of light that the mist lets through.',
    }),
    light: Type.Number({
      default: 0.8,
      minimum: 0,
      maximum: 1,
      description: 'A of `veil`, colour of the mist, white is 1.',
    }),
    clip: Type.Boolean({
      default: true,
      description: 'Clip the result to 0..1. CDD-11 does not, before what follows.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/rain`: rain streaks. */
export const rain = defineNode({
  name: 'degrade/rain',
  title: 'Rain',
  description:
    'Lays a layer R of rain streaks over an image J. Without input `streaks` the layer is drawn: bright rods with round ends, in each of `directions` layers parallel, ' +
    'their number Poisson, their places uniform (also around the image, so that streaks come in at its borders); overlapping streaks add up, to 1 at most. ' +
    'A given layer is resized bilinearly to the image; the parameters of drawing then have no effect. Alpha is left alone.',
  params,
  random: true,
  inputs: {
    image: { type: 'image', description: 'The dry view.' },
    streaks: { type: 'image', optional: true, description: 'A layer of streaks over black, 0..1. Default: drawn.' },
  },
  outputs: { image: { type: 'image', description: 'The rainy view, of the same size, channels and metadata.' } },
  memory: ({ image }, { density, directions }) =>
    4 * image!.width * image!.height * (image!.channels + 8) +
    100 * directions * density * (image!.width + 250) * (image!.height + 250),
  examples: [
    {
      title: 'Drawn by the key',
      in: { image: { pattern: 'photo', width: 64, height: 48 } },
      expect: { image: { width: 64, height: 48 } },
    },
    {
      title: 'Drawn streaks only add light',
      in: { image: { pattern: 'flat', width: 64, height: 48, channels: 3 } },
      with: { density: 0 },
      expect: { image: { width: 64, height: 48, mean: 0.5, std: 0 } },
    },
    {
      title: 'A given layer, added and clipped',
      in: { image: { pattern: 'flat' }, streaks: { pattern: 'step' } },
      expect: {
        image: {
          samples: [
            [0, 3, 2, 0.5],
            [1, 3, 9, 1],
          ],
        },
      },
    },
    {
      title: 'A given layer under a veil: 0.8 (0.5 + 0.25) + 0.2 * 0.8',
      in: { image: { pattern: 'flat' }, streaks: { pattern: 'flat', offset: -0.25 } },
      with: { mode: 'veil' },
      expect: { image: { mean: 0.76, std: 0 } },
    },
    {
      title: 'A given layer as a screen: 1 - 0.5 * 0.5',
      in: { image: { pattern: 'flat' }, streaks: { pattern: 'flat' } },
      with: { mode: 'screen' },
      expect: { image: { mean: 0.75, std: 0 } },
    },
  ],
  run({ image, streaks }, settings, context) {
    context.throwIfCancelled()
    const { mode, transmission, light, clip } = settings
    const layers = streaks === undefined ? undefined : layerPlanes(streaks, image)
    const drawn = layers === undefined ? drawStreaks(image, settings, context.random) : undefined
    context.throwIfCancelled()
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = image.width * image.height
    for (let c = 0; c < image.channels; c++) {
      const layer = layers?.[c] ?? drawn!
      const source = image.data.subarray(c * size, (c + 1) * size)
      const target = output.data.subarray(c * size, (c + 1) * size)
      if (mode === 'additive') {
        addNoise(source, layer, target, { scale: 1, clip })
        continue
      }
      const keep = mode === 'veil' ? transmission : 1
      const base = mode === 'veil' ? (1 - transmission) * light : 0
      const overlap = mode === 'screen' ? 1 : 0
      for (let i = 0; i < size; i++) {
        const j = source[i]!
        const r = layer[i]!
        const value = keep * (j + r - overlap * j * r) + base
        target[i] = clip ? Math.min(1, Math.max(0, value)) : value
      }
    }
    return { image: output }
  },
})

type Streaks = {
  density: number
  length: number
  width: number
  angle: number
  brightness: number
  variation: number
  directions: number
  spread: number
}

/** The layer of streaks: for each direction its angle, then its particles. */
function drawStreaks(
  { width, height }: { width: number; height: number },
  { directions, spread, angle, width: thickness, ...cloud }: Streaks,
  random: Parameters<typeof drawParticles>[0],
): Float32Array {
  const particles = Array.from({ length: directions }, () => {
    const turned = angle + spread * (2 * random.uniform() - 1)
    return drawParticles(random, width, height, { ...cloud, angle: turned, radius: thickness / 2 })
  })
  return renderParticles(particles.flat(), width, height, 'sum')
}
