import { crc32, deflateSync } from 'node:zlib'
import type { InterleavedSamples } from './interleaved.js'

/** Samples and the profiles that go with them. */
export interface CarriedImage {
  width: number
  height: number
  /** 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha. */
  bands: number
  samples: InterleavedSamples
  icc?: Buffer
  /** From the TIFF header on. */
  exif?: Buffer
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
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = samples.BYTES_PER_ELEMENT * 8
  header[9] = [0, 4, 2, 6][bands - 1]!
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(icc === undefined
      ? []
      : [chunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(icc, { level: 0 })]))]),
    ...(exif === undefined ? [] : [chunk('eXIf', exif)]),
    chunk('IDAT', deflateSync(rows, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(data.length + 12)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  data.copy(bytes, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8)
  return bytes
}
