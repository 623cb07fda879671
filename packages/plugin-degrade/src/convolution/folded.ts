import { ROW_SLACK } from '../kernels/kernels.js'
import { inScratch } from '../kernels/scratch.js'
import { blocks } from './bands.js'
import { type BlurKernel, isSymmetric, type KernelSize } from './blur-kernel.js'
import { reflect101 } from './border.js'
import { type RowPart, RowParts, rowPartsSamples } from './row-parts.js'

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
  const band = bandOf((kernel.height - 1) / 2, height)
  const inputs = rowPartsSamples(width, (kernel.width - 1) / 2, band)
  return (
    inputs +
    (3 * band + 2 * kernel.height) * (width + 32) +
    STRIP * (kernel.width + 1) +
    4 * kernel.width * (kernel.height + 2)
  )
}

function bandOf(radiusY: number, height: number): number {
  return Math.max(Math.min(BAND, height), 2 * radiusY)
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
  const band = bandOf(radiusY, height)
  inScratch([source, target], (scratch) => {
    const inputs = new RowParts(scratch, source, width, radiusX, band, isWrittenOut(kernel) ? 4 : ROW_SLACK + 1)
    const length = sumsLength(width)
    const sums = scratch.words((band + 2 * radiusY) * length)
    const edgesLength = sumsLength(inputs.edgesWidth)
    const edgesSums = scratch.words((band + 2 * radiusY) * edgesLength)
    const results = scratch.words(band * length)
    const kernelWeights = scratch.constants(weights)
    const kernelReaches = scratch.constants(reaches)
    const strips = scratch.words((2 * radiusX + 2) * STRIP)
    const open = scratch.open()
    const spread = (part: RowPart, count: number, to: number, stride: number, out: number, outStride: number) =>
      open.run.convolveFolded(
        out,
        outStride,
        to,
        4 * stride,
        part.rows,
        part.stride,
        kernelWeights,
        kernelReaches,
        radiusX,
        radiusY,
        turned,
        part.width,
        count,
        strips,
      )
    // Each adds input rows and gives the output rows that lie `radiusY` above them.
    const addWhole = (first: number, count: number, out: number, outStride: number) => {
      spread(inputs.all(open, first, count, height), count, sums, length, out, outStride)
      open.move(sums, sums + count * length * 4, 2 * radiusY * length * 4)
    }
    const addMiddle = (first: number, count: number, out: number, outStride: number) => {
      for (const { row, rows, at } of runs(first, count, height))
        spread(inputs.middle(open, row), rows, sums + 4 * at * length, length, out + at * outStride, outStride)
      open.move(sums, sums + count * length * 4, 2 * radiusY * length * 4)
    }
    const addEdges = (first: number, count: number, outStride: number) => {
      for (const { row, rows, at } of runs(first, count, height))
        spread(
          inputs.edges(open, row, rows),
          rows,
          edgesSums + 4 * at * edgesLength,
          edgesLength,
          results + at * outStride,
          outStride,
        )
      open.move(edgesSums, edgesSums + count * edgesLength * 4, 2 * radiusY * edgesLength * 4)
    }
    const isSplit = inputs.isSplit(open)
    // Rows above the plane, which no output row lies above.
    if (isSplit) {
      addMiddle(-radiusY, 2 * radiusY, results, 0)
      addEdges(-radiusY, 2 * radiusY, 0)
    } else addWhole(-radiusY, 2 * radiusY, results, 0)
    for (let top = 0; top < height; top += band) {
      const count = Math.min(band, height - top)
      const made = { target, width, source, block: isSplit ? 1 : ROW_SLACK + 1 }
      open.makeRows(made, top, count, results, length, (out, outStride) => {
        if (isSplit) addMiddle(top + radiusY, count, out + 4 * inputs.left, outStride)
        else addWhole(top + radiusY, count, out, outStride)
      })
      if (isSplit) {
        addEdges(top + radiusY, count, 4 * length)
        inputs.storeEdges(open, results, length, target, top, count)
      }
    }
  })
}

/** Rows of sums are so long. At a distance of 4096 bytes they would fall into one set of the cache. */
function sumsLength(width: number): number {
  return blocks(width) + 16
}

/** Consecutive rows of a plane, and at how many rows after the first one. */
interface Run {
  readonly row: number
  readonly rows: number
  readonly at: number
}

/** Rows of which some may lie above or below a plane of `height` rows, as rows of the plane. */
function runs(first: number, count: number, height: number): readonly Run[] {
  const found: Run[] = []
  for (let at = 0; at < count; at += found.at(-1)!.rows) {
    const row = first + at
    const isInside = row >= 0 && row < height
    found.push({ row: reflect101(row, height), rows: isInside ? Math.min(count - at, height - row) : 1, at })
  }
  return found
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
