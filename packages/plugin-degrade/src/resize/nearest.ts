import { aligned, Scratch } from '../kernels/scratch.js'
import type { Resampling } from './resampling.js'

/** Output rows between two copies. */
const BAND = 8

/** Copies samples: target[y][x] = source[rows.starts[y]][columns.starts[x]]. */
export function pickPlane(
  source: Float32Array,
  inputWidth: number,
  columns: Resampling,
  rows: Resampling,
  target: Float32Array,
): void {
  const [width, height] = [columns.starts.length, rows.starts.length]
  const scratch = new Scratch()
  const stride = aligned(width)
  const offsets = scratch.constants(
    columns.starts.map((start) => 4 * start),
    stride,
  )
  const input = scratch.words(inputWidth)
  const results = scratch.words(BAND * stride)
  const open = scratch.open()
  for (let top = 0; top < height; top += BAND) {
    const count = Math.min(BAND, height - top)
    for (let i = 0; i < count; i++) {
      const row = rows.starts[top + i]!
      const out = results + i * stride * 4
      if (i > 0 && row === rows.starts[top + i - 1]) open.move(out, out - stride * 4, stride * 4)
      else {
        open.load(input, source, row * inputWidth, inputWidth)
        open.run.pickColumns(out, input, offsets, width)
      }
    }
    open.storeRows(results, stride, target, top * width, width, count)
  }
}
