import { aligned, Scratch } from '../kernels/scratch.js'
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
  const scratch = new Scratch()
  const stride = aligned(width)
  const offsets = scratch.constants(
    columns.starts.map((start) => 4 * start),
    stride,
  )
  const inputs = scratch.words(BAND * inputWidth)
  const picked = scratch.words(BAND * stride)
  const results = scratch.words(BAND * stride)
  const open = scratch.open()
  for (let top = 0; top < height; top += BAND) {
    const count = Math.min(BAND, height - top)
    const isNew = (i: number) => i === 0 || rows.starts[top + i] !== rows.starts[top + i - 1]
    let distinct = 0
    for (let i = 0; i < count; i++) {
      if (!isNew(i)) continue
      open.load(inputs + 4 * distinct * inputWidth, source, rows.starts[top + i]! * inputWidth, inputWidth)
      distinct++
    }
    const out = distinct === count ? results : picked
    open.run.pickColumns(out, 4 * stride, inputs, 4 * inputWidth, offsets, width, distinct)
    if (distinct < count) {
      for (let i = 0, from = -1; i < count; i++) {
        if (isNew(i)) from++
        open.move(results + 4 * i * stride, picked + 4 * from * stride, 4 * width)
      }
    }
    open.storeRows(results, stride, target, top * width, width, count)
  }
}
