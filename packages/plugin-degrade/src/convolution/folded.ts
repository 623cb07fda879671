import { ROW_SLACK } from '../kernels/kernels.js'
import { aligned, inScratch } from '../kernels/scratch.js'
import { blocks } from './bands.js'
import { type BlurKernel, isSymmetric, type KernelSize } from './blur-kernel.js'
import { reflect101 } from './border.js'
import { PaddedRows } from './padded-rows.js'

/** Output rows made at once. */
const BAND = 16
/** Samples that the kernel's strips are apart. */
const STRIP = 272

/** What correlating with a kernel costs in times of one product of a dense kernel, as measured. */
export function foldedCost(kernel: BlurKernel): number {
  const { width, weights } = kernel
  const symmetric = isSymmetric(kernel)
  if (isWrittenOut(kernel)) {
    const [five, seven] = symmetric ? [18, 27] : [23, 39]
    return width === 5 ? five : seven
  }
  return symmetric ? 22 + 0.38 * weights.length : 15 + 0.7 * weights.length
}

/** Whether the assembly has a kernel of its own for this size. */
function isWrittenOut({ width, height }: BlurKernel): boolean {
  return width === height && (width === 5 || width === 7)
}

/** Samples of working memory that `convolveFolded` takes for a plane and a kernel of these sizes, at most. */
export function foldedSamples(width: number, height: number, kernel: KernelSize): number {
  const rows = 3 * Math.max(Math.min(BAND, height), kernel.height) + kernel.height
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
  const band = Math.max(Math.min(BAND, height), 2 * radiusY)
  inScratch([source, target], (scratch) => {
    const padded = new PaddedRows(scratch, source, width, radiusX)
    const inputStride = 4 * aligned(padded.length + ROW_SLACK)
    const inputs = scratch.words((band * inputStride) / 4)
    // Rows at a distance of 4096 bytes would fall into one set of the cache.
    const length = blocks(width) + 16
    const sums = scratch.words((band + 2 * radiusY) * length)
    const results = scratch.words(band * length)
    const kernelWeights = scratch.constants(weights)
    const kernelReaches = scratch.constants(reaches)
    const strips = scratch.words((2 * radiusX + 2) * STRIP)
    const open = scratch.open()
    const load = (row: number, count: number, to: number) =>
      padded.load(open, row, count, inputs + to * inputStride, inputStride)
    // Adds input rows and gives the output rows that lie `radiusY` above them.
    const add = (first: number, count: number, out: number, outStride: number) => {
      const end = first + count
      const [top, bottom] = [Math.max(first, 0), Math.min(end, height)]
      if (top < bottom) load(top, bottom - top, top - first)
      for (let row = first; row < end; row++)
        if (row < 0 || row >= height) load(reflect101(row, height), 1, row - first)
      open.run.convolveFolded(
        out,
        outStride,
        sums,
        length * 4,
        inputs + padded.lead,
        inputStride,
        kernelWeights,
        kernelReaches,
        radiusX,
        radiusY,
        turned,
        width,
        count,
        strips,
      )
      open.move(sums, sums + count * length * 4, 2 * radiusY * length * 4)
    }
    // Rows above the plane, which no output row lies above.
    add(-radiusY, 2 * radiusY, results, 0)
    for (let top = 0; top < height; top += band) {
      const count = Math.min(band, height - top)
      open.makeRows({ target, width, source, block: ROW_SLACK + 1 }, top, count, results, length, (out, outStride) =>
        add(top + radiusY, count, out, outStride),
      )
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
  const own = isWrittenOut(kernel)
  const reaches = new Int32Array(radiusY + 1)
  const values: number[] = []
  for (let y = 0, rows: number[]; y <= radiusY; y += rows.length) {
    rows = y === 0 && radiusY % 2 === 0 ? [y] : [y, y + 1]
    let reach = radiusX
    while (!own && reach > 1 && rows.every((row) => weight(row, reach) === 0 && weight(row, -reach) === 0)) reach--
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
