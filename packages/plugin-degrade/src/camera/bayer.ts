import { PaddedRows } from '../convolution/padded-rows.js'
import { BAND, RowWindow } from '../convolution/row-window.js'
import { inScratch } from '../kernels/scratch.js'

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

/**
 * How missing colours follow from the samples around them. `bilinear`: the mean of the nearest ones, reflect-101 at the borders. `edge-aware`:
 * OpenCV's `COLOR_Bayer..2.._EA` on 8-bit levels (demosaicing.cpp, version 4.6), which come out divided by 255: green along the direction of smaller
 * change, halves rounded up, the outermost rows and columns as those beside them.
 */
export type Demosaicing = 'edge-aware' | 'bilinear'

/** Fills planes of red, green and blue from one plane of measured samples, which may be one of them. */
export function demosaic(
  raw: Float32Array,
  width: number,
  pattern: BayerPattern,
  method: Demosaicing,
  targets: readonly [Float32Array, Float32Array, Float32Array],
): void {
  const height = raw.length / width
  const levels = method === 'edge-aware'
  inScratch([raw, ...targets], (scratch) => {
    const padded = new PaddedRows(scratch, raw, width, 1)
    const window = new RowWindow(scratch, padded.length, height, Math.min(BAND, height) + 2, 1)
    const stride = Math.ceil(width / LANES) * LANES
    const results = [0, 1, 2].map(() => scratch.words(BAND * stride))
    const open = scratch.open()
    for (let top = 0; top < height; top += BAND) {
      const count = Math.min(BAND, height - top)
      window.need(open, top - 1, top + count + 1, (first, count, address) =>
        padded.load(open, first, count, address, window.stride),
      )
      for (let i = 0; i < count; i++) {
        // Edge-aware, the outermost rows are those beside them.
        const row = levels && height > 2 ? Math.min(height - 2, Math.max(1, top + i)) : top + i
        const greenOdd = bayerChannel(pattern, 0, row) !== 1
        const own = bayerChannel(pattern, greenOdd ? 0 : 1, row)
        const at = (channel: number) => results[channel]! + i * stride * 4
        const input = (y: number) => window.address(y) + padded.lead
        open.run.demosaicRow(
          at(own),
          at(1),
          at(2 - own),
          input(row - 1),
          input(row),
          input(row + 1),
          width,
          greenOdd,
          levels,
        )
      }
      results.forEach((rows, channel) => open.storeRows(rows, stride, targets[channel]!, top * width, width, count))
    }
    if (levels && width > 2) for (const target of targets) repeatColumns(target, width)
  })
}

/** Samples that the kernel writes at once. */
const LANES = 4

/** Makes the outermost columns those beside them. */
function repeatColumns(plane: Float32Array, width: number): void {
  for (let from = 0; from < plane.length; from += width) {
    plane[from] = plane[from + 1]!
    plane[from + width - 1] = plane[from + width - 2]!
  }
}
