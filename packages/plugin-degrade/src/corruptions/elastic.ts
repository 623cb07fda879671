import { reflect101 } from '../convolution/border.js'
import { gaussianTaps } from '../convolution/gaussian.js'
import { convolveSeparable } from '../convolution/separable.js'
import { flatExample, forPlanes, photoExample, randomCorruption } from './corruption.js'

/** Edge samples repeated, then mirrored: `reflect` of SciPy. */
function symmetric(index: number, size: number): number {
  const within = ((index % (2 * size)) + 2 * size) % (2 * size)
  return within < size ? within : 2 * size - 1 - within
}

/** How an index outside becomes one inside. */
export type Fold = (index: number, size: number) => number

/** target[i] = source at (x(i), y(i)), bilinear. */
export function samplePlane(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  xs: Float32Array,
  ys: Float32Array,
  fold: Fold,
): void {
  for (let i = 0; i < target.length; i++) {
    const [x, y] = [xs[i]!, ys[i]!]
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const [u, v] = [x - left, y - top]
    const inside = left >= 0 && top >= 0 && left + 1 < width && top + 1 < height
    const x0 = inside ? left : fold(left, width)
    const x1 = inside ? left + 1 : fold(left + 1, width)
    const y0 = (inside ? top : fold(top, height)) * width
    const y1 = (inside ? top + 1 : fold(top + 1, height)) * width
    const upper = source[y0 + x0]! + u * (source[y0 + x1]! - source[y0 + x0]!)
    const lower = source[y1 + x0]! + u * (source[y1 + x1]! - source[y1 + x0]!)
    target[i] = upper + v * (lower - upper)
  }
}

/** x' = a x + b y + c, y' = d x + e y + f. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** The affine map that takes three points to three others. Points on one line give the map that moves the first to its place. */
export function affineBetween(from: readonly (readonly number[])[], to: readonly (readonly number[])[]): Affine {
  const [[x0, y0], [x1, y1], [x2, y2]] = from as [number[], number[], number[]]
  const [u1, v1, u2, v2] = [x1! - x0!, y1! - y0!, x2! - x0!, y2! - y0!]
  const determinant = u1 * v2 - u2 * v1
  const row = (axis: number) => {
    const [p0, p1, p2] = to.map((point) => point[axis]!) as [number, number, number]
    if (Math.abs(determinant) < 1e-9) return axis === 0 ? [1, 0, p0 - x0!] : [0, 1, p0 - y0!]
    const a = ((p1 - p0) * v2 - (p2 - p0) * v1) / determinant
    const b = ((p2 - p0) * u1 - (p1 - p0) * u2) / determinant
    return [a, b, p0 - a * x0! - b * y0!]
  }
  return [...row(0), ...row(1)] as unknown as Affine
}

/** `corrupt/elastic-transform`. */
export const corruptElasticTransform = randomCorruption({
  name: 'corrupt/elastic-transform',
  title: 'Corruption: elastic transform',
  description:
    'A random affine map, which moves three corners of a square in the middle by up to `affine` px (bilinear, reflect-101), then displacements of alpha times a Gaussian blur (cut off at 3 sigma; reflect-101 here, which for noise is as good as the border of the original) of uniform noise from -1 to 1, ' +
    'first of x, then of y (bilinear, edge samples repeated and mirrored).',
  meaning: '(alpha in px, sigma in px, affine in px)',
  levels: [
    [488, 170.8, 24.4],
    [488, 19.52, 48.8],
    [12.2, 2.44, 4.88],
    [17.08, 2.44, 4.88],
    [29.28, 2.44, 4.88],
  ],
  planes: 8,
  examples: [flatExample('A flat image stays as it is', 0.5, {}), photoExample],
  corrupt: (image, [alpha, sigma, affine], output, context) => {
    const { width, height } = image
    const size = width * height
    const [middleX, middleY] = [Math.floor(width / 2), Math.floor(height / 2)]
    const square = Math.floor(Math.min(width, height) / 3)
    const corners = [
      [middleX + square, middleY + square],
      [middleX + square, middleY - square],
      [middleX - square, middleY - square],
    ]
    const moved = corners.map((corner) => corner.map((place) => place + affine! * (2 * context.random.uniform() - 1)))
    const [a, b, c, d, e, f] = affineBetween(moved, corners)
    const xs = new Float32Array(size)
    const ys = new Float32Array(size)
    for (let i = 0, y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        xs[i] = a * x + b * y + c
        ys[i] = d * x + e * y + f
      }
    }
    const warped = new Float32Array(image.data.length)
    forPlanes(image, { ...output, data: warped }, context, (source, target) => {
      samplePlane(source, target, width, height, xs, ys, reflect101)
    })
    const taps = gaussianTaps(2 * Math.floor(3 * sigma! + 0.5) + 1, sigma!)
    const field = new Float32Array(size)
    for (const places of [xs, ys]) {
      context.throwIfCancelled()
      context.random.fillUniform(field)
      for (let i = 0; i < size; i++) field[i] = 2 * field[i]! - 1
      convolveSeparable(field, places, width, height, taps, taps)
    }
    for (let i = 0, y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        xs[i] = x + alpha! * xs[i]!
        ys[i] = y + alpha! * ys[i]!
      }
    }
    forPlanes({ ...image, data: warped }, output, context, (source, target) => {
      samplePlane(source, target, width, height, xs, ys, symmetric)
    })
  },
})
