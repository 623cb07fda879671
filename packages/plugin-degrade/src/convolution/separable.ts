import { ROW_SLACK } from '../kernels/kernels.js'
import { aligned, inScratch } from '../kernels/scratch.js'
import { blocks } from './bands.js'
import type { KernelSize } from './blur-kernel.js'
import { type Border, reflect101 } from './border.js'
import { summedTaps, unsummed } from './equal-taps.js'
import { PaddedRows } from './padded-rows.js'
import { isMirrored, pairedTaps } from './paired-taps.js'
import { BAND, RowWindow } from './row-window.js'
import { areSmall, convolveSmall, SMALL_BAND } from './small.js'

/** Samples that sums of samples side by side may be read from and written to after the end of a strip. */
const SUM_SLACK = 24

/** Samples of working memory that `convolveSeparable` takes for a plane and a kernel of these sizes, at most. */
export function separableSamples(width: number, height: number, kernel: KernelSize): number {
  const window = Math.min(height, SMALL_BAND + BAND) + kernel.height
  const bands = 2 * Math.min(height, BAND) + Math.min(height, SMALL_BAND) + 2
  return (window + bands) * (width + kernel.width + SUM_SLACK)
}

/**
 * Correlates a plane of `height` rows of `width` samples with the outer product of two kernels of odd length, rows with
 * `tapsX`, then columns with `tapsY`; float32 sums. Writes `target`, a plane of the same size, which may be `source`.
 * Working memory is that of some rows, whatever the height.
 */
export function convolveSeparable(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  tapsX: Float32Array,
  tapsY: Float32Array,
  border: Border = reflect101,
): void {
  if (areSmall(tapsX, tapsY)) return convolveSmall(source, target, width, height, tapsX, tapsY, border)
  const radiusX = (tapsX.length - 1) / 2
  const radiusY = (tapsY.length - 1) / 2
  const length = blocks(width)
  const band = Math.min(BAND, height)
  inScratch([source, target], (scratch) => {
    const window = new RowWindow(scratch, width + ROW_SLACK, height, band + 2 * radiusY, radiusY, border)
    const weightsY = scratch.constants(tapsY)
    const padded = new PaddedRows(scratch, source, width, radiusX, border)
    const paddedStride = 4 * aligned(padded.length)
    const stripLength = (band * paddedStride) / 4 + tapsX.length + SUM_SLACK
    const strip = scratch.words(stripLength)
    const { size, terms } = summedTaps(tapsX) ?? unsummed(tapsX)
    const sums = size > 1 ? scratch.words(stripLength) : strip
    const weightsX = scratch.constants(Float32Array.from(terms, ({ weight }) => weight))
    const across = scratch.constants(Int32Array.from(terms, ({ at, isSum }) => 4 * at + (isSum ? sums - strip : 0)))
    const after = Array.from({ length: radiusX }, (_, i) => ({ offset: 4 * (i + 1), weight: tapsX[radiusX + i + 1]! }))
    const pairs = size === 1 && isMirrored(tapsX) ? scratch.constants(pairedTaps(tapsX[radiusX]!, after)) : undefined
    const results = scratch.words((band + 1) * length)
    const open = scratch.open()
    const { run } = open
    const filterRows = (first: number, count: number, out: number, stride: number) => {
      padded.load(open, first, count, strip, paddedStride)
      if (size > 1) run.sumRun(sums, strip, size, (count * paddedStride) / 4)
      const rows = strip + padded.lead
      if (pairs === undefined)
        run.sumShifted(out, stride, rows, paddedStride, across, weightsX, terms.length, width, count)
      else run.sumPairs(out, stride, rows + 4 * radiusX, paddedStride, pairs, radiusX, width, count)
    }
    for (let top = 0; top < height; top += BAND) {
      const count = Math.min(BAND, height - top)
      if (tapsY.length === 1 && tapsY[0] === 1) {
        open.makeRows({ target, width, source }, top, count, results, length, (out, stride) =>
          filterRows(top, count, out, stride),
        )
      } else {
        const rows = window.need(open, top - radiusY, top + count + radiusY, (first, count, address) => {
          for (let i = 0; i < count; i += BAND)
            filterRows(first + i, Math.min(BAND, count - i), address + i * window.stride, window.stride)
        })
        open.makeRows({ target, width, source, block: ROW_SLACK + 1 }, top, count, results, length, (out, stride) =>
          run.sumRows(out, stride, rows, window.stride, weightsY, tapsY.length, width, count),
        )
      }
    }
  })
}
