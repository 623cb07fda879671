import type { ImageShape, Limits } from '@kintsugi/core'

/** A kind of image that every node type takes or refuses. */
export interface ImageVariant {
  readonly title: string
  readonly shape: ImageShape
  /** Why the node must refuse it. */
  readonly refusal?: string
}

/** What an image of a 16-bit file with a profile carries. The kit looks at whether it stays, not at what it says. */
export const carried = {
  bitDepth: 16,
  format: 'tiff',
  icc: Buffer.from('a colour profile').toString('base64'),
  exif: Buffer.from('an EXIF block').toString('base64'),
  density: 300,
} as const

/** RGB first, the usual one; then gray, RGBA, 16-bit with metadata, odd and one-pixel images. */
export function imageVariants(limits: Limits): ImageVariant[] {
  const least = limits.minSize ?? 1
  const width = Math.max(12, least + 1)
  const height = Math.max(9, least)
  const variant = (title: string, shape: ImageShape): ImageVariant => {
    const refusal =
      shape.channels === 1 && limits.gray === false
        ? 'limits.gray is false'
        : shape.alpha === true && limits.alpha === false
          ? 'limits.alpha is false'
          : Math.min(shape.width, shape.height) < least
            ? `limits.minSize is ${least}`
            : undefined
    return { title, shape, ...(refusal !== undefined && { refusal }) }
  }
  return [
    variant(`RGB ${width}x${height}`, { width, height, channels: 3 }),
    variant(`gray ${width}x${height}`, { width, height, channels: 1 }),
    variant(`RGBA ${width}x${height}`, { width, height, channels: 3, alpha: true }),
    variant(`gray with alpha ${width}x${height}`, { width, height, channels: 1, alpha: true }),
    variant(`16-bit with metadata ${width}x${height}`, { width, height, channels: 3, metadata: carried }),
    variant('RGB 7x5', { width: 7, height: 5, channels: 3 }),
    variant('RGB 1x1', { width: 1, height: 1, channels: 3 }),
    variant('gray 1x1', { width: 1, height: 1, channels: 1 }),
  ]
}
