import { RowWindow } from '../convolution/row-window.js'
import { ROW_SLACK } from '../kernels/kernels.js'
import { inScratch, type OpenScratch, type Scratch } from '../kernels/scratch.js'
import { arePairs, resamplePairs } from './pairs.js'
import type { Resampling } from './resampling.js'

/** Rows that the column kernel takes at once, and columns that it writes at once. */
const GROUP = 4
/** Input rows brought in at once; a multiple of GROUP. */
const BATCH = 8
/** So many rows may lie at a distance of 4096 bytes; of more, some would push others out of their set of the cache. */
const FEW = 4

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
  if (arePairs(x, y)) return resamplePairs(source, width, x, y, target)
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
  inScratch([source, target], (scratch) => {
    const columns = new ColumnPass(scratch, x, width)
    const skips = y.starts.some((start, i) => i > 0 && start > y.starts[i - 1]! + y.taps)
    const rows = new RowPass(scratch, y, width, source.length / width, skips ? 1 : BATCH)
    const inputs = columns.inputs(scratch)
    const stride = padded(outputWidth)
    const results = scratch.words(GROUP * stride)
    const spare = scratch.words(stride)
    const open = scratch.open()
    const inPlace = y.taps <= FEW ? open.addressOf(source) : undefined
    const load = (first: number, count: number, address: number) => {
      open.loadRows(address, rows.stride / 4, source, first * width, width, count)
    }
    for (let top = 0; top < outputHeight; top += GROUP) {
      const count = Math.min(GROUP, outputHeight - top)
      for (let i = 0; i < count; i++) {
        if (inPlace === undefined) rows.run(open, top + i, inputs[i]!, load)
        else rows.runInPlace(open, top + i, inputs[i]!, inPlace)
      }
      const made = { target, width: outputWidth, source, block: GROUP }
      open.makeRows(made, top, count, results, stride, (out, outStride) => {
        const result = (i: number) => (i < count ? out + i * outStride : spare)
        columns.run(open, inputs, result(0), result(1), result(2), result(3))
      })
    }
  })
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
  inScratch([source, target], (scratch) => {
    const columns = new ColumnPass(scratch, x, width)
    const rows = new RowPass(scratch, y, outputWidth, height, BATCH)
    const copies = columns.inputs(scratch)
    const strip = scratch.words(GROUP * outputWidth + ROW_SLACK)
    const spare = scratch.words(padded(outputWidth))
    const open = scratch.open()
    const inPlace = open.addressOf(source)
    const inputsFrom = (row: number) => {
      const places = copies.map((_, i) => 4 * width * Math.min(row + i, height - 1))
      if (inPlace !== undefined) return places.map((place) => inPlace + place)
      places.forEach((place, i) => open.load(copies[i]!, source, place / 4, width))
      return copies
    }
    const resample = (first: number, count: number, address: number) => {
      for (let i = 0; i < count; i += GROUP) {
        const result = (k: number) => (i + k < count ? address + (i + k) * rows.stride : spare)
        columns.run(open, inputsFrom(first + i), result(0), result(1), result(2), result(3))
      }
    }
    for (let top = 0; top < outputHeight; top += GROUP) {
      const count = Math.min(GROUP, outputHeight - top)
      open.makeRows({ target, width: outputWidth, source }, top, count, strip, outputWidth, (out, outStride) => {
        for (let i = 0; i < count; i++) rows.run(open, top + i, out + i * outStride, resample)
      })
    }
  })
}

/** The row half of a resize: output rows as weighted sums of rows in a window. */
class RowPass {
  private readonly window: RowWindow
  private readonly weights: number
  private readonly offsets: number
  private readonly offsetsInPlace: number
  /** Bytes from one row of the window to the next. */
  readonly stride: number

  /** `group`: rows of the window that are made at once. */
  constructor(
    scratch: Scratch,
    private readonly y: Resampling,
    private readonly width: number,
    private readonly height: number,
    private readonly group: number,
  ) {
    const samples = y.taps <= FEW ? width : width + ROW_SLACK
    this.window = new RowWindow(scratch, samples, height, y.taps + group, 0)
    this.stride = this.window.stride
    this.weights = scratch.constants(y.weights)
    this.offsets = scratch.constants(Int32Array.from({ length: y.taps }, (_, k) => k * this.stride))
    this.offsetsInPlace = scratch.constants(Int32Array.from({ length: y.taps }, (_, k) => 4 * k * width))
  }

  /** Makes output row `row` at `out` after `make` has brought in the rows that it needs, some at once. */
  run(open: OpenScratch, row: number, out: number, make: Parameters<RowWindow['need']>[3]): void {
    const { starts, taps } = this.y
    const start = starts[row]!
    const end = Math.min(this.height, Math.ceil((start + taps) / this.group) * this.group)
    const rows = this.window.need(open, start, end, make)
    open.run.sumShifted(out, 0, rows, 0, this.offsets, this.weights + row * taps * 4, taps, this.width, 1)
  }

  /** The same from rows that lie one after another at `plane`. */
  runInPlace(open: OpenScratch, row: number, out: number, plane: number): void {
    const { starts, taps } = this.y
    const rows = plane + 4 * starts[row]! * this.width
    open.run.sumShifted(out, 0, rows, 0, this.offsetsInPlace, this.weights + row * taps * 4, taps, this.width, 1)
  }
}

/** The column half of a resize, four rows at a time. */
class ColumnPass {
  private readonly columns: number
  private readonly starts: number
  private readonly weights: number

  constructor(
    scratch: Scratch,
    private readonly x: Resampling,
    private readonly width: number,
  ) {
    const outputWidth = padded(x.starts.length)
    this.starts = scratch.constants(x.starts, outputWidth)
    this.weights = scratch.constants(x.weights, outputWidth * x.taps)
    this.columns = scratch.words(GROUP * padded(width))
  }

  /** Room for four input rows. */
  inputs(scratch: Scratch): number[] {
    return Array.from({ length: GROUP }, () => scratch.words(this.width + ROW_SLACK))
  }

  /** Resamples the input rows at four addresses; each output row needs room for a multiple of 4 samples. */
  run(
    { run }: OpenScratch,
    [in0, in1, in2, in3]: readonly number[],
    out0: number,
    out1: number,
    out2: number,
    out3: number,
  ): void {
    run.interleave(this.columns, in0!, in1!, in2!, in3!, this.width)
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
