import { rm } from 'node:fs/promises'
import type { Sharp } from 'sharp'
import { KintsugiError } from '../errors/error.js'
import { checkEncodeOptions, type EncodeOptions } from './encode-options.js'
import { type ImageFormat, imageFormats } from './format.js'
import type { Image } from './image.js'
import { type InterleavedSamples, toInterleaved } from './interleaved.js'
import { type Profiles, pngCarrier, writePngCarrier } from './png-carrier.js'
import { hashEncodedSamples } from './samples.js'
import { loadSharp } from './sharp.js'
import { MAX_EMBEDDED_LINEAGE } from './xmp.js'

export interface EncodeRequest {
  format: ImageFormat
  /** Options of the format, see `EncodeOptions`; unknown ones are an error. */
  options?: Readonly<Record<string, unknown>>
  /** An XMP packet to embed, such as one of `lineageToXmp`. */
  xmp?: string
}

/**
 * An image as the bytes of a file. Samples are clipped to 0..1 and rounded half to even, to 16 bits where the image came from such a
 * file (or `bitDepth` says so) and the format has them (PNG, TIFF), else to 8. ICC profile, EXIF and density are written with them (EXIF
 * as libexif understands it: size and density are brought up to date, letters outside ASCII become ASCII ones; TIFF takes no EXIF). The same image, options and libraries give the
 * same bytes.
 *
 * Throws `E_IMAGE_ALPHA` for an image that is not opaque in a format without alpha, `E_IMAGE_FORMAT` for samples that are not finite and for
 * what the encoder refuses, `E_IMAGE_SIZE` beyond the format's size, `E_PARAM` for options that the format does not have.
 */
export async function encodeImage(image: Image, request: EncodeRequest): Promise<Buffer> {
  const { visible, bitDepth, settings } = prepare(image, request)
  const samples = toInterleaved(visible, bitDepth)
  const encoder = compress(attach(visible, samples, request.xmp), request.format, settings)
  return refusing(request.format, () => encoder.toBuffer())
}

/**
 * Writes an image to a file as `encodeImage` would, in memory of some rows: they go through an uncompressed PNG file beside it, which
 * is removed. `xmp` makes the packet when the hash of the samples is known, the one of `hashEncodedSamples`, which is given back.
 * Throws what `encodeImage` throws, and what the file system throws.
 */
export async function encodeImageFile(
  image: Image,
  { xmp, ...request }: Omit<EncodeRequest, 'xmp'> & { xmp?: (pixels: string) => string },
  path: string,
): Promise<{ pixels: string }> {
  const { visible, bitDepth, settings } = prepare(image, request)
  const carrier = `${path}.carrier`
  try {
    const written = await writePngCarrier(visible, bitDepth, profilesOf(visible), carrier)
    const pixels = visible === image ? written : hashEncodedSamples(image, bitDepth)
    const sharp = loadSharp()
    const start = sharp(carrier, { limitInputPixels: false, sequentialRead: true })
    const pipeline = compress(dress(start, visible, bitDepth, xmp?.(pixels)), request.format, settings)
    await refusing(request.format, () => pipeline.toFile(path))
    return { pixels }
  } finally {
    await rm(carrier, { force: true }).catch(() => undefined)
  }
}

/** What is encoded, checked against the format. */
function prepare(image: Image, { format, options = {}, xmp }: EncodeRequest) {
  const settings = checkEncodeOptions(format, options)
  const { deep, alpha, maxSide } = imageFormats[format]
  if (image.width > maxSide || image.height > maxSide)
    throw new KintsugiError('E_IMAGE_SIZE', {
      message: `the image is too large for ${format}`,
      expected: `at most ${maxSide} x ${maxSide} pixels`,
      found: `${image.width} x ${image.height} pixels`,
      fix: 'save it as PNG or TIFF',
    })
  if (format === 'jpeg' && xmp !== undefined && Buffer.byteLength(xmp) > MAX_EMBEDDED_LINEAGE)
    throw new KintsugiError('E_IMAGE_FORMAT', {
      message: 'the XMP packet is too long for a JPEG file',
      expected: `at most ${MAX_EMBEDDED_LINEAGE} bytes`,
      found: `${Buffer.byteLength(xmp)} bytes`,
      fix: 'embed a shorter one, or save the image as PNG',
    })
  const visible = alpha ? image : withoutAlpha(image, format)
  const bitDepth = settings.bitDepth ?? (deep ? (image.metadata.bitDepth ?? 8) : 8)
  return { visible, bitDepth, settings }
}

