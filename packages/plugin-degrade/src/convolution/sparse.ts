import { ROW_SLACK } from '../kernels/kernels.js'
import { Scratch } from '../kernels/scratch.js'
import { PaddedRows } from './padded-rows.js'

/** Output rows computed between two copies. */
const BAND = 16

/** As `convolveDense`, bit for bit, for kernels that are mostly 0: a sum of shifted rows over the other weights alone. */
export function convolveSparse(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  kernel: Float32Array,
  kernelWidth: number,
): void {
  const radiusY = (kernel.length / kernelWidth - 1) / 2
  const places = Array.from(kernel.keys()).filter((i) => kernel[i] !== 0)
  const taps = places.map((place) => ({ row: Math.floor(place / kernelWidth) - radiusY, column: place % kernelWidth }))
  const scratch = new Scratch()
  const weights = scratch.constants(Float32Array.from(places, (place) => kernel[place]!))
  const addresses = scratch.words(places.length)
  const results = scratch.words(BAND * width + ROW_SLACK)
  const rows = new PaddedRows(scratch, source, width, (kernelWidth - 1) / 2, radiusY, BAND)
  const open = scratch.open()
  for (let top = 0; top < height; top += BAND) {
    const bottom = Math.min(height, top + BAND)
    rows.advance(open, bottom)
    for (let y = top; y < bottom; y++) {
      taps.forEach(({ row, column }, i) => {
        open.setWord(addresses, i, rows.address(y + row) + column * 4)
      })
      open.run.combineRows(results + (y - top) * width * 4, addresses, weights, taps.length, width)
    }
    open.store(results, target, top * width, (bottom - top) * width)
  }
}
