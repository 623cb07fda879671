import { type CoefficientRounding, codeBlock, quantisationSteps } from './quantisation.js'

/** Side of the squares of four luminance blocks and one block of each chrominance. */
const UNIT = 16

/**
 * Codes planes of rows of `width` samples, 0..1, one gray plane or red, green and blue one after another, and writes what
 * decoding gives, clipped to 0..1, into `target`. Sizes are filled up with black to multiples of 16; chrominance is 4:2:0 by means of
 * 2 x 2, repeated on the way back; float64 throughout.
 */
export function codeImage(
  source: Float32Array,
  target: Float32Array,
  width: number,
  channels: 1 | 3,
  quality: number,
  rounding: CoefficientRounding,
  betweenUnitRows: () => void,
): void {
  const size = source.length / channels
  const height = size / width
  const { luminance, chrominance } = quantisationSteps(quality)
  const y = Array.from({ length: 4 }, () => new Float64Array(64))
  const [cb, cr] = [new Float64Array(64), new Float64Array(64)]
  for (let top = 0; top < height; top += UNIT) {
    betweenUnitRows()
    const rows = Math.min(UNIT, height - top)
    for (let left = 0; left < width; left += UNIT) {
      const columns = Math.min(UNIT, width - left)
      const origin = top * width + left
      if (channels === 1) loadGray(source, origin, width, rows, columns, y)
      else loadColor(source, size, origin, width, rows, columns, y, cb, cr)
      for (const block of y) codeBlock(block, luminance, rounding)
      if (channels === 3) {
        codeBlock(cb, chrominance, rounding)
        codeBlock(cr, chrominance, rounding)
        storeColor(target, size, origin, width, rows, columns, y, cb, cr)
      } else storeGray(target, origin, width, rows, columns, y)
    }
  }
}

/** Index of the block that holds a place of a unit, and index in it. */
const blockOf = (row: number, column: number) => ((row >> 3) << 1) | (column >> 3)
const placeOf = (row: number, column: number) => ((row & 7) << 3) | (column & 7)

function loadGray(
  source: Float32Array,
  origin: number,
  width: number,
  rows: number,
  columns: number,
  y: Float64Array[],
): void {
  for (const block of y) block.fill(-128)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      y[blockOf(row, column)]![placeOf(row, column)] = 255 * source[origin + row * width + column]! - 128
    }
  }
}

/** RGB to YCbCr by the weights of JFIF 1.02; chrominance, already centred on 0, summed over squares of 2 x 2. */
function loadColor(
  source: Float32Array,
  size: number,
  origin: number,
  width: number,
  rows: number,
  columns: number,
  y: Float64Array[],
  cb: Float64Array,
  cr: Float64Array,
): void {
  for (const block of y) block.fill(-128)
  cb.fill(0)
  cr.fill(0)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = origin + row * width + column
      const r = 255 * source[i]!
      const g = 255 * source[i + size]!
      const b = 255 * source[i + 2 * size]!
      y[blockOf(row, column)]![placeOf(row, column)] = 0.299 * r + 0.587 * g + 0.114 * b - 128
      const place = ((row >> 1) << 3) | (column >> 1)
      cb[place]! += 0.25 * (-0.168736 * r - 0.331264 * g + 0.5 * b)
      cr[place]! += 0.25 * (0.5 * r - 0.418688 * g - 0.081312 * b)
    }
  }
}

function storeGray(
  target: Float32Array,
  origin: number,
  width: number,
  rows: number,
  columns: number,
  y: readonly Float64Array[],
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      target[origin + row * width + column] = sampleOf(y[blockOf(row, column)]![placeOf(row, column)]! + 128)
    }
  }
}

function storeColor(
  target: Float32Array,
  size: number,
  origin: number,
  width: number,
  rows: number,
  columns: number,
  y: readonly Float64Array[],
  cb: Float64Array,
  cr: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = origin + row * width + column
      const luma = y[blockOf(row, column)]![placeOf(row, column)]! + 128
      const place = ((row >> 1) << 3) | (column >> 1)
      const [blue, red] = [cb[place]!, cr[place]!]
      target[i] = sampleOf(luma + 1.402 * red)
      target[i + size] = sampleOf(luma - 0.344136 * blue - 0.714136 * red)
      target[i + 2 * size] = sampleOf(luma + 1.772 * blue)
    }
  }
}

function sampleOf(level: number): number {
  return (level < 0 ? 0 : level > 255 ? 255 : level) / 255
}
