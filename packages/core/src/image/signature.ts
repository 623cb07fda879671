/** Formats that images are read from. */
export type ReadableFormat = 'png' | 'jpeg' | 'webp' | 'tiff' | 'avif' | 'gif'

/** What the first bytes of a file say it is; `format` is absent if Kintsugi does not read it. */
export interface Signature {
  format?: ReadableFormat
  /** For messages, such as `an SVG drawing` or `bytes 25 50 44 46`. */
  description: string
}

/** How many bytes `signatureOf` looks at. */
export const SIGNATURE_BYTES = 512

const known: readonly [magic: RegExp, description: string, format?: ReadableFormat][] = [
  [/^\x89PNG\r\n\x1a\n/, 'a PNG image', 'png'],
  [/^\xff\xd8\xff/, 'a JPEG image', 'jpeg'],
  [/^RIFF[^]{4}WEBP/, 'a WebP image', 'webp'],
  [/^(II[*+]\0|MM\0[*+])/, 'a TIFF image', 'tiff'],
  [/^[^]{4}ftypavi[fs]/, 'an AVIF image', 'avif'],
  [/^[^]{4}ftyp(mif1|msf1)[^]{4}([^]{4})*?avif/, 'an AVIF image', 'avif'],
  [/^GIF8[79]a/, 'a GIF image', 'gif'],
  [/^[^]{4}ftyp(hei|hev|mif1|msf1)/, 'a HEIC image'],
  [/^(\xff\x0a|\0\0\0\x0cJXL )/, 'a JPEG XL image'],
  [/^\0\0\0\x0cjP {2}/, 'a JPEG 2000 image'],
  [/^BM/, 'a BMP image'],
  [/^v\/1\x01/, 'an OpenEXR image'],
  [/^#\?RA/, 'a Radiance HDR image'],
  [/^8BPS/, 'a Photoshop document'],
  [/^%PDF/, 'a PDF document'],
  [/^P[1-7]\s/, 'a PNM image'],
  [/^\x93NUMPY/, 'a NumPy array'],
  [/^PK\x03\x04/, 'a zip archive'],
  [/^(\xef\xbb\xbf)?\s*(<\?xml[^]*)?(<!--[^]*-->\s*)?(<!DOCTYPE svg[^]*)?<svg[\s>]/i, 'an SVG drawing'],
]

/** Recognises a file by its first bytes; extensions are not looked at. */
export function signatureOf(bytes: Uint8Array): Signature {
  if (bytes.length === 0) return { description: 'an empty file' }
  const start = Buffer.from(bytes.subarray(0, SIGNATURE_BYTES)).toString('latin1')
  for (const [magic, description, format] of known)
    if (magic.test(start)) return format === undefined ? { description } : { format, description }
  if (/^[\t\n\r\x20-\x7e]+$/.test(start))
    return { description: `text that begins ${JSON.stringify(start.slice(0, 24))}` }
  const first = Buffer.from(bytes.subarray(0, 8))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')
  return { description: `unknown data that begins with the bytes ${first}` }
}
