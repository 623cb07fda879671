import type { Image, NodeContext } from '@kintsugi/core'

/** Below half a step of 8 bits a pixel counts as transparent: its colour does not show, and dividing by it would make noise of rounding. */
const TRANSPARENT = 0.5 / 255

/** The image with its colours multiplied by its opacity. */
export function premultiplied(image: Image, context: NodeContext): Image {
  const { alpha } = image
  if (alpha === null) return image
  const { data } = context.createImage({ ...image, alpha: false })
  const plane = alpha.length
  for (let i = 0; i < data.length; i++) data[i] = image.data[i]! * alpha[i % plane]!
  return { ...image, data }
}

/** Divides premultiplied colours by their opacity, in place; where that is (nearly) zero the colour is black. */
export function unpremultiply(data: Float32Array, alpha: Float32Array): void {
  const plane = alpha.length
  for (let from = 0; from < data.length; from += plane) {
    const colour = data.subarray(from, from + plane)
    for (let i = 0; i < plane; i++) colour[i] = alpha[i]! < TRANSPARENT ? 0 : colour[i]! / alpha[i]!
  }
}
