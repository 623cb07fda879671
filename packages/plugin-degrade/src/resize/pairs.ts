import { aligned, inScratch } from '../kernels/scratch.js'
import type { Resampling } from './resampling.js'

/** Output rows between two copies. */
const BAND = 16

/** Whether outputs are made of two rows and two columns each, and hardly a row is needed for more than two of them. */
export function arePairs(x: Resampling, y: Resampling): boolean {
  const [first = 0, last = 0] = [y.starts[0], y.starts.at(-1)]
  return x.taps === 2 && y.taps === 2 && last - first >= y.starts.length - 1
}

/** As `resamplePlane` for such outputs, rows before columns: of the input's rows those are read that are needed, of the columns too. */
export function resamplePairs(
  source: Float32Array,
  width: number,
  x: Resampling,
  y: Resampling,
  target: Float32Array,
): void {
  const [outputWidth, outputHeight] = [x.starts.length, y.starts.length]
  inScratch([source, target], (scratch) => {
    const stride = aligned(outputWidth)
    const starts = scratch.constants(x.starts, stride)
    const weightsX = scratch.constants(x.weights, 2 * stride)
    const weightsY = scratch.constants(y.weights)
    const pair = scratch.words(2 * width)
    const results = scratch.words(BAND * stride)
    const open = scratch.open()
    const inPlace = open.addressOf(source)
    const pairAt = (row: number) => {
      if (inPlace !== undefined) return inPlace + 4 * row * width
      open.load(pair, source, row * width, 2 * width)
      return pair
    }
    for (let top = 0; top < outputHeight; top += BAND) {
      const count = Math.min(BAND, outputHeight - top)
      open.makeRows({ target, width: outputWidth, source }, top, count, results, stride, (out, outStride) => {
        for (let row = top; row < top + count; row++, out += outStride)
          open.run.resamplePair(
            out,
            pairAt(y.starts[row]!),
            4 * width,
            starts,
            weightsX,
            weightsY + 8 * row,
            outputWidth,
          )
      })
    }
  })
}
