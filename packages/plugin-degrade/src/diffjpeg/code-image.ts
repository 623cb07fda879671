import { inScratch } from '../kernels/scratch.js'
import { type CoefficientRounding, quantisationSteps } from './quantisation.js'

/** Side of the squares of four luminance blocks and one block of each chrominance. */
const UNIT = 16
/** Bytes of working memory of a unit. */
const WORK = 4096

/** White, and the level that becomes 0. */
const LEVELS = [255, 128]
/** What red, green and blue weigh in Y, Cb and Cr (JFIF 1.02), as far as they differ, and a quarter for the mean of 2 x 2. */
const TO_YCC = [0.299, 0.587, 0.114, -0.168736, 0.331264, 0.5, 0.418688, 0.081312, 0.25]
/** What Cr adds to red, Cb and Cr take from green, and Cb adds to blue. */
const TO_RGB = [1.402, 0.344136, 0.714136, 1.772]

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
  const units = Math.ceil(width / UNIT)
  const numbers = tables(quality)
  inScratch([source, target], (scratch) => {
    const stride = units * UNIT
    const rowBytes = 4 * stride
    const samples = scratch.words(channels * UNIT * stride)
    const black = scratch.constants(new Float32Array(0), stride)
    const constants = scratch.words(2 * numbers.length)
    const work = scratch.words(WORK / 4)
    const open = scratch.open()
    open.loadDoubles(constants, numbers)
    for (let top = 0; top < height; top += UNIT) {
      betweenUnitRows()
      const rows = Math.min(UNIT, height - top)
      for (let c = 0; c < channels; c++) {
        const plane = samples + c * UNIT * rowBytes
        open.loadRows(plane, stride, source, c * size + top * width, width, rows)
        if (width < stride)
          for (let row = 0; row < rows; row++)
            open.move(plane + row * rowBytes + 4 * width, black, 4 * (stride - width))
        for (let row = rows; row < UNIT; row++) open.move(plane + row * rowBytes, black, rowBytes)
      }
      open.run.codeUnits(
        samples,
        rowBytes,
        UNIT * rowBytes,
        units,
        channels === 3,
        rounding === 'soft',
        constants,
        work,
      )
      for (let c = 0; c < channels; c++)
        open.storeRows(samples + c * UNIT * rowBytes, stride, target, c * size + top * width, width, rows)
    }
  })
}

/** Samples of working memory for rows of `width` samples. */
export function codingSamples(width: number, channels: number): number {
  return (channels * UNIT + 1) * (width + UNIT) + WORK
}

/** Numbers as `codeUnits` of the assembly takes them: cosines of the DCT at 0, levels and weights at 8, steps at 32 and 96. */
function tables(quality: number): Float64Array {
  const numbers = new Float64Array(160)
  const { luminance, chrominance } = quantisationSteps(quality)
  for (let k = 1; k < 8; k++) numbers[k - 1] = Math.cos((k * Math.PI) / 16) / 2
  numbers.set([...LEVELS, ...TO_YCC, ...TO_RGB], 8)
  numbers.set(luminance, 32)
  numbers.set(chrominance, 96)
  return numbers
}
