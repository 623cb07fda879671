import { defineNode, KintsugiError, Type } from '@kintsugi/core'
import { fromBytes, toBytes } from '../image/bytes.js'
import { shapeOf } from '../image/planes.js'
import { loadSharp } from '../image/sharp.js'

/** Largest side that a WebP header can state. */
const MAX_SIDE = 16383

const params = Type.Object(
  {
    quality: Type.Integer({
      default: 75,
      minimum: 1,
      maximum: 100,
      description: 'Quality on the scale of libwebp: 1 worst, 100 best.',
    }),
    effort: Type.Integer({
      default: 4,
      minimum: 0,
      maximum: 6,
      description: 'How hard the encoder searches (`method` of libwebp). 4 is what OpenCV and Pillow use.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/webp`: the loss of a WebP file, by encoding and decoding with libwebp. */
export const webp = defineNode({
  name: 'degrade/webp',
  title: 'WebP compression',
  description:
    'Encodes as lossy WebP (always 4:2:0 chroma) and decodes again, with the real codec (libwebp through sharp). The image is first clipped to 0..1 and ' +
    'rounded to 8 bits, halves to even; the result is 8-bit too, and its metadata says so. Decoded pixels equal those of OpenCV with the same libwebp. ' +
    'WebP has no gray: a gray image is coded as colour, and its green channel is taken. Alpha passes unchanged.',
  params,
  inputs: { image: { type: 'image', description: 'What to compress.' } },
  outputs: { image: { type: 'image', description: 'The decoded image, of the same size and channels.' } },
  examples: [
    {
      title: 'A flat image keeps its level to a few in 255',
      in: { image: { pattern: 'flat', width: 16, height: 16, channels: 3 } },
      with: { quality: 90 },
      expect: { image: { width: 16, height: 16, mean: 128 / 255, std: 0, tolerance: 2 / 255 } },
    },
    {
      title: 'Strong compression keeps the size',
      in: { image: { pattern: 'photo', width: 33, height: 17, channels: 3 } },
      with: { quality: 10 },
      expect: { image: { width: 33, height: 17 } },
    },
  ],
  async run({ image }, { quality, effort }, context) {
    const { width, height, channels } = image
    if (Math.max(width, height) > MAX_SIDE) {
      throw new KintsugiError('E_IMAGE_SIZE', {
        message: 'degrade/webp was given an image too large for a WebP file',
        expected: `sides of at most ${MAX_SIDE} px`,
        found: `${width}x${height} px`,
        fix: 'cut it with core/crop, or make it smaller with degrade/resize',
      })
    }
    const sharp = loadSharp()
    const encoded = await sharp(toBytes(image.data, channels), {
      raw: { width, height, channels },
      limitInputPixels: false,
    })
      .webp({ quality, effort })
      .toBuffer()
    context.throwIfCancelled()
    const decoder = sharp(encoded, { limitInputPixels: false })
    const decoded = await (channels === 1 ? decoder.extractChannel('green') : decoder).raw().toBuffer()
    const output = context.createImage({ ...shapeOf(image), metadata: { ...image.metadata, bitDepth: 8 } })
    fromBytes(decoded, channels, output.data)
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    return { image: output }
  },
})
