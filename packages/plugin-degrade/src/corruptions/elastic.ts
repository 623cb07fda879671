import { gaussianTaps } from '../convolution/gaussian.js'
import { convolveSeparable } from '../convolution/separable.js'
import { workPlanes } from '../image/planes.js'
import { aligned, inScratch, type OpenScratch } from '../kernels/scratch.js'
import { flatExample, photoExample, randomCorruption } from './corruption.js'

/** How an index outside becomes one inside: reflect-101, or edge samples repeated, then mirrored (`reflect` of SciPy). */
export type Border = 'reflect-101' | 'symmetric'

/** Rows between two copies. */
const BAND = 16

/** Puts the places (x, y) of a row of samples at two addresses, where there are numbers before. */
type Places = (open: OpenScratch, row: number, x: number, y: number) => void

/**
 * target = samples of `source` between its pixels, at one place for each of them, bilinear in float32, for one plane or several one after another.
 * `target` may be `source`.
 */
export function samplePlanes(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  places: Places,
  border: Border,
): void {
  const size = width * height
  const channels = source.length / size
  inScratch([source, target], (scratch) => {
    const length = aligned(width)
    const pixels = scratch.words(4 * (size + 4))
    const x = scratch.constants(new Float32Array(length))
    const y = scratch.constants(new Float32Array(length))
    const rows = Array.from({ length: channels }, () => scratch.words(BAND * width))
    const out = scratch.words(3 * length)
    const open = scratch.open()
    const [red, green = red!, blue = red!] = rows
    for (let row = 0; row < height; row += BAND) {
      const count = Math.min(BAND, height - row) * width
      rows.forEach((address, c) => open.load(address, source, c * size + row * width, count))
      open.run.interleave(pixels + row * width * 16, red!, green, blue, blue, count)
    }
    for (let row = 0; row < height; row++) {
      places(open, row, x, y)
      open.run.samplePixels(out, length * 4, channels, pixels, width, height, x, y, width, border === 'symmetric')
      for (let c = 0; c < channels; c++) open.store(out + c * length * 4, target, c * size + row * width, width)
    }
  })
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
  planes: 6,
  examples: [flatExample('A flat image stays as it is', 0.5, {}), photoExample],
  corrupt: (image, [alpha, sigma, affine], output, context) => {
    const { width, height } = image
    const [middleX, middleY] = [Math.floor(width / 2), Math.floor(height / 2)]
    const square = Math.floor(Math.min(width, height) / 3)
    const corners = [
      [middleX + square, middleY + square],
      [middleX + square, middleY - square],
      [middleX - square, middleY - square],
    ]
    const moved = corners.map((corner) => corner.map((place) => place + affine! * (2 * context.random.uniform() - 1)))
    const [a, b, c, d, e, f] = affineBetween(moved, corners)
    const turned: Places = ({ run }, row, x, y) => {
      run.addRamp(x, width, b * row + c, a, 0)
      run.addRamp(y, width, e * row + f, d, 0)
    }
    context.throwIfCancelled()
    samplePlanes(image.data, output.data, width, height, turned, 'reflect-101')
    const taps = gaussianTaps(2 * Math.floor(3 * sigma! + 0.5) + 1, sigma!)
    const plane = workPlanes(image, context)
    const [across, down] = [plane(), plane()]
    for (const field of [across, down]) {
      context.throwIfCancelled()
      context.random.fillUniform(field)
      convolveSeparable(field, field, width, height, taps, taps)
    }
    // The noise is uniform from 0 to 1 until here: 2 u - 1 is blurred like u.
    const shifted: Places = (open, row, x, y) => {
      open.load(x, across, row * width, width)
      open.load(y, down, row * width, width)
      open.run.addRamp(x, width, -alpha!, 1, 2 * alpha!)
      open.run.addRamp(y, width, row - alpha!, 0, 2 * alpha!)
    }
    samplePlanes(output.data, output.data, width, height, shifted, 'symmetric')
  },
})
