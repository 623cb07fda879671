import { defineNode, Type } from '@kintsugi/core'
import { BAYER_PATTERNS, bayerChannel, demosaic, mosaicPlane } from '../camera/bayer.js'
import { planes, shapeOf } from '../image/planes.js'
import { mapSamples } from '../image/strips.js'
import { requireColor } from './require-color.js'

const params = Type.Object(
  {
    pattern: Type.Enum([...BAYER_PATTERNS], {
      default: 'rggb',
      description: 'Colours of the upper left 2 x 2 pixels of the sensor, row by row. DCPT has `rggb`.',
    }),
    demosaicing: Type.Enum(['edge-aware', 'bilinear', 'none'], {
      default: 'edge-aware',
      description:
        "How missing colours are filled in. `edge-aware`: on 8-bit levels as OpenCV's `COLOR_BayerBG2BGR_EA`, green along the direction of smaller change. " +
        '`bilinear`: the mean of the nearest samples, in float. `none`: they stay 0.',
    }),
    swap: Type.Boolean({
      default: false,
      description:
        'Exchange red and blue of the result, as the code of DCPT does by mistake: its input has another order than its target.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/mosaic`: one colour per pixel, the others interpolated. */
export const mosaic = defineNode({
  name: 'degrade/mosaic',
  title: 'Mosaic',
  description:
    'Keeps one colour sample per pixel, as a sensor with a Bayer filter, and fills in the others (the demosaicing task of DCPT). For `edge-aware` the image is clipped and rounded to 8 bits first, ' +
    'and the outermost rows and columns repeat those beside them, as in OpenCV 4.6; for `bilinear` borders are reflect-101. Alpha is left alone.',
  params,
  limits: { gray: false },
  inputs: { image: { type: 'image', description: 'A picture in colour.' } },
  outputs: { image: { type: 'image', description: 'The picture after demosaicing, of the same size and metadata.' } },
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 3),
  examples: [
    {
      title: 'The samples alone',
      in: { image: { pattern: 'flat', width: 4, height: 4 } },
      with: { demosaicing: 'none' },
      expect: {
        image: {
          samples: [
            [0, 0, 0, 0.5],
            [1, 0, 0, 0],
            [1, 0, 1, 0.5],
            [2, 1, 1, 0.5],
            [2, 0, 0, 0],
          ],
        },
      },
    },
    {
      title: 'A flat picture stays flat, at 128 of 255',
      in: { image: { pattern: 'flat', width: 9, height: 7 } },
      expect: { image: { mean: 128 / 255, std: 0 } },
    },
    {
      title: 'The mean of the neighbours: red of a green pixel in a red row',
      in: { image: { pattern: 'gradient', width: 9, height: 9 } },
      with: { demosaicing: 'bilinear' },
      expect: {
        image: {
          samples: [
            [0, 2, 3, 3 / 8],
            [2, 3, 3, 6 / 16],
          ],
        },
      },
    },
  ],
  run({ image }, { pattern, demosaicing, swap }, context) {
    requireColor('degrade/mosaic', image)
    const { width } = image
    context.throwIfCancelled()
    const output = context.createImage({ ...shapeOf(image), cleared: demosaicing === 'none' })
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const [first, green, third] = planes(output) as [Float32Array, Float32Array, Float32Array]
    const [red, blue] = swap ? [third, first] : [first, third]
    const raw = mosaicPlane(image.data, width, pattern)
    if (demosaicing === 'edge-aware') mapSamples(raw, raw, (run, samples, count) => run.toLevels(samples, count))
    context.throwIfCancelled()
    if (demosaicing !== 'none') demosaic(raw, width, pattern, demosaicing, [red, green, blue])
    else {
      const targets = [red, green, blue]
      for (let i = 0; i < raw.length; i++) {
        targets[bayerChannel(pattern, i % width, Math.floor(i / width))]![i] = raw[i]!
      }
    }
    return { image: output }
  },
})
