import { Type } from 'typebox'
import { KintsugiError } from '../errors/index.js'
import { defineNode } from '../plugin/node.js'
import { copyRegion } from './region.js'

/** Crops right and bottom to a multiple, as BasicSR's `mod_crop` (basicsr/utils/matlab_functions.py era; `basicsr/data/transforms.py`). */
export const modCrop = defineNode({
  name: 'core/mod-crop',
  title: 'Crop to a multiple',
  description:
    'Removes columns at the right and rows at the bottom until width and height are multiples of a number, so that sizes agree after scaling down and up.',
  inputs: { image: { type: 'image', description: 'Any image.' } },
  outputs: { image: { type: 'image', description: 'The top left part, with sizes that are multiples.' } },
  params: Type.Object({
    multiple: Type.Integer({
      minimum: 1,
      maximum: 4096,
      default: 4,
      'x-unit': 'px',
      description: 'Width and height become multiples of this.',
    }),
  }),
  limits: { minSize: 4 },
  examples: [
    {
      title: 'to a multiple of 4',
      in: { image: { pattern: 'gradient', width: 11, height: 6 } },
      with: { multiple: 4 },
      expect: {
        image: {
          width: 8,
          height: 4,
          samples: [
            [0, 0, 7, 0.7],
            [1, 3, 0, 0.6],
          ],
        },
      },
    },
  ],
  memory: ({ image }) => (image === undefined ? 0 : image.width * image.height * image.channels * 4),
  run({ image }, { multiple }, context) {
    const width = image.width - (image.width % multiple)
    const height = image.height - (image.height % multiple)
    if (width === 0 || height === 0) {
      throw new KintsugiError('E_IMAGE_SIZE', {
        message: `An image of ${image.width}x${image.height} px has no part whose sizes are multiples of ${multiple}.`,
        expected: `at least ${multiple}x${multiple} px`,
        found: `${image.width}x${image.height} px`,
        fix: 'Leave this image out, or use a smaller multiple.',
      })
    }
    if (width === image.width && height === image.height) return { image }
    return { image: copyRegion(image, 0, 0, width, height, context) }
  },
})
