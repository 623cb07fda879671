import { KintsugiError } from '../errors/error.js'
import { cleanExif, exifDensity } from './exif.js'
import { type AllocateSamples, createImage, type Image, type ImageMetadata } from './image.js'
import { type InterleavedSamples, readPlane } from './interleaved.js'
import { loadSharp } from './sharp.js'
import { signatureOf } from './signature.js'
import { damaged, type OpenImageFile, openImageFile } from './source.js'

/** Pixels of the largest image that is decoded unless `limitPixels` says otherwise: a square of 16,384. */
export const DEFAULT_PIXEL_LIMIT = 16_384 ** 2

export interface DecodeOptions {
  /** Where samples go. Default: shared memory of their own. */
  allocate?: AllocateSamples
  /** Default: `DEFAULT_PIXEL_LIMIT`. */
  limitPixels?: number
  /** What messages call the image. Default: the file's name. */
  name?: string
}

/**
 * Reads a PNG, JPEG, WebP, TIFF, AVIF or GIF file, from its bytes or its path, as planar float32: `sample / 255`, or `sample / 65535` for
 * files of more than 8 bits. Of several frames or pages the first is read. Gray stays gray (WebP and AVIF hold none: their pictures are
 * RGB); alpha becomes the alpha plane, palettes and 1-bit samples their colours.
 *
 * - Orientation from EXIF is applied to pixels and alpha, and taken out of the kept EXIF block together with its thumbnail.
 * - Pixels are taken as sRGB-encoded. A file's ICC profile is kept beside them and written back when the image is saved; it does not
 *   change a sample. CMYK alone is converted, to sRGB, by its profile or by a generic one.
 * - The file must decode to its end without a warning: a picture is whole or an error.
 *
 * Throws `E_FILE` if the file cannot be read, `E_IMAGE_FORMAT` if it is no image, damaged or cut short, `E_IMAGE_SIZE` beyond the limit.
 */
export async function decodeImage(source: Uint8Array | string, options: DecodeOptions = {}): Promise<Image> {
  const file = await openImageFile(source, options.name)
  const { header, name } = file
  const limit = options.limitPixels ?? DEFAULT_PIXEL_LIMIT
  if (header.width * header.height > limit)
    throw new KintsugiError('E_IMAGE_SIZE', {
      message: `${name} has more pixels than the limit allows`,
      expected: `at most ${limit} pixels`,
      found: `${header.width} x ${header.height} = ${header.width * header.height} pixels`,
      fix: 'raise the pixel limit if the file is meant to be so large',
    })
  const { samples, bands } = await decodeSamples(file)
  const image = createImage({ ...header, metadata: metadataOf(file) }, options.allocate)
  const plane = header.width * header.height
  for (let c = 0; c < header.channels; c++)
    readPlane(samples, bands, c, image.data.subarray(c * plane, (c + 1) * plane))
  if (image.alpha !== null) readPlane(samples, bands, bands - 1, image.alpha)
  return image
}

async function decodeSamples({
  name,
  bytes,
  header,
}: OpenImageFile): Promise<{ samples: InterleavedSamples; bands: number }> {
  const sharp = loadSharp()
  const { channels, alpha, bitDepth, cmyk } = header
  const reader = sharp(bytes, { limitInputPixels: false, failOn: 'warning', autoOrient: true, ignoreIcc: !cmyk })
  // sharp gives raw 8-bit gray without its alpha; as sRGB the gray is in each of the three colours.
  const gray = channels === 1 && !(alpha && bitDepth === 8)
  const space = bitDepth === 16 ? (gray ? 'grey16' : 'rgb16') : gray ? 'b-w' : 'srgb'
  try {
    const { data, info } = await reader
      .toColourspace(space)
      .raw({ depth: bitDepth === 16 ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.width !== header.width || info.height !== header.height)
      throw new Error(`${info.width} x ${info.height} pixels`)
    return { samples: bitDepth === 16 ? shortsOf(data) : data, bands: info.channels }
  } catch (error) {
    throw damaged(name, signatureOf(bytes).description, error)
  }
}

function shortsOf(bytes: Buffer): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Uint8Array.from(bytes)
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2)
}

function metadataOf({ header }: OpenImageFile): ImageMetadata {
  const { bitDepth, format, icc, cmyk } = header
  const exif = header.exif === undefined ? undefined : cleanExif(header.exif)
  // WebP and AVIF have no density of their own.
  const density = header.density ?? (header.exif === undefined ? undefined : exifDensity(header.exif))
  return {
    bitDepth,
    format,
    ...(icc === undefined || cmyk ? {} : { icc: icc.toString('base64') }),
    ...(exif === undefined ? {} : { exif: exif.toString('base64') }),
    ...(density === undefined ? {} : { density }),
  }
}
