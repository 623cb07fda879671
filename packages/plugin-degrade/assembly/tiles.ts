// Correlation of tiles of 64 x 64 samples by Fourier transforms, two tiles in one complex transform: one is the real part, one the imaginary part. Each
// dimension takes three steps of radix 4. The way forth leaves frequencies in the order of reversed base-4 digits, from which the way back starts, so
// that nothing is sorted. Steps that meet are one: those next to the middle with the product, those between the dimensions with turning rows into columns.

import { join, joinTurned, PART, SIDE, STRIDE, split, splitTurned, weigh } from './radix4'

/** Bytes of the twiddles of four numbers: cos and sin of the angle, of twice and of three times the angle. */
const TWIDDLES: usize = 24

/** `split` or `join` of four rows `quarter` bytes apart in place, 16 columns. */
// inline
function four(p0: usize, quarter: usize, w: usize, turns: bool, splits: bool): void {
  const p1 = p0 + quarter
  const p2 = p1 + quarter
  const p3 = p2 + quarter
  for (let x: usize = 0; x < 64; x += 32) {
    inPlace(p0 + x, p1 + x, p2 + x, p3 + x, w, turns, splits)
    inPlace(p0 + x + 16, p1 + x + 16, p2 + x + 16, p3 + x + 16, w, turns, splits)
  }
}

// inline
function inPlace(p0: usize, p1: usize, p2: usize, p3: usize, w: usize, turns: bool, splits: bool): void {
  if (splits) split(p0, p1, p2, p3, p0 + PART, p1 + PART, p2 + PART, p3 + PART, p0, p1, p2, p3, w, turns)
  else join(p0, p1, p2, p3, p0, p1, p2, p3, p0 + PART, p1 + PART, p2 + PART, p3 + PART, w, turns)
}

/** One step of a strip of 16 columns: splits every `span` rows into four, or joins four. */
// inline
function step(strip: usize, span: usize, twiddles: usize, splits: bool): void {
  const quarter = (span >> 2) * STRIDE
  for (const end = strip + PART; strip < end; strip += span * STRIDE) {
    four(strip, quarter, twiddles, false, splits)
    let w = twiddles + TWIDDLES
    for (let p = strip + STRIDE, last = strip + quarter; p < last; p += STRIDE, w += TWIDDLES)
      four(p, quarter, w, true, splits)
  }
}

function splitStrip(strip: usize, span: usize, twiddles: usize): void {
  step(strip, span, twiddles, true)
}

function joinStrip(strip: usize, span: usize, twiddles: usize): void {
  step(strip, span, twiddles, false)
}

/** The first step of all rows at `in0` and `in1`, which become the parts of `tile`. */
function enter(tile: usize, in0: usize, in1: usize, inStride: usize, twiddles: usize): void {
  const quarter = (SIDE / 4) * STRIDE
  const far = (SIDE / 4) * inStride
  const last = tile + quarter
  for (let p = tile, w = twiddles; p < last; p += STRIDE, w += TWIDDLES, in0 += inStride, in1 += inStride) {
    for (let x: usize = 0; x < 4 * SIDE; x += 16) {
      const u = in0 + x
      const v = in1 + x
      const u2 = u + 2 * far
      const v2 = v + 2 * far
      const to = p + x
      split(
        u,
        u + far,
        u2,
        u2 + far,
        v,
        v + far,
        v2,
        v2 + far,
        to,
        to + quarter,
        to + 2 * quarter,
        to + 3 * quarter,
        w,
        true,
      )
    }
  }
}

// inline
function rowOr(spare: usize, out: usize, stride: usize, row: i32, rows: i32): usize {
  return row < rows ? out + <usize>row * stride : spare
}

