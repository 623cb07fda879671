import { defineNode, type Image, KintsugiError, type NodeContext, Type } from '@kintsugi/core'
import { fromBytes, toBytes } from '../image/bytes.js'
import { shapeOf } from '../image/planes.js'
import { loadSharp } from '../image/sharp.js'

/** Largest side that a JPEG header can state. */
const MAX_SIDE = 65535

const params = Type.Object(
  {
    quality: Type.Integer({
      default: 75,
      minimum: 1,
      maximum: 100,
      description:
        'Quality on the scale of libjpeg: 1 worst, 100 best. The quantisation tables are scaled by 50 / quality below 50 and by 2 - quality / 50 above.',
    }),
    subsampling: Type.Enum(['4:2:0', '4:4:4'], {
      default: '4:2:0',
      description:
        'Chroma at half the width and height, as OpenCV and Pillow write at every quality, or at full size. Has no effect on a gray image.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/jpeg`: the loss of a JPEG file, by encoding and decoding with libjpeg-turbo. */
export const jpeg = defineNode({
  name: 'degrade/jpeg',
  title: 'JPEG compression',
  description:
    'Encodes as baseline JPEG and decodes again, with the real codec (libjpeg-turbo through sharp; standard tables, no trellis quantisation). ' +
    'The image is first clipped to 0..1 and rounded to 8 bits, halves to even; the result is 8-bit too, and its metadata says so. ' +
    'Decoded pixels equal those of OpenCV and Pillow. A gray image is coded as gray. Alpha, which JPEG does not have, passes unchanged.',
  params,
  inputs: { image: { type: 'image', description: 'What to compress.' } },
  outputs: { image: { type: 'image', description: 'The decoded image, of the same size and channels.' } },
  examples: [
    {
      title: 'Middle gray rounds to 128 of 255',
      in: { image: { pattern: 'flat', width: 16, height: 16, channels: 3 } },
      with: { quality: 90 },
      expect: { image: { width: 16, height: 16, mean: 128 / 255, std: 0 } },
    },
    {
      title: 'Strong compression keeps the size',
      in: { image: { pattern: 'photo', width: 33, height: 17, channels: 3 } },
      with: { quality: 10, subsampling: '4:4:4' },
      expect: { image: { width: 33, height: 17 } },
    },
  ],
  async run({ image }, { quality, subsampling }, context) {
    const output = context.createImage({ ...shapeOf(image), metadata: { ...image.metadata, bitDepth: 8 } })
    await codeJpeg(image, output.data, quality, subsampling, context)
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    return { image: output }
  },
})

/** Fills `target` with the colour planes of an image encoded and decoded, rounded to 8 bits before. Throws `E_IMAGE_SIZE` for sides above `MAX_SIDE`. */
export async function codeJpeg(
  { width, height, channels, data }: Image,
  target: Float32Array,
  quality: number,
  chromaSubsampling: '4:2:0' | '4:4:4',
  context: NodeContext,
): Promise<void> {
  if (Math.max(width, height) > MAX_SIDE) {
    throw new KintsugiError('E_IMAGE_SIZE', {
      message: 'degrade/jpeg was given an image too large for a JPEG file',
      expected: `sides of at most ${MAX_SIDE} px`,
      found: `${width}x${height} px`,
      fix: 'cut it with core/crop, or make it smaller with degrade/resize',
    })
  }
  const sharp = loadSharp()
  const encoded = await sharp(toBytes(data, channels), { raw: { width, height, channels }, limitInputPixels: false })
    .jpeg({ quality, chromaSubsampling, optimiseCoding: false })
    .toBuffer()
  context.throwIfCancelled()
  const decoded = await sharp(encoded, { limitInputPixels: false })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer()
  fromBytes(decoded, channels, target)
}
