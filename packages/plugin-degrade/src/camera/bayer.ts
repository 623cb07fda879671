import { reflect101 } from '../convolution/border.js'

/** Colours of the upper left 2 x 2 filters of a sensor, row by row. */
export const BAYER_PATTERNS = ['rggb', 'bggr', 'grbg', 'gbrg'] as const

export type BayerPattern = (typeof BAYER_PATTERNS)[number]

/** Column and row parity at which red filters lie. */
const RED: Readonly<Record<BayerPattern, readonly [number, number]>> = {
  rggb: [0, 0],
  bggr: [1, 1],
  grbg: [1, 0],
  gbrg: [0, 1],
}

/** Channel (0 red, 1 green, 2 blue) that the filter at column x and row y lets through. */
export function bayerChannel(pattern: BayerPattern, x: number, y: number): 0 | 1 | 2 {
  const [redX, redY] = RED[pattern]
  const sameColumn = (x & 1) === redX
  return sameColumn !== ((y & 1) === redY) ? 1 : sameColumn ? 0 : 2
}

/** What a sensor with these filters measures of three planes: one sample per pixel. */
export function mosaicPlane(data: Float32Array, width: number, pattern: BayerPattern): Float32Array {
  const size = data.length / 3
  const raw = new Float32Array(size)
  for (let i = 0, y = 0; i < size; y++) {
    const even = bayerChannel(pattern, 0, y) * size
    const odd = bayerChannel(pattern, 1, y) * size
    for (let x = 0; x < width; x++, i++) raw[i] = data[(x & 1 ? odd : even) + i]!
  }
  return raw
}

/** The four nearest samples of a sample. */
interface Neighbours {
  readonly left: number
  readonly right: number
  readonly up: number
  readonly down: number
}

/** How the missing colours of a sample follow from its neighbours. */
export interface Demosaicing {
  /** Of two neighbours. */
  readonly pair: (a: number, b: number) => number
  /** Of four diagonal neighbours, given their sum. */
  readonly diagonal: (sum: number) => number
  /** Green where red or blue was measured. */
  readonly green: (near: Neighbours) => number
  /** Whether the outermost rows and columns repeat those beside them, as OpenCV's do; else reflect-101. */
  readonly repeatBorder: boolean
}

/** The mean of the nearest samples of a colour, in float32. */
export const bilinearDemosaicing: Demosaicing = {
  pair: (a, b) => (a + b) / 2,
  diagonal: (sum) => sum / 4,
  green: ({ left, right, up, down }) => (left + right + up + down) / 4,
  repeatBorder: false,
}

/** OpenCV's `COLOR_Bayer..2.._EA` on 8-bit levels: green along the direction of smaller change, halves rounded up (demosaicing.cpp, version 4.6). */
export const edgeAwareDemosaicing: Demosaicing = {
  pair: (a, b) => (a + b + 1) >> 1,
  diagonal: (sum) => (sum + 2) >> 2,
  green: ({ left, right, up, down }) =>
    Math.abs(left - right) > Math.abs(up - down) ? (up + down + 1) >> 1 : (left + right + 1) >> 1,
  repeatBorder: true,
}

/** Fills three planes from one plane of measured samples. */
export function demosaic(
  raw: Float32Array,
  width: number,
  pattern: BayerPattern,
  { pair, diagonal, green, repeatBorder }: Demosaicing,
  target: Float32Array,
): void {
  const size = raw.length
  const height = size / width
  const near = { left: 0, right: 0, up: 0, down: 0 }
  const inner = (i: number, count: number) => (repeatBorder && count > 2 ? Math.min(count - 2, Math.max(1, i)) : i)
  for (let y = 0; y < height; y++) {
    const row = inner(y, height)
    const here = row * width
    const above = reflect101(row - 1, height) * width
    const below = reflect101(row + 1, height) * width
    for (let x = 0; x < width; x++) {
      const column = inner(x, width)
      const before = column > 0 ? column - 1 : reflect101(-1, width)
      const after = column < width - 1 ? column + 1 : reflect101(width, width)
      near.left = raw[here + before]!
      near.right = raw[here + after]!
      near.up = raw[above + column]!
      near.down = raw[below + column]!
      const middle = raw[here + column]!
      const channel = bayerChannel(pattern, column, row)
      const at = y * width + x
      if (channel === 1) {
        const across = pair(near.left, near.right)
        const along = pair(near.up, near.down)
        const redRow = bayerChannel(pattern, column + 1, row) === 0
        target[at] = redRow ? across : along
        target[size + at] = middle
        target[2 * size + at] = redRow ? along : across
      } else {
        const corners = raw[above + before]! + raw[above + after]! + raw[below + before]! + raw[below + after]!
        const other = diagonal(corners)
        target[at] = channel === 0 ? middle : other
        target[size + at] = green(near)
        target[2 * size + at] = channel === 0 ? other : middle
      }
    }
  }
}
