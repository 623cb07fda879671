import { createImage, type Image, type ImageShape, type NodeContext, type RandomStream } from '@kintsugi/core'
import { createStream } from '../../core/src/random/generator.js'

/** A context for calling `run` in a test: images in memory of their own, a stream that starts from `seed` in every byte. */
export function testContext(seed = 1): NodeContext {
  const random: RandomStream = createStream(new Uint8Array(16).fill(seed))
  return {
    random,
    // What a node type leaves unwritten is NaN.
    createImage: (shape: ImageShape) =>
      createImage(shape, (length, cleared) => new Float32Array(length).fill(cleared ? 0 : NaN)),
    openModel: () => Promise.reject(new Error('no models here')),
    throwIfCancelled: () => undefined,
    progress: () => undefined,
    warn: () => undefined,
  }
}

/** An image whose samples are `sample(c, y, x)`; alpha, if asked for, is 1 - x / width. */
export function imageOf(shape: ImageShape, sample: (channel: number, y: number, x: number) => number): Image {
  const image = createImage(shape)
  const { width, height } = shape
  for (let i = 0; i < image.data.length; i++) {
    image.data[i] = sample(Math.floor(i / (width * height)), Math.floor(i / width) % height, i % width)
  }
  image.alpha?.forEach((_, i) => {
    image.alpha![i] = 1 - (i % width) / width
  })
  return image
}

/** Test image A of the degradation literature notes: (7y + 13x + 29c + (xy mod 17)) mod 256, divided by 255. */
export function patternA(shape: ImageShape): Image {
  return imageOf(shape, (c, y, x) => ((7 * y + 13 * x + 29 * c + ((x * y) % 17)) % 256) / 255)
}

/** Largest absolute difference of two sequences of numbers; infinite if their lengths differ. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let most = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!)
    if (!(difference <= most)) most = difference
  }
  return most
}
