import { aligned, inScratch } from '../kernels/scratch.js'
import type { Resampling } from './resampling.js'

/** Output rows made at once. */
const BAND = 32

/** Copies samples of each plane: target[y][x] = source[rows.starts[y]][columns.starts[x]]. */
export function pickPlanes(
  sources: readonly Float32Array[],
  inputWidth: number,
  columns: Resampling,
  rows: Resampling,
  targets: readonly Float32Array[],
): void {
  const [width, height] = [columns.starts.length, rows.starts.length]
  inScratch([...sources, ...targets], (scratch) => {
    const stride = aligned(width)
    const offsets = scratch.constants(bytesTo(columns.starts, 4), stride)
    const places = scratch.constants(bytesTo(rows.starts, 4 * inputWidth))
    const first = scratch.constants(Int32Array.of(0))
    const input = scratch.words(inputWidth)
    const results = scratch.words(BAND * stride)
    const open = scratch.open()
    sources.forEach((source, plane) => {
      const target = targets[plane]!
      const inPlace = open.addressOf(source)
      for (let top = 0; top < height; top += BAND) {
        const count = Math.min(BAND, height - top)
        open.makeRows({ target, width, source }, top, count, results, stride, (out, outStride) => {
          if (inPlace !== undefined)
            return open.run.pickSamples(out, outStride, inPlace, places + 4 * top, offsets, width, count)
          for (let i = 0; i < count; i++, out += outStride) {
            const row = rows.starts[top + i]!
            if (i === 0 || row !== rows.starts[top + i - 1]) open.load(input, source, row * inputWidth, inputWidth)
            open.run.pickSamples(out, outStride, input, first, offsets, width, 1)
          }
        })
      }
    })
  })
}

function bytesTo(starts: Int32Array, each: number): Int32Array {
  const bytes = new Int32Array(starts.length)
  for (let i = 0; i < starts.length; i++) bytes[i] = each * starts[i]!
  return bytes
}
