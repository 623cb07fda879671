import type { Image } from '@kintsugi/core'
import { LUMA, lumaPlane } from '../noise/luma.js'
import { resizePlane } from '../resize/resize-plane.js'

/**
 * The colour planes of a layer (a mask, a map, a texture) that is laid over an image: resized bilinearly to the image's size as
 * `cv2.resize` does, a gray one standing for every channel, a coloured one turned to gray (BT.601) over a gray image.
 */
export function layerPlanes(layer: Image, image: Image): Float32Array[] {
  const planes = layer.channels === 3 && image.channels === 3 ? splitPlanes(layer) : [grayLayer(layer)]
  const fitted = planes.map((plane) => resizePlane(plane, layer, image))
  return Array.from({ length: image.channels }, (_, c) => fitted[c] ?? fitted[0]!)
}

/** A layer as one plane of the image's size, as `layerPlanes` has it over a gray image. */
export function layerPlane(layer: Image, image: Image): Float32Array {
  return resizePlane(grayLayer(layer), layer, image)
}

/** The gray plane of an image: itself, or BT.601 luma as OpenCV weighs it, in what `plane` gives. */
export function grayLayer(layer: Image, plane?: () => Float32Array): Float32Array {
  return layer.channels === 1 ? layer.data : lumaPlane(layer.data, LUMA.opencv, plane?.())
}

function splitPlanes({ data, channels }: Image): Float32Array[] {
  const size = data.length / channels
  return Array.from({ length: channels }, (_, c) => data.subarray(c * size, (c + 1) * size))
}
