import { ROW_SLACK } from '../kernels/kernels.js'
import { aligned, inScratch } from '../kernels/scratch.js'
import { blocks } from './bands.js'
import { type Border, borderIndices } from './border.js'
import { isMirrored } from './paired-taps.js'
import { RowWindow } from './row-window.js'

/** Output rows between two copies, which take longer than the sums: more than elsewhere. */
export const SMALL_BAND = 128

/** Whether `convolveSmall` can take the place of two passes. */
export function areSmall(tapsX: Float32Array, tapsY: Float32Array): boolean {
  const { length } = tapsX
  return (length === 3 || length === 5) && tapsY.length === length && [tapsX, tapsY].every(isMirrored)
}

/**
 * As `convolveSeparable` for kernels of 3 or 5 taps, as many in a row as in a column, that are the same to both sides: columns, then rows, one row of
 * outputs at a time.
 */
export function convolveSmall(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  tapsX: Float32Array,
  tapsY: Float32Array,
  border: Border,
): void {
  const radius = (tapsX.length - 1) / 2
  const fromMiddle = (taps: Float32Array) => [0, 1, 2].map((distance) => taps[radius + distance] ?? 0)
  const band = Math.min(SMALL_BAND, height)
  inScratch([source, target], (scratch) => {
    const window = new RowWindow(scratch, width, height, band + 2 * radius, radius, border)
    const weights = scratch.constants(Float32Array.of(...fromMiddle(tapsX), ...fromMiddle(tapsY)))
    const outside = scratch.constants(borderIndices(radius, radius, width, border))
    const strip = scratch.words(aligned(radius) + width + radius + ROW_SLACK) + 4 * (aligned(radius) - radius)
    const length = blocks(width)
    const results = scratch.words(band * length + ROW_SLACK)
    const open = scratch.open()
    const load = (first: number, count: number, address: number) =>
      open.loadRows(address, window.stride / 4, source, first * width, width, count)
    const place = open.addressOf(source)
    // Where kernels reach the plane itself, only the rows near its edges are made of copies.
    const stops = place === undefined ? [height] : [radius, height - radius, height]
    for (let top = 0, count = 0; top < height; top += count) {
      const stop = stops.find((row) => row > top)!
      count = Math.min(band, stop - top, height - top)
      const isInside = place !== undefined && top >= radius && stop < height
      const rows = isInside
        ? place + (top - radius) * width * 4
        : window.need(open, top - radius, top + count + radius, load)
      const rowStride = isInside ? width * 4 : window.stride
      open.makeRows({ target, width, source }, top, count, results, length, (out, stride) =>
        open.run.blurSmall(out, stride, rows, rowStride, weights, outside, radius, width, count, strip),
      )
    }
  })
}
