import { ROW_SLACK } from '../kernels/kernels.js'
import { aligned, inScratch } from '../kernels/scratch.js'
import { blocks } from './bands.js'
import { type BlurKernel, isSymmetric } from './blur-kernel.js'
import { reflect101 } from './border.js'
import { PaddedRows } from './padded-rows.js'

/** Input rows between two copies. */
const BAND = 128
/** Samples that the kernel's strips are apart. */
const STRIP = 272

/** Samples of working memory that `convolveFolded` takes for a plane and a kernel of these sizes, at most. */
export function foldedSamples(width: number, height: number, kernel: { width: number; height: number }): number {
  const rows = 2 * Math.min(BAND, height + kernel.height) + kernel.height
  return rows * (width + kernel.width + 32) + STRIP * (kernel.width + 1) + 4 * kernel.width * (kernel.height + 2)
}

/**
 * Correlates a plane with a kernel that half a turn leaves as it is, reflect-101 at the borders; float32 sums. Samples left and right of the middle are
 * added, and subtracted, before they are weighted, and what an input row contributes to the output rows above and below it is computed at once,
 * which takes little more than half of the work. `kernel` has more than one row. Writes `target`, a plane of the same size.
 */
export function convolveFolded(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  kernel: BlurKernel,
): void {
  const [radiusX, radiusY] = [(kernel.width - 1) / 2, (kernel.height - 1) / 2]
  const { turned, reaches, weights } = folded(kernel)
  const band = Math.min(BAND, height + 2 * radiusY)
  inScratch([source, target], (scratch) => {
    const padded = new PaddedRows(scratch, source, width, radiusX)
    const inputStride = 4 * aligned(padded.length + ROW_SLACK)
    const inputs = scratch.words((band * inputStride) / 4)
    // Rows at a distance of 4096 bytes would fall into one set of the cache.
    const stride = 4 * (blocks(width) + 16)
    const outputs = scratch.words(((band + 2 * radiusY) * stride) / 4)
    const kernelWeights = scratch.constants(weights)
    const kernelReaches = scratch.constants(reaches)
    const strips = scratch.words((2 * radiusX + 2) * STRIP)
    const open = scratch.open()
    const load = (row: number, count: number, to: number) =>
      padded.load(open, row, count, inputs + to * inputStride, inputStride)
    for (let first = -radiusY; first < height + radiusY; first += band) {
      const end = Math.min(first + band, height + radiusY)
      const [top, bottom] = [Math.max(first, 0), Math.min(end, height)]
      if (top < bottom) load(top, bottom - top, top - first)
      for (let row = first; row < end; row++)
        if (row < 0 || row >= height) load(reflect101(row, height), 1, row - first)
      open.run.convolveFolded(
        outputs,
        stride,
        inputs + padded.lead,
        inputStride,
        kernelWeights,
        kernelReaches,
        radiusX,
        radiusY,
        turned,
        width,
        end - first,
        strips,
      )
      // Rows that nothing more is added to.
      for (let row = first; row < end; row++) {
        const output = row - radiusY
        if (output >= 0) open.store(outputs + (row - first) * stride, target, output * width, width)
      }
      open.move(outputs, outputs + band * stride, 2 * radiusY * stride)
    }
  })
}

/**
 * A kernel as `convolveFolded` of the assembly takes it: of each row from the middle to below, the halves of what its weights right and left of the
 * middle have in common and, if `turned`, of what they differ by.
 */
function folded(kernel: BlurKernel): { turned: boolean; reaches: Int32Array; weights: Float32Array } {
  const turned = !isSymmetric(kernel)
  const { width, height, weights } = kernel
  const [radiusX, radiusY] = [(width - 1) / 2, (height - 1) / 2]
  const weight = (y: number, x: number) => weights[(radiusY + y) * width + radiusX + x]!
  const common = (y: number, x: number) => (weight(y, x) + weight(y, -x)) / 2
  const difference = (y: number, x: number) => (weight(y, x) - weight(y, -x)) / 2
  const reaches = new Int32Array(radiusY + 1)
  const values: number[] = []
  for (let y = 0, rows: number[]; y <= radiusY; y += rows.length) {
    rows = y === 0 && radiusY % 2 === 0 ? [y] : [y, y + 1]
    let reach = radiusX
    while (reach > 1 && rows.every((row) => weight(row, reach) === 0 && weight(row, -reach) === 0)) reach--
    reaches[y] = reach
    const add = (from: number, of: number[], value: typeof weight) => {
      for (let x = from; x <= reach; x++) for (const row of of) values.push(...Array<number>(4).fill(value(row, x)))
    }
    add(0, rows, common)
    const opposed = rows.filter((row) => row > 0)
    if (turned) add(1, opposed, difference)
  }
  return { turned, reaches, weights: Float32Array.from(values) }
}