/** Runs an encoder; what it refuses is `E_IMAGE_FORMAT`. */
async function refusing<T>(format: ImageFormat, encode: () => Promise<T>): Promise<T> {
  try {
    return await encode()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause)
    throw new KintsugiError('E_IMAGE_FORMAT', { message: `the image cannot be written as ${format}: ${reason}`, cause })
  }
}

function withoutAlpha(image: Image, format: ImageFormat): Image {
  if (image.alpha === null) return image
  // The smallest value that rounds to 255; halves round to the even 254.
  if (!image.alpha.every((value) => value > 254.5 / 255))
    throw new KintsugiError('E_IMAGE_ALPHA', {
      message: `the image is transparent in places, which ${format} cannot hold`,
      expected: 'an image that is opaque everywhere',
      fix: 'save it as PNG, WebP, TIFF or AVIF, or take the alpha plane off before',
    })
  return { ...image, alpha: null }
}

/** Samples, profiles and packet as the start of a sharp pipeline. */
function attach(image: Image, samples: InterleavedSamples, xmp: string | undefined): Sharp {
  const sharp = loadSharp()
  const { width, height, channels } = image
  const bands = channels + (image.alpha === null ? 0 : 1)
  const profiles = profilesOf(image)
  const plain = profiles.icc === undefined && profiles.exif === undefined
  const pipeline = plain
    ? sharp(samples, { raw: { width, height, channels: bands as 1 | 2 | 3 | 4 }, limitInputPixels: false })
    : sharp(pngCarrier({ width, height, bands, samples, ...profiles }), { limitInputPixels: false })
  return dress(pipeline, image, samples.BYTES_PER_ELEMENT === 2 ? 16 : 8, xmp)
}

/** The pipeline that keeps what the image carries beside its samples. */
function dress(start: Sharp, image: Image, bitDepth: 8 | 16, xmp: string | undefined): Sharp {
  const { icc, exif } = profilesOf(image)
  const { density } = image.metadata
  let pipeline = start
  if (icc !== undefined) pipeline = pipeline.keepIccProfile()
  if (exif !== undefined) pipeline = pipeline.keepExif()
  if (density !== undefined) pipeline = pipeline.withDensity(density)
  if (xmp !== undefined) pipeline = pipeline.withXmp(xmp)
  const gray = image.channels === 1
  // Without a 16-bit colour space sharp writes 8 bits.
  return pipeline.toColourspace(bitDepth === 16 ? (gray ? 'grey16' : 'rgb16') : gray ? 'b-w' : 'srgb')
}

function profilesOf({ channels, metadata }: Image): Profiles {
  const icc = metadata.icc === undefined ? undefined : fittingProfile(Buffer.from(metadata.icc, 'base64'), channels)
  const exif = metadata.exif === undefined ? undefined : Buffer.from(metadata.exif, 'base64')
  return { ...(icc && { icc }), ...(exif && { exif }) }
}

/** A profile of another number of channels, left from before an image became gray or coloured, would make the file invalid. */
function fittingProfile(icc: Buffer, channels: 1 | 3): Buffer | undefined {
  // ICC.1:2022, 7.2.6: the data colour space stands at byte 16.
  return icc.toString('latin1', 16, 20) === (channels === 1 ? 'GRAY' : 'RGB ') ? icc : undefined
}

function compress(pipeline: Sharp, format: ImageFormat, settings: EncodeOptions): Sharp {
  const { quality, compression, effort, lossless, subsampling: chromaSubsampling } = settings
  switch (format) {
    case 'png':
      return pipeline.png({ compressionLevel: compression as number, adaptiveFiltering: true })
    case 'jpeg':
      return pipeline.jpeg({ quality, chromaSubsampling })
    case 'webp':
      // `exact` keeps the colours of transparent pixels.
      return pipeline.webp({ quality, lossless, effort, exact: true })
    case 'tiff':
      return pipeline.tiff({ compression: compression as string, predictor: 'horizontal' })
    case 'avif':
      return pipeline.avif({ quality, lossless, effort, chromaSubsampling })
  }
}
