import { defineNode, type RandomStream, Type } from '@kintsugi/core'
import { roundTo8Bits } from '../image/bytes.js'
import { shapeOf, workPlanes } from '../image/planes.js'
import { addNoise } from '../noise/add-noise.js'
import { LUMA, lumaPlane } from '../noise/luma.js'

const params = Type.Object(
  {
    scale: Type.Number({
      default: 1,
      minimum: 0,
      maximum: 16,
      description: 'Multiplies the noise. Real-ESRGAN draws 0.05 to 3, then 0.05 to 2.5; BSRGAN has 1.',
    }),
    kind: Type.Enum(['color', 'gray'], {
      default: 'color',
      description:
        '`color`: counts for every sample. `gray`: counts for the gray level, their noise added to all channels.',
    }),
    photons: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1e6,
        description:
          'Mean count at white. BSRGAN draws 10^2 to 10^4. Default: the power of two at or above the number of distinct 8-bit levels in the image, as BasicSR.',
      }),
    ),
    round: Type.Boolean({
      default: false,
      description:
        'Round the image itself to 8 bits before, as BSRGAN does; BasicSR adds the noise to the image as it is.',
    }),
    luma: Type.Enum(Object.keys(LUMA) as (keyof typeof LUMA)[], {
      default: 'torchvision',
      description:
        'Gray level for `gray`: 0.2989 R + 0.587 G + 0.114 B (`torchvision`, BasicSR), or 0.299 R (`opencv`, BSRGAN).',
    }),
    clip: Type.Boolean({ default: true, description: 'Clip the result to 0..1, as BasicSR and BSRGAN do.' }),
  },
  { additionalProperties: false },
)

/** `degrade/poisson-noise`: shot noise. */
export const poissonNoise = defineNode({
  name: 'degrade/poisson-noise',
  title: 'Poisson noise',
  description:
    'With q the sample clipped to 0..1 and rounded to 8 bits, adds scale * (Poisson(photons * q) / photons - q) in float32, as `add_poisson_noise` of BasicSR ' +
    '(Real-ESRGAN, DASR) and, with `photons` and `round`, as `add_Poisson_noise` of BSRGAN. The noise has variance scale^2 q / photons. ' +
    'Counts are drawn plane by plane, row by row. Alpha is left alone.',
  params,
  random: true,
  inputs: { image: { type: 'image', description: 'What to add noise to.' } },
  outputs: { image: { type: 'image', description: 'The noisy image, of the same size, channels and metadata.' } },
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 3),
  examples: [
    {
      title: '50.2 photons at middle gray: a standard deviation of sqrt(q / 100) with q = 128 / 255',
      in: { image: { pattern: 'flat', width: 256, height: 256, channels: 3 } },
      with: { photons: 100, round: true },
      expect: { image: { width: 256, height: 256, mean: 128 / 255, std: Math.sqrt(128 / 25500), tolerance: 2e-3 } },
    },
    {
      title: 'Black stays black',
      in: { image: { pattern: 'impulse', width: 7, height: 5 } },
      with: { kind: 'gray' },
      expect: { image: { samples: [[0, 0, 0, 0]] } },
    },
  ],
  run({ image }, { scale, kind, photons, round, luma, clip }, context) {
    const { width, height, channels } = image
    const size = width * height
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const plane = (data: Float32Array, c: number) => data.subarray(c * size, (c + 1) * size)
    const gray = kind === 'gray' && channels === 3
    const workPlane = workPlanes(image, context)
    const noise = workPlane()
    // Levels wait where the result is going to be.
    if (round || !gray) roundTo8Bits(image.data, output.data)
    const source = round ? output.data : image.data
    const add = (c: number) => {
      context.throwIfCancelled()
      addNoise(plane(source, c), noise, plane(output.data, c), { scale, clip })
    }
    if (gray) {
      const levels = lumaPlane(source, LUMA[luma], workPlane())
      roundTo8Bits(levels, levels)
      drawNoise(levels, photons ?? powerOfLevels(levels), context.random, noise)
      for (let c = 0; c < 3; c++) add(c)
    } else {
      const counts = photons ?? powerOfLevels(output.data)
      for (let c = 0; c < channels; c++) {
        drawNoise(plane(output.data, c), counts, context.random, noise)
        add(c)
      }
    }
    return { image: output }
  },
})

/** The power of two at or above the number of distinct levels among samples that are k / 255. */
function powerOfLevels(samples: Float32Array): number {
  const seen = new Uint8Array(256)
  for (let i = 0; i < samples.length; i++) seen[Math.floor(samples[i]! * 255 + 0.5)] = 1
  return 2 ** Math.ceil(Math.log2(seen.reduce((sum, one) => sum + one, 0)))
}

/** noise = Poisson(photons q) / photons - q, every step rounded to float32. */
function drawNoise(q: Float32Array, photons: number, random: RandomStream, noise: Float32Array): void {
  for (let i = 0; i < noise.length; i++) noise[i] = q[i]! * photons
  random.fillPoisson(noise, noise)
  for (let i = 0; i < noise.length; i++) noise[i] = Math.fround(noise[i]! / photons) - q[i]!
}
