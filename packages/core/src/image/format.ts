import { extname } from 'node:path'
import { KintsugiError } from '../errors/error.js'

/** What an encoder of this format can hold. */
interface FormatFacts {
  extensions: readonly string[]
  alpha: boolean
  /** Whether it can store 16 bits per sample. */
  deep: boolean
  /** Largest width and height in pixels, from the format's definition (AVIF: the encoder's limit). */
  maxSide: number
}

/** The formats that images are written in. */
export const imageFormats = {
  png: { extensions: ['.png'], alpha: true, deep: true, maxSide: 2 ** 31 - 1 },
  jpeg: { extensions: ['.jpg', '.jpeg'], alpha: false, deep: false, maxSide: 65535 },
  webp: { extensions: ['.webp'], alpha: true, deep: false, maxSide: 16383 },
  tiff: { extensions: ['.tif', '.tiff'], alpha: true, deep: true, maxSide: 2 ** 31 - 1 },
  avif: { extensions: ['.avif'], alpha: true, deep: false, maxSide: 16384 },
} as const satisfies Record<string, FormatFacts>

/** A format that images are written in. */
export type ImageFormat = keyof typeof imageFormats

/** The format that a path's extension names, in either case. Throws `E_IMAGE_FORMAT` if it names none. */
export function formatOfPath(path: string): ImageFormat {
  const extension = extname(path).toLowerCase()
  for (const [format, { extensions }] of Object.entries(imageFormats) as [ImageFormat, FormatFacts][])
    if (extensions.includes(extension)) return format
  throw new KintsugiError('E_IMAGE_FORMAT', {
    message: `no image format to write ${JSON.stringify(path)} in`,
    expected: `one of the extensions ${Object.values(imageFormats)
      .flatMap(({ extensions }) => extensions)
      .join(', ')}`,
    found: extension === '' ? 'no extension' : extension,
  })
}
