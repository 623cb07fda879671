import { type FileHandle, open } from 'node:fs/promises'
import { crc32, deflateSync } from 'node:zlib'
import type { Image } from './image.js'
import { checkFinite, type InterleavedSamples, interleaveRows } from './interleaved.js'
import { samplesHash } from './samples.js'

/** What goes with samples. */
export interface Profiles {
  icc?: Buffer
  /** From the TIFF header on. */
  exif?: Buffer
}

/** Samples and the profiles that go with them. */
export interface CarriedImage extends Profiles {
  width: number
  height: number
  /** 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha. */
  bands: number
  samples: InterleavedSamples
}

/**
 * An uncompressed PNG (W3C PNG, third edition) of samples with an ICC profile and EXIF block. It is how these reach an encoder: sharp
 * writes the profile and EXIF block of its input, but takes neither as bytes. Stored, not deflated, it costs about 5 ms per megapixel.
 */
export function pngCarrier(image: CarriedImage): Buffer {
  const { width, height, bands, samples, icc, exif } = image
  const stride = width * bands * samples.BYTES_PER_ELEMENT
  const pixels = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
  const rows = Buffer.alloc((stride + 1) * height)
  for (let y = 0; y < height; y++) pixels.copy(rows, y * (stride + 1) + 1, y * stride, (y + 1) * stride)
  if (samples.BYTES_PER_ELEMENT === 2)
    for (let y = 0; y < height; y++) rows.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)).swap16()
  return Buffer.concat([
    ...head({ width, height, bands, bytes: samples.BYTES_PER_ELEMENT }, { ...(icc && { icc }), ...(exif && { exif }) }),
    chunk('IDAT', deflateSync(rows, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Rows of a strip that is written at once: about as many bytes. */
const STRIP_BYTES = 4 * 2 ** 20
/** Most bytes of a stored block of RFC 1951. */
const STORED_BYTES = 65_535

/**
 * Writes the carrier of an image, clipped and rounded to `bitDepth`, to a file, strip by strip, and gives the hash of the samples that
 * `hashEncodedSamples` gives. Throws `E_IMAGE_FORMAT` for samples that are not finite, and what the file system throws.
 */
export async function writePngCarrier(
  image: Image,
  bitDepth: 8 | 16,
  profiles: Profiles,
  path: string,
): Promise<string> {
  checkFinite(image)
  const { width, height } = image
  const bands = image.channels + (image.alpha === null ? 0 : 1)
  const bytes = bitDepth / 8
  const stride = width * bands * bytes
  const rows = Math.max(1, Math.floor(STRIP_BYTES / stride))
  const hash = samplesHash(image, bitDepth)
  const file = await open(path, 'w')
  try {
    for (const part of head({ width, height, bands, bytes }, profiles)) await writeAll(file, part)
    let adler: Adler = [1, 0]
    for (let top = 0; top < height; top += rows) {
      const samples = interleaveRows(image, bitDepth, top, Math.min(rows, height - top))
      hash.update(samples)
      const pixels = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
      if (bitDepth === 16) pixels.swap16()
      const count = pixels.length / stride
      const filtered = Buffer.alloc(pixels.length + count)
      for (let y = 0; y < count; y++) pixels.copy(filtered, y * (stride + 1) + 1, y * stride, (y + 1) * stride)
      adler = adler32(filtered, adler)
      const last = top + count === height
      await writeAll(file, chunk('IDAT', storedStream(filtered, top === 0, last ? adler : undefined)))
    }
    await writeAll(file, chunk('IEND', Buffer.alloc(0)))
  } finally {
    await file.close()
  }
  return hash.digest()
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}

/** A piece of a zlib stream (RFC 1950) of stored blocks: its header before the first, `adler` behind the last. */
function storedStream(bytes: Uint8Array, first: boolean, adler: Adler | undefined): Buffer {
  const parts: Uint8Array[] = first ? [Uint8Array.of(0x78, 0x01)] : []
  for (let at = 0; at < bytes.length; at += STORED_BYTES) {
    const block = bytes.subarray(at, at + STORED_BYTES)
    const final = adler !== undefined && at + STORED_BYTES >= bytes.length
    const start = Buffer.alloc(5)
    start[0] = final ? 1 : 0
    start.writeUInt16LE(block.length, 1)
    start.writeUInt16LE(block.length ^ 0xffff, 3)
    parts.push(start, block)
  }
  if (adler !== undefined) {
    const end = Buffer.alloc(4)
    end.writeUInt16BE(adler[1], 0)
    end.writeUInt16BE(adler[0], 2)
    parts.push(end)
  }
  return Buffer.concat(parts)
}

type Adler = readonly [a: number, b: number]

/** RFC 1950: sums modulo 65521, reduced before a double would lose units. */
function adler32(bytes: Uint8Array, [first, second]: Adler): Adler {
  let a = first
  let b = second
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + 3800, bytes.length)
    for (; at < end; at++) {
      a += bytes[at]!
      b += a
    }
    a %= 65_521
    b %= 65_521
  }
  return [a, b]
}

/** All chunks before the pixels. */
function head(
  { width, height, bands, bytes }: { width: number; height: number; bands: number; bytes: number },
  { icc, exif }: Profiles,
): Buffer[] {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = bytes * 8
  header[9] = [0, 4, 2, 6][bands - 1]!
  return [
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    // One pixel for a unit that is not said: libvips takes a PNG without this chunk for one of 72 pixels per inch.
    chunk('pHYs', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 0])),
    ...(icc === undefined
      ? []
      : [chunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(icc, { level: 0 })]))]),
    ...(exif === undefined ? [] : [chunk('eXIf', exif)]),
  ]
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(data.length + 12)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  data.copy(bytes, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8)
  return bytes
}
