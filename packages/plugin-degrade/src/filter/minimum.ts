import { ROW_SLACK } from '../kernels/kernels.js'
import { inScratch } from '../kernels/scratch.js'

/** Output rows made at once. */
const BAND = 64

/** Writes to `target` the least of `size` x `size` (odd) samples around every sample of `source`, of those inside the plane. */
export function localMinimum(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  size: number,
): void {
  const radius = (size - 1) / 2
  const band = Math.min(BAND, height)
  inScratch([source, target], (scratch) => {
    const length = width + 2 * radius
    const samples = (band + 2 * radius) * length
    const rows = scratch.words(samples + ROW_SLACK)
    // More than any sample, all around the plane.
    const outside = scratch.constants(new Float32Array(length).fill(Number.POSITIVE_INFINITY))
    const open = scratch.open()
    for (let top = 0; top < height; top += band) {
      const count = Math.min(band, height - top)
      for (let i = 0; i < count + 2 * radius; i++) {
        const row = top - radius + i
        const address = rows + 4 * i * length
        open.move(address, outside, 4 * length)
        if (row >= 0 && row < height) open.load(address + 4 * radius, source, row * width, width)
      }
      const bytes = 4 * (count + 2 * radius) * length
      open.run.leastOfNext(rows, bytes, size, 4)
      open.run.leastOfNext(rows, bytes, size, 4 * length)
      open.storeRows(rows, length, target, top * width, width, count)
    }
  })
}
