import { defineNode, Type } from '@kintsugi/core'
import { filterPlane, gaussian } from '../image/filter.js'
import { resamplePlane } from '../image/resample.js'
import { requireChannels } from './back-project.js'

/** `esrgan/colour-match`: takes drift of brightness and colour out of a restored image. */
export const colourMatch = defineNode({
  name: 'esrgan/colour-match',
  title: 'Match colours to a reference',
  description:
    'Adds up(blur(reference - down(image))) to the image: what is coarser than `sigma` pixels of the reference is that of the reference again, finer detail stays that of the image. ' +
    "It takes out the drift of brightness and white balance that GAN-trained networks show. `down` and `up` are MATLAB's antialiased bicubic, the blur is a Gaussian over 3 sigma, edges mirrored. " +
    'Values are not clipped. Alpha and metadata stay those of `image`.',
  params: Type.Object(
    {
      sigma: Type.Number({
        default: 8,
        minimum: 0.5,
        maximum: 256,
        'x-unit': 'px',
        description: 'Width of the blur in the reference: smaller values take over finer structure.',
      }),
      light: Type.Enum(['linear', 'encoded'], {
        default: 'linear',
        description: 'Whether means are those of light (sRGB values decoded) or of the encoded values.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    image: { type: 'image', description: 'The restored image.' },
    reference: { type: 'image', description: 'The image with the right colours, of any size: what was restored.' },
  },
  outputs: { image: { type: 'image', description: 'The image with the colours of the reference.' } },
  memory: ({ image, reference }) =>
    4 * (image!.width * image!.height * (image!.channels + 2) + 4 * reference!.width * reference!.height),
  examples: [
    {
      title: 'A gradient that has become a tenth too bright',
      in: {
        image: { pattern: 'photo', width: 32, height: 24, offset: 0.1 },
        reference: { pattern: 'photo', width: 16, height: 12 },
      },
      with: { sigma: 1, light: 'encoded' },
      expect: { image: { width: 32, height: 24, mean: 0.5, tolerance: 5e-3 } },
    },
  ],
  run({ image, reference }, { sigma, light }, context) {
    const { channels } = image
    const wanted = requireChannels(reference, channels)
    const [decode, encode] = light === 'linear' ? [toLinear, toEncoded] : [same, same]
    const result = context.createImage({ ...image, alpha: image.alpha !== null })
    if (image.alpha !== null) result.alpha!.set(image.alpha)
    const [large, small] = [image.width * image.height, reference.width * reference.height]
    const weights = gaussian(Math.ceil(3 * sigma), sigma)
    const difference = new Float32Array(small)
    const blurred = new Float32Array(small)
    const change = new Float32Array(large)
    for (let c = 0; c < channels; c++) {
      context.throwIfCancelled()
      const plane = result.data.subarray(c * large, (c + 1) * large)
      for (let i = 0; i < large; i++) plane[i] = decode(image.data[c * large + i]!)
      resamplePlane(plane, image, reference, 'matlab-bicubic', difference)
      for (let i = 0; i < small; i++) difference[i] = decode(wanted[c * small + i]!) - difference[i]!
      filterPlane(difference, reference.width, weights, 'mirror', blurred)
      resamplePlane(blurred, reference, image, 'matlab-bicubic', change)
      for (let i = 0; i < large; i++) plane[i] = encode(plane[i]! + change[i]!)
      context.progress((c + 1) / channels)
    }
    return { image: result }
  },
})

const same = (value: number): number => value

/** sRGB decoding (IEC 61966-2-1), odd about 0 so that values below it stay apart. */
function toLinear(value: number): number {
  const v = Math.abs(value)
  return Math.sign(value) * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
}

function toEncoded(value: number): number {
  const v = Math.abs(value)
  return Math.sign(value) * (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055)
}
