import { Type } from 'typebox'
import type { Image } from '../image/image.js'
import { defineNode, type NodeContext } from '../plugin/node.js'

/** Changes colour planes, alpha and the depth that an image is saved with. */
export const convert = defineNode({
  name: 'core/convert',
  title: 'Convert',
  description:
    'Makes an image gray or RGB, drops its alpha plane or lays it over a background, and sets the depth that it is saved with. Gray is 0.299 R + 0.587 G + 0.114 B of the encoded values (ITU-R BT.601, as OpenCV and Pillow convert). Samples are not rounded.',
  inputs: { image: { type: 'image', description: 'Any image.' } },
  outputs: { image: { type: 'image', description: 'The converted image.' } },
  params: Type.Object({
    color: Type.String({ enum: ['keep', 'gray', 'rgb'], default: 'keep', description: 'Colour planes of the result.' }),
    alpha: Type.String({
      enum: ['keep', 'drop', 'flatten'],
      default: 'keep',
      description: '`drop` forgets it; `flatten` lays the image over the background first.',
    }),
    background: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 1,
      description: 'Level of the background for `flatten`: 0 black, 1 white.',
    }),
    depth: Type.Optional(
      Type.Integer({ enum: [8, 16], 'x-unit': 'bit', description: 'Bits per sample when saved. Default: as it was.' }),
    ),
  }),
  examples: [
    {
      title: 'to gray',
      in: { image: { pattern: 'gradient', width: 5, height: 5 } },
      with: { color: 'gray' },
      expect: {
        image: {
          samples: [
            [0, 0, 0, 0],
            [0, 4, 4, 1],
            [0, 0, 4, 0.299 + 0.114 * 0.5],
          ],
        },
      },
    },
    {
      title: 'over white',
      in: { image: { pattern: 'flat', width: 3, height: 3, alpha: true } },
      with: { alpha: 'flatten' },
      expect: { image: { samples: [[0, 1, 1, 0.75]] } },
    },
  ],
  memory: ({ image }) => (image === undefined ? 0 : image.width * image.height * 16),
  run({ image }, { color, alpha, background, depth }, context) {
    const channels = color === 'gray' ? 1 : color === 'rgb' ? 3 : image.channels
    const keepsAlpha = image.alpha !== null && alpha === 'keep'
    const metadata = { ...image.metadata }
    if (depth !== undefined) metadata.bitDepth = depth as 8 | 16
    // A profile for three planes says nothing about one.
    if (channels !== image.channels) delete metadata.icc
    const out = context.createImage({ width: image.width, height: image.height, channels, alpha: keepsAlpha, metadata })
    copyColors(image, out, context)
    if (out.alpha !== null && image.alpha !== null) out.alpha.set(image.alpha)
    if (alpha === 'flatten' && image.alpha !== null) {
      const plane = image.width * image.height
      for (let c = 0; c < channels; c++) {
        for (let i = 0; i < plane; i++) {
          const opacity = image.alpha[i] ?? 1
          out.data[c * plane + i] = (out.data[c * plane + i] ?? 0) * opacity + background * (1 - opacity)
        }
      }
    }
    return { image: out }
  },
})

function copyColors(from: Image, to: Image, context: NodeContext): void {
  const plane = from.width * from.height
  context.throwIfCancelled()
  if (from.channels === to.channels) to.data.set(from.data)
  else if (to.channels === 3) for (let c = 0; c < 3; c++) to.data.set(from.data, c * plane)
  else {
    const { data } = from
    for (let i = 0; i < plane; i++)
      to.data[i] = 0.299 * (data[i] ?? 0) + 0.587 * (data[plane + i] ?? 0) + 0.114 * (data[2 * plane + i] ?? 0)
  }
}
