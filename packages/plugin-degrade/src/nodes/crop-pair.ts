import { defineNode, type Image, KintsugiError, type NodeContext, Type } from '@kintsugi/core'
import { planes, shapeOf } from '../image/planes.js'

const params = Type.Object(
  {
    size: Type.Integer({
      default: 256,
      minimum: 1,
      maximum: 65535,
      'x-unit': 'px',
      description: 'Width and height cut out of `high`; a multiple of the scale. BasicSR calls it `gt_size`.',
    }),
    place: Type.Enum(['random', 'center'], {
      default: 'random',
      description: '`random`: every place alike. `center`: the middle, odd remainders to the right and bottom.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/crop-pair`: the same square of a sharp image and of its degraded, smaller version. */
export const cropPair = defineNode({
  name: 'degrade/crop-pair',
  title: 'Crop a pair',
  description:
    'Cuts a square out of `high` and the matching one, smaller by the scale, out of `low`, as `paired_random_crop` of BasicSR. The scale is the ratio ' +
    'of the sizes and must be whole and the same in both directions. The place is drawn in pixels of `low`, its row before its column, so that both lie on whole pixels.',
  params,
  random: true,
  inputs: {
    high: { type: 'image', description: 'The sharp image.' },
    low: { type: 'image', description: 'The degraded image: the same view, a whole number of times smaller.' },
  },
  outputs: {
    high: { type: 'image', description: 'The square of `high`.' },
    low: { type: 'image', description: 'The square of `low`.' },
  },
  memory: ({ high, low }, { size }) => 4 * size ** 2 * (high!.channels + low!.channels),
  examples: [
    {
      title: 'The middle of a pair at scale 2',
      in: {
        high: { pattern: 'gradient', width: 17 * 2, height: 16 },
        low: { pattern: 'gradient', width: 17, height: 8 },
      },
      with: { size: 8, place: 'center' },
      expect: {
        high: { width: 8, height: 8, samples: [[0, 0, 0, 12 / 33]] },
        low: { width: 4, height: 4, samples: [[0, 0, 0, 6 / 16]] },
      },
    },
    {
      title: 'A random place of a pair at scale 4',
      in: { high: { pattern: 'photo', width: 64, height: 48 }, low: { pattern: 'photo', width: 16, height: 12 } },
      with: { size: 32 },
      expect: { high: { width: 32, height: 32 }, low: { width: 8, height: 8 } },
    },
  ],
  run({ high, low }, { size, place }, context) {
    const scale = scaleOf(high, low)
    const side = size / scale
    if (!Number.isInteger(side) || side > Math.min(low.width, low.height)) {
      throw new KintsugiError('E_IMAGE_SIZE', {
        message: `degrade/crop-pair cannot cut ${size}x${size} px out of this pair`,
        expected: `a multiple of the scale ${scale}, at most ${scale * Math.min(low.width, low.height)}`,
        found: `size ${size}, images of ${high.width}x${high.height} and ${low.width}x${low.height} px`,
        fix: 'change `size`, or use larger images',
      })
    }
    const choose = (room: number) => (place === 'center' ? Math.floor(room / 2) : context.random.integer(0, room))
    const y = choose(low.height - side)
    const x = choose(low.width - side)
    return { high: cut(high, x * scale, y * scale, size, context), low: cut(low, x, y, side, context) }
  },
})

/** How many times larger `high` is. Throws `E_IMAGE_SIZE` where that is no whole number, or not the same both ways. */
function scaleOf(high: Image, low: Image): number {
  const scale = high.width / low.width
  if (Number.isInteger(scale) && high.height === scale * low.height) return scale
  throw new KintsugiError('E_IMAGE_SIZE', {
    message: 'the two images of degrade/crop-pair are no pair',
    expected: '`high` a whole number of times larger than `low`, the same in both directions',
    found: `${high.width}x${high.height} and ${low.width}x${low.height} px`,
    fix: 'cut `high` to a multiple with core/mod-crop before degrading it',
  })
}

function cut(image: Image, x: number, y: number, side: number, context: NodeContext): Image {
  const output = context.createImage({ ...shapeOf(image), width: side, height: side })
  const targets = planes(output)
  planes(image).forEach((source, i) => {
    for (let row = 0; row < side; row++) {
      const start = (y + row) * image.width + x
      targets[i]!.set(source.subarray(start, start + side), row * side)
    }
  })
  return output
}
