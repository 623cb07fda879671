import type { Planes } from './planes.js'

/** Makes the similarity of gradients 255-based (Xue et al. 2014). */
const T = 170

/**
 * Standard deviation (N - 1) of the gradient magnitude similarity of two planes of levels 0..255: means of 2 x 2 px, an odd last
 * row or column dropped, Prewitt gradients divided by 3 with zeros outside, (2 m1 m2 + 170) / (m1^2 + m2^2 + 170).
 */
export function gradientMagnitudeDeviation(tested: Planes, truth: Planes): number {
  const a = halfSize(tested, 0)
  const b = halfSize(truth, 0)
  const { width, height } = a
  const line = width + 2
  const similarity = new Float64Array(width * height)
  let sum = 0
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const p = (y + 1) * line + x + 1
      const first = squaredGradient(a.padded, p, line)
      const second = squaredGradient(b.padded, p, line)
      const value = (2 * Math.sqrt(first * second) + T) / (first + second + T)
      similarity[at] = value
      sum += value
    }
  }
  const mean = sum / similarity.length
  let squares = 0
  for (let i = 0; i < similarity.length; i++) squares += (similarity[i]! - mean) ** 2
  return Math.sqrt(squares / (similarity.length - 1))
}

function squaredGradient(p: Float64Array, i: number, line: number): number {
  const northWest = p[i - line - 1]!
  const northEast = p[i - line + 1]!
  const southWest = p[i + line - 1]!
  const southEast = p[i + line + 1]!
  const across = northWest + p[i - 1]! + southWest - northEast - p[i + 1]! - southEast
  const down = northWest + p[i - line]! + northEast - southWest - p[i + line]! - southEast
  return (across * across + down * down) / 9
}

/** Means of 2 x 2 px of a plane inside a frame of zeros 1 px wide. */
function halfSize({ width, height, planes }: Planes, channel: number) {
  const plane = planes[channel]!
  const [across, down] = [width >> 1, height >> 1]
  const padded = new Float64Array((across + 2) * (down + 2))
  for (let y = 0; y < down; y++) {
    const upper = 2 * y * width
    const out = (y + 1) * (across + 2) + 1
    for (let x = 0; x < across; x++) {
      const i = upper + 2 * x
      padded[out + x] = (plane[i]! + plane[i + 1]! + plane[i + width]! + plane[i + width + 1]!) / 4
    }
  }
  return { width: across, height: down, padded }
}
