import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import type { Metadata } from 'sharp'
import { KintsugiError } from '../errors/error.js'
import { PIECE, withPiece } from '../files/pieces.js'
import { loadSharp } from './sharp.js'
import { type ReadableFormat, SIGNATURE_BYTES, signatureOf } from './signature.js'

/** What the header of an image file says of the picture that decoding gives. */
export interface ImageHeader {
  /** After orientation. */
  width: number
  /** After orientation. */
  height: number
  channels: 1 | 3
  alpha: boolean
  /** 16 for files of more than 8 bits per sample, else 8. */
  bitDepth: 8 | 16
  format: ReadableFormat
}

/** An image file in memory whose header has been read. */
export interface OpenImageFile {
  /** For messages. */
  name: string
  bytes: Buffer
  header: ImageHeader & { cmyk: boolean; icc?: Buffer; exif?: Buffer; xmp?: Buffer; density?: number }
}

/**
 * Size, channels and depth of an image file, from its bytes or its path, without decoding it. Throws `E_FILE` if it cannot be read and
 * `E_IMAGE_FORMAT` if it is no image.
 */
export async function imageHeader(source: Uint8Array | string): Promise<ImageHeader> {
  const partial = typeof source === 'string' ? await headerFromStart(source) : undefined
  const header = partial ?? (await openImageFile(source)).header
  const { width, height, channels, alpha, bitDepth, format } = header
  return { width, height, channels, alpha, bitDepth, format }
}

/** Reads an image file and its header. Throws `E_FILE` if it cannot be read and `E_IMAGE_FORMAT` if it is no image that Kintsugi reads. */
export async function openImageFile(source: Uint8Array | string, name = nameOf(source)): Promise<OpenImageFile> {
  const bytes = typeof source === 'string' ? await readBytes(source) : privateBytes(source)
  const { format, description } = signatureOf(bytes)
  if (format === undefined) throw unreadable(name, description)
  const metadata = await metadataOf(bytes).catch((error: unknown) => {
    throw damaged(name, description, error)
  })
  return { name, bytes, header: headerOf(name, format, metadata) }
}

/** The error for a file that begins like an image but cannot be decoded to its end. */
export function damaged(name: string, description: string, cause: unknown): KintsugiError {
  return new KintsugiError('E_IMAGE_FORMAT', {
    message: `${name} is damaged or cut short`,
    expected: 'a complete image file',
    found: `${description} that ends in an error: ${reasonOf(cause)}`,
    fix: 'copy or download the file again, or take it out of the inputs',
  })
}

async function metadataOf(bytes: Buffer): Promise<Metadata> {
  const sharp = loadSharp()
  return sharp(bytes, { limitInputPixels: false, limitInputChannels: false, failOn: 'warning' }).metadata()
}

function headerOf(name: string, format: ReadableFormat, metadata: Metadata): OpenImageFile['header'] {
  const { space, depth, channels: bands, hasAlpha, autoOrient, icc, exif, xmp, density } = metadata
  const gray = space === 'b-w' || space === 'grey16'
  const rgb = space === 'srgb' || space === 'rgb' || space === 'rgb16'
  const cmyk = space === 'cmyk'
  const colors = bands - (hasAlpha ? 1 : 0)
  const fits = (gray && colors === 1) || (rgb && colors === 3) || (cmyk && colors === 4)
  if (!fits || (depth !== 'uchar' && depth !== 'ushort'))
    throw new KintsugiError('E_IMAGE_FORMAT', {
      message: `${name} holds samples of a kind that cannot be read`,
      expected: 'gray, RGB or CMYK, with or without alpha, of at most 16 bits per sample',
      found: `${bands} bands of ${depth} in the colour space ${space}`,
      fix: 'convert it to an 8 or 16 bit RGB or gray image',
    })
  return {
    width: autoOrient.width,
    height: autoOrient.height,
    channels: gray ? 1 : 3,
    alpha: hasAlpha,
    bitDepth: depth === 'ushort' && !cmyk ? 16 : 8,
    format,
    cmyk,
    ...(icc === undefined ? {} : { icc }),
    ...(exif === undefined ? {} : { exif }),
    ...(xmp === undefined ? {} : { xmp }),
    ...(density === undefined ? {} : { density }),
  }
}

/** The header of a PNG or JPEG file from its first piece; `undefined` where more is needed, as for other formats, or the file is not there. */
async function headerFromStart(path: string): Promise<ImageHeader | undefined> {
  try {
    return await withPiece(async (piece) => {
      const start = piece.subarray(0, readStart(path, piece))
      const { format } = signatureOf(start.subarray(0, SIGNATURE_BYTES))
      return format === 'png' || format === 'jpeg' ? (await openImageFile(start)).header : undefined
    })
  } catch {
    return undefined
  }
}

/** Reads the start of a file into a piece and gives how much that is. At once, for one short read through libuv's threads takes longer than reading. */
function readStart(path: string, piece: Buffer): number {
  const file = openSync(path, 'r')
  try {
    return readSync(file, piece, 0, PIECE, 0)
  } finally {
    closeSync(file)
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    // A worker thread has nothing else to do meanwhile.
    return isMainThread ? await readFile(path) : readFileSync(path)
  } catch (cause) {
    throw new KintsugiError('E_FILE', { message: `the image file ${path} cannot be read: ${reasonOf(cause)}`, cause })
  }
}

/** sharp does not take shared memory, which another thread could change under it. */
function privateBytes(bytes: Uint8Array): Buffer {
  return bytes.buffer instanceof SharedArrayBuffer
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function nameOf(source: Uint8Array | string): string {
  return typeof source === 'string' ? basename(source) : 'the image'
}

function unreadable(name: string, description: string): KintsugiError {
  return new KintsugiError('E_IMAGE_FORMAT', {
    message: `${name} is no image that can be read`,
    expected: 'a PNG, JPEG, WebP, TIFF, AVIF or GIF file, whatever its extension',
    found: description,
    fix: 'convert it to PNG, or take it out of the inputs',
  })
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!
}