/** The last step: the first `rows0` and `rows1` rows of the parts of `tile`, `bytes` of each, go to `out0` and `out1`; others to `spare`. */
function leave(
  out0: usize,
  rows0: i32,
  out1: usize,
  rows1: i32,
  stride: usize,
  tile: usize,
  bytes: usize,
  twiddles: usize,
  spare: usize,
): void {
  const quarter = (SIDE / 4) * STRIDE
  const rows = <i32>(SIDE / 4)
  let p = tile
  let w = twiddles
  for (let y = 0; y < rows; y++, p += STRIDE, w += TWIDDLES) {
    const u0 = rowOr(spare, out0, stride, y, rows0)
    const u1 = rowOr(spare, out0, stride, y + rows, rows0)
    const u2 = rowOr(spare, out0, stride, y + 2 * rows, rows0)
    const u3 = rowOr(spare, out0, stride, y + 3 * rows, rows0)
    const v0 = rowOr(spare, out1, stride, y, rows1)
    const v1 = rowOr(spare, out1, stride, y + rows, rows1)
    const v2 = rowOr(spare, out1, stride, y + 2 * rows, rows1)
    const v3 = rowOr(spare, out1, stride, y + 3 * rows, rows1)
    for (let x: usize = 0; x < bytes; x += 16) {
      const at = p + x
      join(
        at,
        at + quarter,
        at + 2 * quarter,
        at + 3 * quarter,
        u0 + x,
        u1 + x,
        u2 + x,
        u3 + x,
        v0 + x,
        v1 + x,
        v2 + x,
        v3 + x,
        w,
        true,
      )
    }
  }
}

/**
 * Correlates two tiles, whose rows lie `inStride` bytes apart from `in0` and `in1` on, with the kernel that `spectrum` is of. The first `columns` (a multiple of
 * 4) of the first `rows0` and `rows1` rows of the results go to `out0` and `out1`, rows `stride` bytes apart.
 * `spectrum` holds the frequencies in both dimensions divided by 64 * 64, real parts and then imaginary ones, in rows of 68 numbers: frequencies across
 * from row to row, those down along a row, both in the order of reversed base-4 digits. `twiddles` holds those of 16 groups of four rows, then those of 4. `work` has room for four parts and a row.
 */
export function correlateTiles(
  out0: usize,
  rows0: i32,
  out1: usize,
  rows1: i32,
  stride: usize,
  columns: i32,
  in0: usize,
  in1: usize,
  inStride: usize,
  spectrum: usize,
  twiddles: usize,
  work: usize,
): void {
  const narrow = twiddles + (SIDE / 4) * TWIDDLES
  const tile = work
  const turned = tile + 2 * PART
  const spare = turned + 2 * PART
  const bytes = (<usize>columns) << 2
  enter(tile, in0, in1, inStride, twiddles)
  for (let x: usize = 0; x < 4 * SIDE; x += 64) {
    const strip = tile + x
    splitStrip(strip, SIDE / 4, narrow)
    let to = turned + x * (STRIDE / 4)
    for (let p = strip, end = strip + PART; p < end; p += 4 * STRIDE, to += 16) {
      splitTurned(p, to)
      splitTurned(p + 16, to + 4 * STRIDE)
      splitTurned(p + 32, to + 8 * STRIDE)
      splitTurned(p + 48, to + 12 * STRIDE)
    }
  }
  for (let x: usize = 0; x < 4 * SIDE; x += 64) {
    const strip = turned + x
    splitStrip(strip, SIDE, twiddles)
    splitStrip(strip, SIDE / 4, narrow)
    let by = spectrum + x
    for (let p = strip, end = strip + PART; p < end; p += 4 * STRIDE, by += 4 * STRIDE) {
      weigh(p, by)
      weigh(p + 16, by + 16)
      weigh(p + 32, by + 32)
      weigh(p + 48, by + 48)
    }
    joinStrip(strip, SIDE / 4, narrow)
    joinStrip(strip, SIDE, twiddles)
    let p = strip
    for (let to = tile + x * (STRIDE / 4), end = to + bytes; to < end; to += 16, p += 4 * STRIDE) {
      joinTurned(p, to)
      joinTurned(p + 16, to + 4 * STRIDE)
      joinTurned(p + 32, to + 8 * STRIDE)
      joinTurned(p + 48, to + 12 * STRIDE)
    }
  }
  for (let x: usize = 0; x < bytes; x += 64) joinStrip(tile + x, SIDE / 4, narrow)
  leave(out0, rows0, out1, rows1, stride, tile, bytes, twiddles, spare)
}
