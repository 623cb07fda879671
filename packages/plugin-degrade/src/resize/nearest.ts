import { Scratch } from '../kernels/scratch.js'
import type { Resampling } from './resampling.js'

/** Copies samples: target[y][x] = source[rows.starts[y]][columns.starts[x]]. */
export function pickPlane(
  source: Float32Array,
  inputWidth: number,
  columns: Resampling,
  rows: Resampling,
  target: Float32Array,
): void {
  const width = columns.starts.length
  if (width < inputWidth) {
    pickFew(source, inputWidth, columns, rows, target)
    return
  }
  const scratch = new Scratch()
  const starts = scratch.constants(columns.starts)
  const input = scratch.words(inputWidth)
  const output = scratch.words(width)
  const open = scratch.open()
  rows.starts.forEach((row, y) => {
    if (row !== rows.starts[y - 1]) {
      open.load(input, source, row * inputWidth, inputWidth)
      open.run.pickColumns(output, input, starts, width)
    }
    open.store(output, target, y * width, width)
  })
}

/** `pickPlane` for shrinking: of the samples of a row only those needed are read, where they lie. */
function pickFew(
  source: Float32Array,
  inputWidth: number,
  { starts }: Resampling,
  rows: Resampling,
  target: Float32Array,
): void {
  const count = starts.length
  for (let y = 0, to = 0; y < rows.starts.length; y++, to += count) {
    const from = rows.starts[y]! * inputWidth
    for (let x = 0; x < count; x++) target[to + x] = source[from + starts[x]!]!
  }
}
