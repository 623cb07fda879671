import { ROW_SLACK } from '../kernels/kernels.js'
import { aligned, type OpenScratch, type Scratch } from '../kernels/scratch.js'
import { type Border, reflect101 } from './border.js'
import { PaddedRows } from './padded-rows.js'

/** Columns of outputs that are worth being computed in place. */
const LEAST = 64

/** Input rows for some columns of outputs. */
export interface RowPart {
  /** Address of the first of the samples that the first output depends on. */
  readonly rows: number
  /** Bytes from one row to the next: `copyStride` or `planeStride`. */
  readonly stride: number
  /** Outputs of a row. */
  readonly width: number
}

/**
 * Rows of `width` samples of a plane for kernels that need `radius` samples more before and behind. Where kernels reach the plane itself they read most
 * of it there, while the processor brings what follows; only columns near the edges are copied and padded. Otherwise whole rows are.
 */
export class RowParts {
  /** The columns of outputs from `left` to before `right` depend on no sample beyond the edges: they are whole blocks of what kernels write at once. */
  readonly left: number
  readonly right: number
  readonly planeStride: number
  readonly copyStride: number
  /** Outputs of a row of edges; 0 if too little lies between them. */
  readonly edgesWidth: number
  private readonly copies: number
  private readonly whole: PaddedRows
  private readonly ends: PaddedRows | undefined

  /** `most`: rows needed at once, at most; `block`: samples that kernels write at once. */
  constructor(
    scratch: Scratch,
    private readonly source: Float32Array,
    private readonly width: number,
    private readonly radius: number,
    most: number,
    block: number,
    private readonly border: Border = reflect101,
  ) {
    this.left = aligned(Math.max(radius, 1))
    this.right = this.left + block * Math.floor((width - radius - this.left) / block)
    this.whole = new PaddedRows(scratch, source, width, radius, border)
    const between = this.right - this.left
    const around = width - between + 2 * radius
    if (between >= Math.max(LEAST, around)) {
      this.ends = new PaddedRows(scratch, source, width, radius, border, [
        { from: 0, to: this.left + radius },
        { from: this.right - radius, to: width },
      ])
    }
    this.edgesWidth = this.ends?.count ?? 0
    this.planeStride = 4 * width
    this.copyStride = 4 * aligned(this.whole.length + ROW_SLACK)
    // Kernels may read one row more than they need.
    this.copies = scratch.words(((most + 1) * this.copyStride) / 4 + ROW_SLACK)
  }

  /** Whether most columns are read in place. */
  isSplit(open: OpenScratch): boolean {
    return this.ends !== undefined && open.addressOf(this.source) !== undefined
  }

  /** Rows of the plane from row `first` on for outputs from `left` to `right`, if they are read in place. */
  middle(open: OpenScratch, first: number): RowPart {
    const { source, width, radius, left, right, planeStride } = this
    return {
      rows: open.addressOf(source)! + 4 * (first * width + left - radius),
      stride: planeStride,
      width: right - left,
    }
  }

  /**
   * A copy of `count` rows of the plane from row `first` on for the other outputs: those before `left`, as many without a meaning as a sample depends on
   * others, and those from `right` on.
   */
  edges(open: OpenScratch, first: number, count: number): RowPart {
    this.ends!.load(open, first, count, this.copies, this.copyStride)
    return this.copyOf(this.ends!)
  }

  /** Takes outputs of edges, `stride` samples apart at `address`, to their columns of `count` rows of `target` from row `top` on. */
  storeEdges(
    open: OpenScratch,
    address: number,
    stride: number,
    target: Float32Array,
    top: number,
    count: number,
  ): void {
    const { width, left, right, edgesWidth } = this
    const behind = width - right
    open.storeRows(address, stride, target, top * width, left, count, width)
    open.storeRows(address + 4 * (edgesWidth - behind), stride, target, top * width + right, behind, count, width)
  }

  /** A copy of `count` whole rows from row `first` on, of which some may lie above or below the plane of `height` rows. */
  all(open: OpenScratch, first: number, count: number, height: number): RowPart {
    const { whole, border, copies, copyStride } = this
    const [inside, outside] = [Math.max(first, 0), Math.min(first + count, height)]
    const load = (row: number, rows: number, at: number) =>
      whole.load(open, row, rows, copies + (at - first) * copyStride, copyStride)
    if (inside < outside) load(inside, outside - inside, inside)
    for (let row = first; row < first + count; row++) if (row < 0 || row >= height) load(border(row, height), 1, row)
    return this.copyOf(whole)
  }

  private copyOf({ lead, count }: PaddedRows): RowPart {
    return { rows: this.copies + lead, stride: this.copyStride, width: count }
  }
}

/** Samples of working memory for `most` rows. */
export function rowPartsSamples(width: number, radius: number, most: number): number {
  return (most + 2) * (width + 2 * radius + 2 * (ROW_SLACK + 1)) + 4 * radius
}
