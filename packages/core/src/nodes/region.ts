import type { Image } from '../image/image.js'
import type { NodeContext } from '../plugin/node.js'

/** A rectangle of an image as an image of its own, alpha included. */
export function copyRegion(
  image: Image,
  x: number,
  y: number,
  width: number,
  height: number,
  context: NodeContext,
): Image {
  const out = context.createImage({
    width,
    height,
    channels: image.channels,
    alpha: image.alpha !== null,
    metadata: image.metadata,
  })
  for (let c = 0; c < image.channels; c++) {
    copyPlane(
      image.data,
      c * image.width * image.height,
      image.width,
      x,
      y,
      out.data,
      c * width * height,
      width,
      height,
    )
  }
  if (image.alpha !== null && out.alpha !== null)
    copyPlane(image.alpha, 0, image.width, x, y, out.alpha, 0, width, height)
  return out
}

function copyPlane(
  from: Float32Array,
  base: number,
  stride: number,
  x: number,
  y: number,
  to: Float32Array,
  start: number,
  width: number,
  height: number,
): void {
  for (let row = 0; row < height; row++) {
    const at = base + (y + row) * stride + x
    to.set(from.subarray(at, at + width), start + row * width)
  }
}
