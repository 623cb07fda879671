import { borderIndices } from '../convolution/border.js'
import { inScratch } from '../kernels/scratch.js'

/**
 * The mean over a window of `size` x `size` samples around every sample, `floor(size / 2)` of them to the left and above, as
 * `cv2.blur` has it for even sizes too; reflect-101 at the borders. Running sums in float64: the time does not grow with the
 * window. Written to `target`, another plane.
 */
export function boxFilter(
  source: Float32Array,
  width: number,
  height: number,
  size: number,
  target: Float32Array = new Float32Array(source.length),
): Float32Array {
  const before = Math.floor(size / 2)
  const after = size - 1 - before
  const outside = borderIndices(before, after, height)
  const rowAt = (y: number) => width * (y < 0 ? outside[y + before]! : y < height ? y : outside[before + y - height]!)
  inScratch([source, target], (scratch) => {
    const border = scratch.constants(borderIndices(before, after, width))
    // A pair of columns beyond an odd width may be written.
    const columns = scratch.words(2 * (width + 1))
    const sums = scratch.words(4 * (width + size + 1))
    const [enter0, enter1, leave0, leave1, out0, out1] = Array.from({ length: 6 }, () => scratch.words(width + 1)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const open = scratch.open()
    open.loadDoubles(columns, columnSums(source, width, before, after, rowAt))
    const scale = 1 / (size * size)
    const [from, to] = [open.addressOf(source), open.addressOf(target)]
    const input = (row: number, copy: number) => {
      if (from !== undefined) return from + 4 * rowAt(row)
      open.load(copy, source, rowAt(row), width)
      return copy
    }
    for (let y = 0; y < height; y += 2) {
      const last = Math.min(y + 1, height - 1)
      const inPlace = to !== undefined && last > y
      open.run.boxPair(
        inPlace ? to + 4 * y * width : out0,
        inPlace ? to + 4 * last * width : out1,
        columns,
        input(y + after, enter0),
        input(last + after, enter1),
        input(y - before, leave0),
        input(last - before, leave1),
        sums,
        border,
        width,
        size,
        scale,
      )
      if (inPlace) continue
      open.store(out0, target, y * width, width)
      if (last > y) open.store(out1, target, last * width, width)
    }
  })
  return target
}

/** The sums of each column over the window of row 0 without its last row. */
function columnSums(
  source: Float32Array,
  width: number,
  before: number,
  after: number,
  rowAt: (y: number) => number,
): Float64Array {
  const columns = new Float64Array(width)
  for (let y = -before; y < after; y++) {
    const from = rowAt(y)
    for (let x = 0; x < width; x++) columns[x]! += source[from + x]!
  }
  return columns
}
