import { defineNode, definePlugin, Type } from '@kintsugi/core'

/** `mine/invert`: light becomes dark, wholly or in part. */
export const invert = defineNode({
  name: 'mine/invert',
  title: 'Invert',
  description:
    'Turns light into dark: x becomes 1 - x, mixed with x by `amount`. Alpha stays as it is; nothing is clipped.',
  inputs: { image: { type: 'image', description: 'Any image.' } },
  outputs: { image: { type: 'image', description: 'Its negative, of the same size, channels and metadata.' } },
  params: Type.Object(
    { amount: Type.Number({ minimum: 0, maximum: 1, default: 1, description: '0 leaves the image, 1 inverts it.' }) },
    { additionalProperties: false },
  ),
  // A pixel depends on no other pixel, so tiles need no overlap.
  halo: () => 0,
  memory: ({ image }) => 4 * image.width * image.height * image.channels,
  examples: [
    {
      title: 'A ramp turns round',
      in: { image: { pattern: 'gradient', width: 5, height: 5 } },
      expect: {
        image: {
          width: 5,
          height: 5,
          samples: [
            [0, 0, 0, 1],
            [0, 0, 4, 0],
          ],
        },
      },
    },
    {
      title: 'Half of it is middle gray',
      in: { image: { pattern: 'step', width: 8, height: 4 } },
      with: { amount: 0.5 },
      expect: { image: { mean: 0.5, std: 0 } },
    },
  ],
  run({ image }, { amount }, context) {
    const { width, height, channels, metadata } = image
    const result = context.createImage({ width, height, channels, alpha: image.alpha !== null, metadata })
    for (let i = 0; i < image.data.length; i++) result.data[i] = image.data[i] + amount * (1 - 2 * image.data[i])
    if (image.alpha !== null) result.alpha.set(image.alpha)
    return { image: result }
  },
})

export default definePlugin({ name: 'kintsugi-plugin-mine', version: '1.0.0', nodes: [invert] })
