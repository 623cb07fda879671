import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { zipFile } from '../../../nn/test/zip-bytes.js'

const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251))
const raw = { raw: { width: 64, height: 64, channels: 3 as const } }

/** A PNG and a JPEG of 64x64 px that do not compress to nothing, so that half of them is cut pixels. */
export const png = await sharp(noise, raw).png().toBuffer()
export const jpeg = await sharp(noise, raw).jpeg().toBuffer()
export const smallPng = await sharp(noise.subarray(0, 16 * 16 * 3), { raw: { width: 16, height: 16, channels: 3 } })
  .png()
  .toBuffer()

/** The PNG with a header that claims another size. */
export function claiming(width: number, height: number): Buffer {
  const bytes = Buffer.from(png)
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
  return bytes
}

/** A TIFF of 2x2 gray samples of 32-bit floating point. */
export function floatTiff(): Buffer {
  const entries = [
    [256, 2],
    [257, 2],
    [258, 32],
    [259, 1],
    [262, 1],
    [273, 134],
    [277, 1],
    [278, 2],
    [279, 16],
    [339, 3],
  ] as const
  const bytes = Buffer.alloc(150)
  bytes.write('II*\0', 'latin1')
  bytes.writeUInt32LE(8, 4)
  bytes.writeUInt16LE(entries.length, 8)
  entries.forEach(([tag, value], i) => {
    bytes.writeUInt16LE(tag, 10 + 12 * i)
    bytes.writeUInt16LE(4, 12 + 12 * i)
    bytes.writeUInt32LE(1, 14 + 12 * i)
    bytes.writeUInt32LE(value, 18 + 12 * i)
  })
  return bytes
}

/** A PyTorch checkpoint whose pickle calls `posix.system`. */
export const maliciousCheckpoint = zipFile([
  { name: 'net/data.pkl', data: Buffer.from('\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.', 'latin1') },
  { name: 'net/version', data: Buffer.from('3\n') },
])

/** A safetensors file with one tensor of no known network. */
export function strangeCheckpoint(): Buffer {
  const header = Buffer.from(
    JSON.stringify({ 'decoder.mystery.weight': { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }),
  )
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header, Buffer.alloc(8)])
}
