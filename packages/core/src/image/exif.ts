const ORIENTATION = 0x0112
const X_RESOLUTION = 0x011a
const RESOLUTION_UNIT = 0x0128
const THUMBNAIL_OFFSET = 0x0201
const THUMBNAIL_LENGTH = 0x0202
const ENTRY_BYTES = 12

/** An EXIF block, from its TIFF header on, with readers in its byte order. Its first directory begins at `first`. */
interface Block {
  bytes: Buffer
  first: number
  u16: (at: number) => number
  u32: (at: number) => number
}

/**
 * An EXIF block without its orientation entry and without its thumbnail: the entry is applied to the pixels when they are read, and the
 * thumbnail shows the picture as it was. Gives the bytes from the TIFF header on (no `Exif\0\0` in front), or `undefined` for a block
 * whose structure is damaged. Layout: TIFF 6.0, section 2, and Exif 2.3, section 4.5.
 */
export function cleanExif(source: Uint8Array): Buffer | undefined {
  return withBlock(source, (block) => {
    const { bytes, first, u16, u32 } = block
    const count = u16(first)
    const end = first + 2 + count * ENTRY_BYTES
    const next = u32(end)
    const length = next === 0 ? bytes.length : dropThumbnail(block, next)
    let kept = first + 2
    for (const entry of entries(block, first)) {
      if (u16(entry) === ORIENTATION) continue
      bytes.copy(bytes, kept, entry, entry + ENTRY_BYTES)
      kept += ENTRY_BYTES
    }
    // Zeros after the entries: no next directory, and nothing of what moved up.
    bytes.fill(0, kept, end + 4)
    const left = (kept - first - 2) / ENTRY_BYTES
    bytes.set(bytes[0] === 0x49 ? [left & 255, left >> 8] : [left >> 8, left & 255], first)
    return bytes.subarray(0, Math.max(length, end + 4))
  })
}

/** Pixels per inch that an EXIF block tells, where it does: 72 stands for not known (Exif 2.3, XResolution). */
export function exifDensity(source: Uint8Array): number | undefined {
  return withBlock(source, (block) => {
    let resolution = 72
    let perInch = 1
    for (const entry of entries(block, block.first)) {
      const tag = block.u16(entry)
      const value = entry + 8
      if (tag === X_RESOLUTION) resolution = block.u32(block.u32(value)) / block.u32(block.u32(value) + 4)
      if (tag === RESOLUTION_UNIT && block.u16(value) === 3) perInch = 2.54
    }
    return resolution > 0 && resolution !== 72 && Number.isFinite(resolution) ? resolution * perInch : undefined
  })
}

/** Runs `read` on a copy of the block; `undefined` if the block is not one or offsets lead out of it. */
function withBlock<T>(source: Uint8Array, read: (block: Block) => T | undefined): T | undefined {
  const whole = Buffer.from(source)
  const bytes = whole.subarray(whole.toString('latin1', 0, 6) === 'Exif\0\0' ? 6 : 0)
  const order = bytes.toString('latin1', 0, 4)
  if (order !== 'II*\0' && order !== 'MM\0*') return undefined
  const little = order === 'II*\0'
  const u16 = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const u32 = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  try {
    return read({ bytes, first: u32(4), u16, u32 })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Offsets of a directory's entries. */
function entries({ u16 }: Block, directory: number): number[] {
  return Array.from({ length: u16(directory) }, (_, i) => directory + 2 + i * ENTRY_BYTES)
}

/** Clears the bytes of the thumbnail that a directory describes; gives the block's length without them if they were its end. */
function dropThumbnail(block: Block, directory: number): number {
  const { bytes, u16, u32 } = block
  let offset = 0
  let length = 0
  for (const entry of entries(block, directory)) {
    if (u16(entry) === THUMBNAIL_OFFSET) offset = u32(entry + 8)
    if (u16(entry) === THUMBNAIL_LENGTH) length = u32(entry + 8)
  }
  if (offset === 0 || offset + length > bytes.length) return bytes.length
  bytes.fill(0, offset, offset + length)
  return offset + length === bytes.length ? offset : bytes.length
}
