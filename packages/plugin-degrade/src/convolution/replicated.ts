import { gaussianTaps } from './gaussian.js'
import { convolveSeparable } from './separable.js'

/** Runs `filter` on a plane with `reach` more samples on each side, which repeat the edge (`aaa|abc|ccc`), and cuts them off again. */
export function withReplicatedBorder(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  reach: number,
  filter: (source: Float32Array, target: Float32Array, width: number, height: number) => void,
): void {
  const [paddedWidth, paddedHeight] = [width + 2 * reach, height + 2 * reach]
  const padded = new Float32Array(paddedWidth * paddedHeight)
  for (let y = 0; y < paddedHeight; y++) {
    const from = Math.min(height - 1, Math.max(0, y - reach)) * width
    const at = y * paddedWidth
    padded.fill(source[from]!, at, at + reach)
    padded.set(source.subarray(from, from + width), at + reach)
    padded.fill(source[from + width - 1]!, at + reach + width, at + paddedWidth)
  }
  const filtered = new Float32Array(padded.length)
  filter(padded, filtered, paddedWidth, paddedHeight)
  for (let y = 0; y < height; y++) {
    const at = (y + reach) * paddedWidth + reach
    target.set(filtered.subarray(at, at + width), y * width)
  }
}

/** Gaussian blur as `skimage.filters.gaussian` does it by default: cut off at 4 sigma, edge samples repeated. */
export function gaussianReplicated(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  sigma: number,
): void {
  const reach = Math.floor(4 * sigma + 0.5)
  const taps = gaussianTaps(2 * reach + 1, sigma)
  withReplicatedBorder(source, target, width, height, reach, (from, to, w, h) =>
    convolveSeparable(from, to, w, h, taps, taps),
  )
}
