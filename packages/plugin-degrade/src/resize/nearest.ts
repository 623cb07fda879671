import { aligned, inScratch } from '../kernels/scratch.js'
import type { Resampling } from './resampling.js'

/** Output rows between two copies. */
const BAND = 16

/** Copies samples: target[y][x] = source[rows.starts[y]][columns.starts[x]]. */
export function pickPlane(
  source: Float32Array,
  inputWidth: number,
  columns: Resampling,
  rows: Resampling,
  target: Float32Array,
): void {
  const [width, height] = [columns.starts.length, rows.starts.length]
  inScratch([source, target], (scratch) => {
    const stride = aligned(width)
    const offsets = scratch.constants(
      columns.starts.map((start) => 4 * start),
      stride,
    )
    const input = scratch.words(inputWidth)
    const results = scratch.words(BAND * stride)
    const open = scratch.open()
    const inPlace = open.addressOf(source)
    const rowAt = (row: number) => {
      if (inPlace !== undefined) return inPlace + 4 * row * inputWidth
      open.load(input, source, row * inputWidth, inputWidth)
      return input
    }
    for (let top = 0; top < height; top += BAND) {
      const count = Math.min(BAND, height - top)
      open.makeRows({ target, width, source }, top, count, results, stride, (out, outStride) => {
        for (let i = 0; i < count; i++, out += outStride) {
          const row = rows.starts[top + i]!
          if (i > 0 && row === rows.starts[top + i - 1]) open.move(out, out - outStride, 4 * width)
          else open.run.pickColumns(out, rowAt(row), offsets, width)
        }
      })
    }
  })
}
