import { ROW_SLACK } from '../kernels/kernels.js'
import { inScratch } from '../kernels/scratch.js'
import type { BlurKernel } from './blur-kernel.js'
import { PaddedRows } from './padded-rows.js'
import { RowWindow } from './row-window.js'

/** Tiles are squares with one of these sides, the first that leaves at least half of a side for outputs. */
const SIDES = [256, 1024]
/** Taken off before and put back after: samples near 0 leave smaller rounding errors. */
const OFFSET = 0.5

/**
 * Correlates a plane with a kernel by Fourier transforms of tiles that overlap by the kernel, two tiles in one complex transform; float32 throughout, errors
 * of about 1e-6 for samples in 0..1. The time hardly depends on the kernel. A sample that is not finite spoils its tile.
 * Working memory is that of a row of tiles. Kernels have at most 512 rows and columns.
 */
export function convolveByFourier(
  source: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
  { width: kernelWidth, height: kernelHeight, weights: kernel }: BlurKernel,
): void {
  const [radiusX, radiusY] = [(kernelWidth - 1) / 2, (kernelHeight - 1) / 2]
  const size = sideFor(kernelWidth, kernelHeight)
  const [stepX, stepY] = [size - kernelWidth + 1, size - kernelHeight + 1]
  const rowLength = size + ROW_SLACK + 1
  const stride = 4 * rowLength

  inScratch([source, target], (scratch) => {
    const band = Math.min(stepY, height)
    const padded = new PaddedRows(scratch, source, width, radiusX)
    const window = new RowWindow(scratch, padded.length, height, band + 2 * radiusY, radiusY)
    const twiddles = scratch.constants(twiddlesOf(size))
    const spectrum = scratch.constants(inTile(kernel, kernelWidth, rowLength, 1 / (size * size)), size * rowLength)
    const spectrumImaginary = scratch.constants(new Float32Array(0), size * rowLength)
    const re = scratch.words(size * rowLength)
    const im = scratch.words(size * rowLength)
    const results = scratch.words(band * width)
    const open = scratch.open()
    const { run } = open
    const transform = (real: number, imaginary: number) => {
      run.transformColumns(real, imaginary, size, stride, twiddles)
      run.transpose(real, size, stride)
      run.transpose(imaginary, size, stride)
      run.transformColumns(real, imaginary, size, stride, twiddles)
    }
    const restore = () => {
      run.restoreColumns(re, im, size, stride, twiddles)
      run.transpose(re, size, stride)
      run.transpose(im, size, stride)
      run.restoreColumns(re, im, size, stride, twiddles)
    }
    transform(spectrum, spectrumImaginary)
    const lift = OFFSET * kernel.reduce((sum, weight) => sum + weight, 0)

    for (let top = 0; top < height; top += stepY) {
      const count = Math.min(stepY, height - top)
      const rows = window.need(open, top - radiusY, top + count + radiusY, (first, count, address) =>
        padded.load(open, first, count, address, window.stride),
      )
      for (let left = 0; left < width; left += 2 * stepX) {
        const load = (tile: number, from: number) =>
          run.loadTile(
            tile,
            size,
            stride,
            rows + padded.lead + from * 4,
            window.stride,
            width + 2 * radiusX - from,
            count + 2 * radiusY,
            OFFSET,
          )
        const store = (tile: number, from: number) =>
          run.storeTile(results + from * 4, width * 4, tile, stride, Math.min(stepX, width - from), count, lift)
        const second = left + stepX
        load(re, left)
        // A lone tile goes in twice, so that its rounding does not depend on what lay in memory.
        load(im, second < width ? second : left)
        transform(re, im)
        run.multiplyConjugate(re, im, spectrum, spectrumImaginary, size * stride)
        restore()
        store(re, left)
        if (second < width) store(im, second)
      }
      open.store(results, target, top * width, count * width)
    }
  })
}

function sideFor(kernelWidth: number, kernelHeight: number): number {
  return SIDES.find((side) => 2 * Math.max(kernelWidth, kernelHeight) <= side)!
}

/** Samples of working memory for planes of rows of `width` samples. */
export function fourierSamples(width: number, kernelWidth: number, kernelHeight: number): number {
  const size = sideFor(kernelWidth, kernelHeight)
  return 3 * size * (width + kernelWidth + 2 * size)
}

/** cos and sin of -2 pi n / size, in turn. */
function twiddlesOf(size: number): Float32Array {
  return Float32Array.from({ length: 2 * size }, (_, i) => {
    const angle = (-Math.PI * (i - (i % 2))) / size
    return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)
  })
}

/** The kernel times `scale` at the upper left of a tile whose rows are `rowLength` samples apart. */
function inTile(kernel: Float32Array, kernelWidth: number, rowLength: number, scale: number): Float32Array {
  const tile = new Float32Array((kernel.length / kernelWidth) * rowLength)
  kernel.forEach((weight, i) => {
    tile[Math.floor(i / kernelWidth) * rowLength + (i % kernelWidth)] = weight * scale
  })
  return tile
}
