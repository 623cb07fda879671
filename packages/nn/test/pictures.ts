import { createImage, type Image } from '../../core/src/image/image.js'
import { type GoldenTensor, relativeError } from './golden.js'
import { waves } from './synthetic-fill.js'

/** Waves in three channels that grow stronger from left to right, so that no part of it is like the whole. */
export function picture(width: number, height: number): Image {
  const image = createImage({ width, height, channels: 3 })
  image.data.set(waves(3, height, width).data)
  for (let i = 0; i < image.data.length; i++) image.data[i]! *= 0.2 + (0.8 * (i % width)) / width
  return image
}

/** The largest difference divided by the reference's range. */
export function relativeDifference(found: Image, reference: Image): number {
  return relativeError(asTensor(found), asTensor(reference))
}

function asTensor({ data, channels, height, width }: Image): GoldenTensor {
  return { data: Float32Array.from(data), shape: [1, channels, height, width] }
}
