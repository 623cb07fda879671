import { basename } from 'node:path'
import { Type } from 'typebox'
import { decodeImage } from '../image/decode.js'
import { imageHeader } from '../image/source.js'
import { defineNode } from '../plugin/node.js'

/** Reads an image file; what image inputs are made of. */
export const readImage = defineNode({
  name: 'core/read-image',
  title: 'Read an image',
  description:
    'Reads PNG, JPEG, WebP, TIFF, AVIF or the first frame of a GIF, 8 or 16 bit, as planar float32 in 0..1. Orientation is applied; ICC profile, EXIF and density travel with the pixels. Image inputs of a pipeline are read by it.',
  params: Type.Object({
    path: Type.String({
      minLength: 1,
      description: 'Path of the file, relative to the pipeline file.',
      'x-kintsugi': 'file',
    }),
  }),
  outputs: { image: { type: 'image', description: 'The picture.' } },
  // Decoding again is as quick as reading decoded samples from the cache.
  cache: false,
  memory: async (_inputs, { path }) => {
    const { width, height, channels, alpha } = await imageHeader(path)
    return width * height * (channels + (alpha ? 1 : 0)) * 6
  },
  async run(_inputs, { path }, context) {
    const image = await decodeImage(path, {
      name: basename(path),
      allocate: (length) => context.createImage({ width: length, height: 1, channels: 1, cleared: false }).data,
    })
    return { image }
  },
})
