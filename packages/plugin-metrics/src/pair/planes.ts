import type { Image } from '@kintsugi/core'
import { KERNEL_BASE, kernels } from '../kernels/kernels.js'

/** The planes that metrics can compare; a gray image is its one plane whatever the space. */
export const colorSpaces = ['rgb', 'y', 'y_rounded', 'yiq', 'yiq_rounded'] as const

export type ColorSpace = (typeof colorSpaces)[number]

/** How an image becomes the planes that are compared. */
export interface PlaneOptions {
  /** Pixels cut off on each side. */
  readonly border: number
  /**
   * `rgb`: the colour planes. `y`: BT.601 studio luma, 16..235, in float32 as BasicSR. `y_rounded`: the same in float64,
   * rounded to whole levels as MATLAB's rgb2ycbcr and KAIR do for 8-bit images. `yiq`: full-range luma
   * 0.299 R + 0.587 G + 0.114 B as pyiqa; `yiq_rounded`: that rounded.
   */
  readonly color_space: ColorSpace
  /** Clip to 0..1 and round to 8 bits. */
  readonly quantize: boolean
}

/** Planes of equal size with samples on the scale where white is 255, float32, row by row. */
export interface Planes {
  readonly width: number
  readonly height: number
  readonly planes: readonly Float32Array[]
}

/** Samples of each plane taken into the kernels at once. */
const STRIP = 16384

/** The planes of an image as the reference metrics see them: scaled and rounded, border cut off, then turned to luma. */
export function planesOf(image: Image, { border, color_space, quantize }: PlaneOptions): Planes {
  const width = image.width - 2 * border
  const height = image.height - 2 * border
  const toLuma = color_space !== 'rgb' && image.channels === 3
  const planes = Array.from({ length: toLuma ? 1 : image.channels }, () => new Float32Array(width * height))
  const run = kernels(KERNEL_BASE + image.channels * STRIP * 4)
  const floats = new Float32Array(run.memory.buffer)
  const address = (channel: number) => KERNEL_BASE + channel * STRIP * 4
  for (const { from, to, count } of strips(image, border, STRIP)) {
    for (let c = 0; c < image.channels; c++) {
      const start = c * image.width * image.height + from
      floats.set(image.data.subarray(start, start + count), address(c) >> 2)
      run.scaleLevels(address(c), count, quantize)
    }
    if (toLuma) {
      const [r, g, b] = [address(0), address(1), address(2)]
      if (color_space === 'y') run.studioLuma(r, g, b, count)
      else if (color_space === 'y_rounded') roundedLuma(...levelsAt(floats, [r, g, b], count))
      else run.fullLuma(r, g, b, count, color_space === 'yiq_rounded')
    }
    planes.forEach((plane, c) => plane.set(floats.subarray(address(c) >> 2, (address(c) >> 2) + count), to))
  }
  return { width, height, planes }
}

function levelsAt(floats: Float32Array, [r, g, b]: readonly [number, number, number], count: number) {
  const at = (address: number) => floats.subarray(address >> 2, (address >> 2) + count)
  return [at(r), at(g), at(b)] as const
}

/** Writes BT.601 studio luma of levels, rounded, over `r`. */
function roundedLuma(r: Float32Array, g: Float32Array, b: Float32Array): void {
  for (let i = 0; i < r.length; i++) {
    r[i] = roundHalfEven((65.481 * r[i]! + 128.553 * g[i]! + 24.966 * b[i]!) / 255 + 16)
  }
}

/** Nearest whole number, halves to even, of numbers below 2^51: at 1.5 * 2^52 a float64 has no fraction left. */
export function roundHalfEven(value: number): number {
  return value + 6755399441055744 - 6755399441055744
}

/** Cuts what lies inside the border into stretches of at most `most` samples: index in the image's plane, index in the cut one. */
function* strips({ width, height }: Image, border: number, most: number) {
  const stretch = border === 0 ? width * height : width - 2 * border
  for (let y = border, to = 0; y < (border === 0 ? 1 : height - border); y++) {
    for (let x = 0; x < stretch; x += most) {
      const count = Math.min(most, stretch - x)
      yield { from: y * width + border + x, to, count }
      to += count
    }
  }
}
