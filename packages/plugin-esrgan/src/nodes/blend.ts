import { defineNode, Type } from '@kintsugi/core'
import { requireSameSize } from '../image/same-size.js'

/** `esrgan/blend`: image interpolation. */
export const blend = defineNode({
  name: 'esrgan/blend',
  title: 'Blend two images',
  description:
    'Gives (1 - alpha) from + alpha to, sample by sample, as ESRGAN compares with network interpolation: image interpolation (Wang et al. 2018, section 3.4). Nothing is clipped. ' +
    'Images with alpha planes are blended premultiplied, so that the colour under transparent pixels does not show. Gray with colour gives colour. Metadata is that of `from`.',
  params: Type.Object(
    {
      alpha: Type.Number({
        default: 0.5,
        minimum: -10,
        maximum: 10,
        description: 'Share of `to`: 0 gives `from`, 1 gives `to`; beyond 0..1 it extrapolates.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    from: { type: 'image', description: 'The image at alpha 0.' },
    to: { type: 'image', description: 'The image at alpha 1, of the same size.' },
  },
  outputs: { image: { type: 'image', description: 'The image in between.' } },
  memory: ({ from }) => from!.width * from!.height * 4 * 4,
  examples: [
    {
      title: 'A quarter of the way from gray to a gradient',
      in: {
        from: { pattern: 'flat', width: 11, height: 6 },
        to: { pattern: 'gradient', width: 11, height: 6 },
      },
      with: { alpha: 0.25 },
      expect: {
        image: {
          width: 11,
          height: 6,
          samples: [
            [0, 0, 0, 0.375],
            [0, 0, 10, 0.625],
            [1, 3, 0, 0.525],
          ],
        },
      },
    },
  ],
  run({ from, to }, { alpha }, context) {
    requireSameSize('esrgan/blend', { from, to })
    const channels = from.channels === 3 || to.channels === 3 ? 3 : 1
    const { width, height, metadata } = from
    const hasAlpha = from.alpha !== null || to.alpha !== null
    const image = context.createImage({ width, height, channels, alpha: hasAlpha, metadata })
    const plane = width * height
    const [keep, take] = [1 - alpha, alpha]
    if (image.alpha !== null)
      for (let i = 0; i < plane; i++) image.alpha[i] = keep * (from.alpha?.[i] ?? 1) + take * (to.alpha?.[i] ?? 1)
    for (let c = 0; c < channels; c++) {
      context.throwIfCancelled()
      const a = from.data.subarray((from.channels === 3 ? c : 0) * plane)
      const b = to.data.subarray((to.channels === 3 ? c : 0) * plane)
      const into = image.data.subarray(c * plane, (c + 1) * plane)
      for (let i = 0; i < plane; i++) into[i] = keep * a[i]! + take * b[i]!
      if (image.alpha === null) continue
      // Where both are transparent the plain blend stays.
      for (let i = 0; i < plane; i++) {
        const opacity = image.alpha[i]!
        if (Math.abs(opacity) < 1e-6) continue
        into[i] = (keep * a[i]! * (from.alpha?.[i] ?? 1) + take * b[i]! * (to.alpha?.[i] ?? 1)) / opacity
      }
    }
    return { image }
  },
})
