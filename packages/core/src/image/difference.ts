import type { Image } from './image.js'

/** How far two images are apart, colour and alpha together. */
export interface ImageDifference {
  /** Set when the shapes differ; the samples are then not compared. */
  shapes?: readonly [string, string]
  samples: number
  differing: number
  /** Largest difference of a sample, where white is 1. */
  maxAbs: number
  /** Peak signal-to-noise ratio in dB over all samples, 10 log10(1 / MSE). */
  psnr: number
}

/** Compares the samples of two images; metadata does not count. */
export function imageDifference(a: Image, b: Image): ImageDifference {
  const [shapeA, shapeB] = [shapeOf(a), shapeOf(b)]
  if (shapeA !== shapeB)
    return { shapes: [shapeA, shapeB], samples: 0, differing: 0, maxAbs: Number.NaN, psnr: Number.NaN }
  let differing = 0
  let maxAbs = 0
  let squares = 0
  const add = (x: Float32Array, y: Float32Array): void => {
    for (let i = 0; i < x.length; i++) {
      const distance = Math.abs(x[i]! - y[i]!)
      if (distance === 0) continue
      differing++
      squares += distance * distance
      if (!(distance <= maxAbs)) maxAbs = distance
    }
  }
  add(a.data, b.data)
  if (a.alpha !== null && b.alpha !== null) add(a.alpha, b.alpha)
  const samples = a.data.length + (a.alpha?.length ?? 0)
  return { samples, differing, maxAbs, psnr: 10 * Math.log10(samples / squares) }
}

function shapeOf({ width, height, channels, alpha }: Image): string {
  return `${width}x${height} ${channels === 1 ? 'gray' : 'RGB'}${alpha === null ? '' : ' with alpha'}`
}
