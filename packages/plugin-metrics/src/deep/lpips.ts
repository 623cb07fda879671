/** A feature map of one image: planes of `width` x `height`, channel by channel. */
export interface FeatureMap {
  readonly channels: number
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** Added to the length of a feature vector (`normalize_tensor` of LPIPS). */
const EPSILON = 1e-10

/**
 * The distance that one layer adds to LPIPS 0.1 (Zhang et al. 2018): feature vectors divided by their length + 1e-10, squared
 * differences weighted by the layer's linear head, one weight a channel, mean over positions. float64.
 */
export function lpipsLayer(a: FeatureMap, b: FeatureMap, weights: ArrayLike<number>): number {
  const pixels = a.width * a.height
  const [lengthA, lengthB] = [lengths(a), lengths(b)]
  let sum = 0
  for (let c = 0; c < a.channels; c++) {
    const weight = weights[c]!
    for (let i = 0, at = c * pixels; i < pixels; i++, at++) {
      const difference = a.data[at]! / lengthA[i]! - b.data[at]! / lengthB[i]!
      sum += weight * difference * difference
    }
  }
  return sum / pixels
}

function lengths({ channels, width, height, data }: FeatureMap): Float64Array {
  const pixels = width * height
  const squares = new Float64Array(pixels)
  for (let c = 0, at = 0; c < channels; c++) for (let i = 0; i < pixels; i++, at++) squares[i]! += data[at]! * data[at]!
  for (let i = 0; i < pixels; i++) squares[i] = Math.sqrt(squares[i]!) + EPSILON
  return squares
}
