import { ROW_SLACK } from '../kernels/kernels.js'
import { Scratch } from '../kernels/scratch.js'
import { reflect101, reflectedIndices } from './border.js'

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
  const radiusX = (kernelWidth - 1) / 2
  const radiusY = (kernel.length / kernelWidth - 1) / 2
  const stride = width + 2 * radiusX + ROW_SLACK
  const capacity = Math.min(height, BAND + 2 * radiusY)
  const places = Array.from(kernel.keys()).filter((i) => kernel[i] !== 0)
  const scratch = new Scratch()
  const weights = scratch.constants(Float32Array.from(places, (i) => kernel[i]!))
  const border = scratch.constants(reflectedIndices(radiusX, radiusX, width))
  const addresses = scratch.words(places.length)
  const strip = scratch.words(BAND * width + ROW_SLACK)
  const padded = scratch.words(capacity * stride)
  const open = scratch.open()
  const { run } = open
  const slot = (row: number) => padded + (row % capacity) * stride * 4

  let done = 0
  for (let top = 0; top < height; top += BAND) {
    const bottom = Math.min(height, top + BAND)
    const needed = Math.min(height, bottom + radiusY)
    while (done < needed) {
      const count = Math.min(BAND, needed - done)
      open.load(strip, source, done * width, count * width)
      for (let i = 0; i < count; i++, done++) {
        run.padRow(slot(done), strip + i * width * 4, width, radiusX, radiusX, border)
      }
    }
    for (let y = top; y < bottom; y++) {
      places.forEach((place, i) => {
        const row = reflect101(y + Math.floor(place / kernelWidth) - radiusY, height)
        open.setWord(addresses, i, slot(row) + (place % kernelWidth) * 4)
      })
      run.combineRows(strip + (y - top) * width * 4, addresses, weights, places.length, width)
    }
    open.store(strip, target, top * width, (bottom - top) * width)
  }
}
