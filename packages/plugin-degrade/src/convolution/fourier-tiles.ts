import { aligned, inScratch } from '../kernels/scratch.js'
import type { BlurKernel, Convolution, KernelSize } from './blur-kernel.js'
import { reflect101 } from './border.js'
import { PaddedRows } from './padded-rows.js'

/** Rows and columns of a tile. */
const SIDE = 64
const LAST = SIDE - 1
/** Samples from one row of a spectrum to the next. */
const STRIDE = 68
const PART = SIDE * STRIDE

/** Output columns and rows of a tile; columns are whole vectors, so that no tile writes into another. */
function outputsOf(kernel: KernelSize): [columns: number, rows: number] {
  return [4 * Math.floor((SIDE + 1 - kernel.width) / 4), SIDE + 1 - kernel.height]
}

/** Samples of working memory for a plane of rows of `width` samples. */
export function tilesSamples(width: number, kernel: KernelSize): number {
  const [columns, rows] = outputsOf(kernel)
  return (SIDE + 3 * rows) * (width + columns + SIDE) + 7 * PART
}

/** How many times the samples of an image the samples of its tiles are: infinitely many for a kernel that is too large for a tile. */
export function overlapOf(kernel: KernelSize): number {
  const [columns, rows] = outputsOf(kernel)
  return (SIDE * SIDE) / (Math.max(columns, 0) * Math.max(rows, 0))
}

/**
 * What correlates a plane with a kernel of less than 60 rows and columns, reflect-101 at the borders, by Fourier transforms of tiles of 64 x 64 samples that
 * overlap by the kernel, two tiles in one complex transform; float32 throughout, errors of about 2e-7 for samples in 0..1. The time hardly depends
 * on the kernel. A sample that is not finite spoils its tile.
 */
export function tiledCorrelation(kernel: BlurKernel): Convolution {
  const [columns, rows] = outputsOf(kernel)
  const [radiusX, radiusY] = [(kernel.width - 1) / 2, (kernel.height - 1) / 2]
  let spectrum: Float32Array | undefined
  return (source, target, width, height) => {
    const across = Math.ceil(width / columns)
    spectrum ??= spectrumOf(kernel)
    const frequencies = spectrum
    inScratch([source, target], (scratch) => {
      const padded = new PaddedRows(scratch, source, width, radiusX)
      const length = aligned(Math.max(padded.length, padded.lead / 4 + (across - 1) * columns + SIDE))
      // Two rows of tiles, so that the last tile of one may go with the first of the next. What no row reaches has to be numbers.
      const window = scratch.constants(new Float32Array(0), (SIDE + rows) * length)
      const results = scratch.words(2 * rows * across * columns)
      const byKernel = scratch.constants(frequencies)
      const twiddles = scratch.constants(TWIDDLES)
      const work = scratch.words(4 * PART + SIDE)
      const open = scratch.open()
      const load = (row: number, count: number, to: number) =>
        padded.load(open, row, count, window + to * 4 * length, 4 * length)
      for (let top = 0; top < height; top += 2 * rows) {
        const count = Math.min(2 * rows, height - top)
        const [first, end] = [top - radiusY, top + count + radiusY]
        const [inside, outside] = [Math.max(first, 0), Math.min(end, height)]
        load(inside, outside - inside, inside - first)
        for (let row = first; row < end; row++)
          if (row < 0 || row >= height) load(reflect101(row, height), 1, row - first)
        const tiles = across * Math.ceil(count / rows)
        const place = (tile: number) => {
          const [upper, left] = [Math.floor(tile / across) * rows, (tile % across) * columns]
          return {
            input: window + padded.lead + 4 * (upper * length + left),
            output: results + 4 * (upper * across * columns + left),
            rows: Math.min(rows, count - upper),
          }
        }
        for (let tile = 0; tile < tiles; tile += 2) {
          const one = place(tile)
          // A lone tile goes in twice, so that its rounding does not depend on what lay in memory.
          const other = place(Math.min(tile + 1, tiles - 1))
          open.run.correlateTiles(
            one.output,
            one.rows,
            other.output,
            other.rows,
            4 * across * columns,
            columns,
            one.input,
            other.input,
            4 * length,
            byKernel,
            twiddles,
            work,
          )
        }
        // Not written in place: memory is slow to take what comes from far apart.
        open.storeRows(results, across * columns, target, top * width, width, count)
      }
    })
  }
}

/** cos and sin of -2 pi / 64 times 1, 2 and 3 times the numbers of 16 groups of rows, then of four times those of 4. */
const TWIDDLES = Float32Array.from({ length: 6 * 20 }, (_, i) => {
  const [group, place] = [Math.floor(i / 6), i % 6]
  const angle = (group < 16 ? group : 4 * (group - 16)) * (Math.floor(place / 2) + 1)
  return place % 2 === 0 ? cosine(angle) : -cosine(angle - SIDE / 4)
})

function cosine(angle: number): number {
  return Math.cos((2 * Math.PI * angle) / SIDE)
}

const COSINES = Float64Array.from({ length: SIDE }, (_, angle) => cosine(angle))
const SINES = Float64Array.from({ length: SIDE }, (_, angle) => cosine(angle - SIDE / 4))

/**
 * The frequencies of a kernel as `correlateTiles` of the assembly takes them: along rows, then along columns, each only up to half of the frequencies, since
 * those of opposite sign are made of the same sums, and those of opposite sign in both dimensions are conjugates of each other.
 */
function spectrumOf({ width, height, weights }: BlurKernel): Float32Array {
  const spectrum = new Float32Array(2 * PART)
  const re = new Float64Array(height)
  const im = new Float64Array(height)
  for (let across = 0; across <= SIDE / 2; across++) {
    for (let y = 0; y < height; y++) {
      let real = 0
      let imaginary = 0
      for (let x = 0; x < width; x++) {
        const weight = weights[y * width + x]!
        const angle = (across * x) & LAST
        real += weight * COSINES[angle]!
        imaginary -= weight * SINES[angle]!
      }
      re[y] = real
      im[y] = imaginary
    }
    for (let down = 0; down <= SIDE / 2; down++) {
      let realCos = 0
      let realSin = 0
      let imaginaryCos = 0
      let imaginarySin = 0
      for (let y = 0; y < height; y++) {
        const angle = (down * y) & LAST
        const cos = COSINES[angle]!
        const sin = SINES[angle]!
        realCos += re[y]! * cos
        realSin += re[y]! * sin
        imaginaryCos += im[y]! * cos
        imaginarySin += im[y]! * sin
      }
      putFrequency(spectrum, across, down, realCos + imaginarySin, imaginaryCos - realSin)
      putFrequency(spectrum, across, -down, realCos - imaginarySin, imaginaryCos + realSin)
    }
  }
  return spectrum
}

/** Writes a frequency and the conjugate one of opposite signs. */
function putFrequency(spectrum: Float32Array, across: number, down: number, re: number, im: number): void {
  const at = reversed(across & LAST) * STRIDE + reversed(down & LAST)
  const opposite = reversed(-across & LAST) * STRIDE + reversed(-down & LAST)
  spectrum[at] = spectrum[opposite] = re / (SIDE * SIDE)
  spectrum[PART + opposite] = -im / (SIDE * SIDE)
  spectrum[PART + at] = im / (SIDE * SIDE)
}

/** A number below 64 with its three base-4 digits reversed. */
function reversed(index: number): number {
  return ((index & 3) << 4) | (index & 12) | (index >> 4)
}
