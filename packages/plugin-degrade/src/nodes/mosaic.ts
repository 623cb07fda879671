import { defineNode, Type } from '@kintsugi/core'
import {
  BAYER_PATTERNS,
  bayerChannel,
  bilinearDemosaicing,
  demosaic,
  edgeAwareDemosaicing,
  mosaicPlane,
} from '../camera/bayer.js'
import { fromBytes, toBytes } from '../image/bytes.js'
import { shapeOf } from '../image/planes.js'
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
    const { width, height } = image
    const size = width * height
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const { data } = output
    if (demosaicing === 'edge-aware') {
      fromBytes(toBytes(image.data, 3), 3, data)
      const levels = mosaicPlane(data, width, pattern).map((x) => Math.round(x * 255))
      context.throwIfCancelled()
      demosaic(levels, width, pattern, edgeAwareDemosaicing, data)
      for (let i = 0; i < data.length; i++) data[i]! /= 255
    } else {
      const raw = mosaicPlane(image.data, width, pattern)
      if (demosaicing === 'bilinear') demosaic(raw, width, pattern, bilinearDemosaicing, data)
      else {
        for (let i = 0; i < size; i++) {
          data[bayerChannel(pattern, i % width, Math.floor(i / width)) * size + i] = raw[i]!
        }
      }
    }
    if (swap) {
      const red = data.slice(0, size)
      data.copyWithin(0, 2 * size)
      data.set(red, 2 * size)
    }
    return { image: output }
  },
})
