import type { Image, NodeContext } from '@kintsugi/core'

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

/** Gives planes of an image's size for what a node works out on the way, where kernels reach them; nothing is said of what lies in them. */
export function workPlanes(
  { width, height }: Pick<Image, 'width' | 'height'>,
  context: Pick<NodeContext, 'createImage'>,
): () => Float32Array {
  return () => context.createImage({ width, height, channels: 1, cleared: false }).data
}
