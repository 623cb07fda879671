import type { Image } from '@kintsugi/core'

/** The colour planes of an image in order, and its alpha plane last if it has one; views, not copies. */
export function planes(image: Image): Float32Array[] {
  const size = image.width * image.height
  const colour = Array.from({ length: image.channels }, (_, c) => image.data.subarray(c * size, (c + 1) * size))
  return image.alpha === null ? colour : [...colour, image.alpha]
}

/** The shape of an image like this one, every sample of which is going to be written, for `createImage`. */
export function shapeOf(image: Image) {
  const { width, height, channels, metadata } = image
  return { width, height, channels, alpha: image.alpha !== null, metadata, cleared: false }
}
