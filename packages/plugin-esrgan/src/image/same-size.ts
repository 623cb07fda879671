import { type Image, KintsugiError } from '@kintsugi/core'

/** Throws `E_IMAGE_SIZE` unless the two images, given under the names of their ports, are of one size. */
export function requireSameSize(node: string, images: Readonly<Record<string, Pick<Image, 'width' | 'height'>>>): void {
  const [[first, a], [second, b]] = Object.entries(images) as [[string, Image], [string, Image]]
  if (a.width === b.width && a.height === b.height) return
  throw new KintsugiError('E_IMAGE_SIZE', {
    message: `${node} takes images of one size.`,
    expected: `${second} of ${a.width} x ${a.height} pixels, as ${first}`,
    found: `${b.width} x ${b.height} pixels`,
    fix: 'Crop both with core/crop or core/mod-crop, or resize one of them.',
  })
}
