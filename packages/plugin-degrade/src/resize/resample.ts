import { ROW_SLACK } from '../kernels/kernels.js'
import { type OpenScratch, Scratch } from '../kernels/scratch.js'
import type { Resampling } from './resampling.js'

/** Rows that the column kernel takes at once, and columns that it writes at once. */
const GROUP = 4

/**
 * Resamples a plane of rows of `width` samples to `x.starts.length` x `y.starts.length` samples, columns and rows in the
 * order that makes the smaller intermediate plane; float32 sums. Working memory is that of some rows.
 */
export function resamplePlane(
  source: Float32Array,
  width: number,
  x: Resampling,
  y: Resampling,
  target: Float32Array,
): void {
  const height = source.length / width
  if (width * y.starts.length <= x.starts.length * height) resampleRowsFirst(source, width, x, y, target)
  else resampleColumnsFirst(source, width, x, y, target)
}

/** Combines input rows into groups of output rows, then resamples their columns. Input rows that no output needs are not read. */
function resampleRowsFirst(
  source: Float32Array,
  width: number,
  x: Resampling,
  y: Resampling,
  target: Float32Array,
): void {
  const outputWidth = x.starts.length
  const outputHeight = y.starts.length
  const scratch = new Scratch()
  const columns = new ColumnPass(scratch, x, width, ROW_SLACK)
  const rows = new RowPass(scratch, y, width, width)
  const stride = padded(outputWidth)
  const results = scratch.words(GROUP * stride)
  const result = (i: number) => results + i * stride * 4
  const open = scratch.open()
  let done = 0
  for (let top = 0; top < outputHeight; top += GROUP) {
    const count = Math.min(GROUP, outputHeight - top)
    for (let i = top; i < top + count; i++) {
      const needed = y.starts[i]! + y.taps
      for (done = Math.max(done, y.starts[i]!); done < needed; ) {
        const run = Math.min(needed - done, rows.untilWrap(done))
        open.load(rows.slot(done), source, done * width, run * width)
        done += run
      }
    }
    rows.run(open, top, count, columns.input(0), columns.stride)
    columns.run(open, result(0), result(1), result(2), result(3))
    open.storeRows(results, stride, target, top * outputWidth, outputWidth, count)
  }
}

/** Resamples the columns of groups of input rows, then combines them into output rows. */
function resampleColumnsFirst(
  source: Float32Array,
  width: number,
  x: Resampling,
  y: Resampling,
  target: Float32Array,
): void {
  const height = source.length / width
  const outputWidth = x.starts.length
  const outputHeight = y.starts.length
  const scratch = new Scratch()
  const columns = new ColumnPass(scratch, x, width, 0)
  const rows = new RowPass(scratch, y, outputWidth, outputWidth + ROW_SLACK)
  const strip = scratch.words(GROUP * outputWidth + ROW_SLACK)
  const open = scratch.open()
  let done = 0
  for (let top = 0; top < outputHeight; top += GROUP) {
    const count = Math.min(GROUP, outputHeight - top)
    for (const needed = y.starts[top + count - 1]! + y.taps; done < needed; done += GROUP) {
      open.load(columns.input(0), source, done * width, Math.min(GROUP, height - done) * width)
      columns.run(open, rows.slot(done), rows.slot(done + 1), rows.slot(done + 2), rows.slot(done + 3))
    }
    rows.run(open, top, count, strip, outputWidth)
    open.store(strip, target, top * outputWidth, count * outputWidth)
  }
}

/** The row half of a resize: a ring of input rows, of which output rows are weighted sums. */
class RowPass {
  private readonly capacity: number
  private readonly weights: number
  private readonly starts: number
  private readonly addresses: number
  private readonly ring: number

  /** `stride`: samples from one row of the ring to the next. */
  constructor(
    scratch: Scratch,
    private readonly y: Resampling,
    private readonly width: number,
    private readonly stride: number,
  ) {
    // What a group of output rows needs, and a group of input rows written ahead of it.
    const spans = y.starts.map((start, i) => start - y.starts[Math.max(0, i - GROUP + 1)]!)
    this.capacity = y.taps + Math.max(...spans) + GROUP
    this.weights = scratch.constants(y.weights)
    this.starts = scratch.constants(y.starts)
    this.addresses = scratch.words(y.taps)
    this.ring = scratch.words(this.capacity * stride + ROW_SLACK)
  }

  /** Address of an input row; it holds until `capacity` rows later. */
  slot(row: number): number {
    return this.ring + (row % this.capacity) * this.stride * 4
  }

  /** Rows from this one on, itself included, that lie one after another in the ring. */
  untilWrap(row: number): number {
    return this.capacity - (row % this.capacity)
  }

  /** Makes `count` output rows from row `first` on, `stride` samples apart at `out`. */
  run({ run }: OpenScratch, first: number, count: number, out: number, stride: number): void {
    const { ring, capacity, addresses, width } = this
    const { taps } = this.y
    run.resampleRows(
      out,
      stride * 4,
      ring,
      this.stride * 4,
      capacity,
      this.starts + first * 4,
      this.weights + first * taps * 4,
      taps,
      width,
      count,
      addresses,
    )
  }
}

/** The column half of a resize, four rows at a time. */
class ColumnPass {
  private readonly rows: number
  private readonly columns: number
  private readonly starts: number
  private readonly weights: number
  /** Samples from one input row to the next. */
  readonly stride: number

  /** `slack`: samples that may be written after the end of an input row. */
  constructor(
    scratch: Scratch,
    private readonly x: Resampling,
    private readonly width: number,
    slack: number,
  ) {
    const outputWidth = padded(x.starts.length)
    this.stride = width + slack
    this.starts = scratch.constants(x.starts, outputWidth)
    this.weights = scratch.constants(x.weights, outputWidth * x.taps)
    this.rows = scratch.words(GROUP * this.stride + GROUP)
    this.columns = scratch.words(GROUP * padded(width))
  }

  /** Address of input row `i` of the group. */
  input(i: number): number {
    return this.rows + i * this.stride * 4
  }

  /** Resamples the four input rows; each output row needs room for a multiple of 4 samples. */
  run({ run }: OpenScratch, out0: number, out1: number, out2: number, out3: number): void {
    run.interleave(this.columns, this.input(0), this.input(1), this.input(2), this.input(3), this.width)
    run.resampleColumns(
      out0,
      out1,
      out2,
      out3,
      this.columns,
      this.starts,
      this.weights,
      this.x.taps,
      this.x.starts.length,
    )
  }
}

function padded(width: number): number {
  return Math.ceil(width / GROUP) * GROUP
}
