import { defineNode, type Image, Type } from '@kintsugi/core'
import { filterPlane, squaredGaussian } from '../image/filter.js'
import { resamplePlane } from '../image/resample.js'

const WEIGHTS = squaredGaussian(2, 1)

/** `esrgan/back-project`: makes an enlarged image consistent with what it was made from. */
export const backProject = defineNode({
  name: 'esrgan/back-project',
  title: 'Back-project onto the low-resolution image',
  description:
    'Repeats image += filter(up(low - down(image))), so that the image, reduced, comes back to `low`: iterative back-projection as ESRGAN raises PSNR after restoring ' +
    "(Wang et al. 2018, section 4.4; `backprojection.m` of its authors). `down` and `up` are MATLAB's antialiased bicubic `imresize`; the filter is the square of a normalised 5 x 5 Gaussian of sigma 1, normalised again, zeros beyond the edges. " +
    'Values are not clipped. Alpha and metadata stay those of `image`; gray and colour must be alike.',
  params: Type.Object(
    {
      iterations: Type.Integer({ default: 20, minimum: 0, maximum: 200, description: 'How often it is repeated.' }),
      filter: Type.Boolean({
        default: true,
        description:
          "Whether the enlarged residual is filtered. Without it this is the 'reverse filter' of ESRGAN's contest entry, up(low) - up(down(image)).",
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    image: { type: 'image', description: 'The enlarged image.' },
    low: { type: 'image', description: 'The image that it was enlarged from.' },
  },
  outputs: { image: { type: 'image', description: 'The image, consistent with `low`.' } },
  memory: ({ image, low }) => 4 * (image!.width * image!.height * (image!.channels + 2) + 2 * low!.width * low!.height),
  examples: [
    {
      title: 'A flat image becomes the gradient that it was made from (values of an independent implementation)',
      in: { image: { pattern: 'flat', width: 16, height: 12 }, low: { pattern: 'gradient', width: 8, height: 6 } },
      expect: {
        image: {
          width: 16,
          height: 12,
          samples: [
            [0, 0, 0, 0.05599041],
            [0, 5, 3, 0.19866146],
            [0, 11, 15, 0.94400959],
            [0, 6, 8, 0.53237273],
          ],
        },
      },
    },
    {
      title: 'The same without the filter',
      in: { image: { pattern: 'flat', width: 16, height: 12 }, low: { pattern: 'gradient', width: 8, height: 6 } },
      with: { filter: false },
      expect: {
        image: {
          samples: [
            [0, 0, 0, -0.01970716],
            [0, 5, 3, 0.18411298],
            [0, 11, 15, 1.01970716],
          ],
        },
      },
    },
  ],
  run({ image, low }, { iterations, filter }, context) {
    const { channels } = image
    const reference = requireChannels(low, channels)
    const result = context.createImage({ ...image, alpha: image.alpha !== null })
    result.data.set(image.data)
    if (image.alpha !== null) result.alpha!.set(image.alpha)
    const [large, small] = [image.width * image.height, low.width * low.height]
    const residual = new Float32Array(small)
    const enlarged = new Float32Array(large)
    const filtered = new Float32Array(large)
    for (let c = 0; c < channels; c++) {
      const plane = result.data.subarray(c * large, (c + 1) * large)
      const wanted = reference.subarray(c * small, (c + 1) * small)
      for (let i = 0; i < iterations; i++) {
        context.throwIfCancelled()
        resamplePlane(plane, image, low, 'matlab-bicubic', residual)
        for (let k = 0; k < small; k++) residual[k] = wanted[k]! - residual[k]!
        resamplePlane(residual, low, image, 'matlab-bicubic', enlarged)
        if (filter) filterPlane(enlarged, image.width, WEIGHTS, 'zero', filtered)
        const change = filter ? filtered : enlarged
        for (let k = 0; k < large; k++) plane[k] = plane[k]! + change[k]!
        context.progress((c * iterations + i + 1) / (channels * iterations))
      }
    }
    return { image: result }
  },
})

/** The planes of an image of 1 or 3 channels as so many: gray repeated, colour as its mean. */
export function requireChannels({ data, channels, width, height }: Image, wanted: 1 | 3): Float32Array {
  if (channels === wanted) return data
  const plane = width * height
  const result = new Float32Array(plane * wanted)
  for (let i = 0; i < plane; i++) {
    if (wanted === 3) result[i] = result[i + plane] = result[i + 2 * plane] = data[i]!
    else result[i] = (data[i]! + data[i + plane]! + data[i + 2 * plane]!) / 3
  }
  return result
}
