import { Type } from 'typebox'
import { KintsugiError } from '../errors/index.js'
import { defineNode } from '../plugin/node.js'
import { copyRegion } from './region.js'

/** Cuts out a rectangle. */
export const crop = defineNode({
  name: 'core/crop',
  title: 'Crop',
  description:
    'Cuts out a rectangle of the given size. Without x and y it is the middle; odd remainders go to the right and bottom.',
  inputs: { image: { type: 'image', description: 'Any image.' } },
  outputs: { image: { type: 'image', description: 'The rectangle.' } },
  params: Type.Object({
    width: Type.Integer({ minimum: 1, 'x-unit': 'px', description: 'Width of the rectangle.' }),
    height: Type.Integer({ minimum: 1, 'x-unit': 'px', description: 'Height of the rectangle.' }),
    x: Type.Optional(
      Type.Integer({ minimum: 0, 'x-unit': 'px', description: 'Column of its left edge. Default: centred.' }),
    ),
    y: Type.Optional(
      Type.Integer({ minimum: 0, 'x-unit': 'px', description: 'Row of its top edge. Default: centred.' }),
    ),
  }),
  limits: { minSize: 3 },
  examples: [
    {
      title: 'the middle',
      in: { image: { pattern: 'gradient', width: 9, height: 9 } },
      with: { width: 3, height: 3 },
      expect: {
        image: {
          width: 3,
          height: 3,
          samples: [
            [0, 0, 0, 0.375],
            [1, 2, 1, 0.625],
          ],
        },
      },
    },
    {
      title: 'the top left corner',
      in: { image: { pattern: 'gradient', width: 9, height: 9 } },
      with: { width: 2, height: 3, x: 0, y: 0 },
      expect: { image: { width: 2, height: 3, samples: [[0, 0, 1, 0.125]] } },
    },
  ],
  memory: ({ image }) => (image === undefined ? 0 : image.width * image.height * image.channels * 4),
  run({ image }, params, context) {
    const x = params.x ?? Math.floor((image.width - params.width) / 2)
    const y = params.y ?? Math.floor((image.height - params.height) / 2)
    if (x < 0 || y < 0 || x + params.width > image.width || y + params.height > image.height) {
      throw new KintsugiError('E_IMAGE_SIZE', {
        message: `A rectangle of ${params.width}x${params.height} px at ${x}, ${y} does not lie in an image of ${image.width}x${image.height} px.`,
        expected: 'a rectangle inside the image',
        found: `columns ${x} to ${x + params.width - 1}, rows ${y} to ${y + params.height - 1}`,
        fix: 'Make it smaller, or move it.',
      })
    }
    return { image: copyRegion(image, x, y, params.width, params.height, context) }
  },
})
