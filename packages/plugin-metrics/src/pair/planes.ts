import type { Image } from '@kintsugi/core'
import { KERNEL_BASE, type Kernels, kernels } from '../kernels/kernels.js'

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

/** Samples of each plane taken into the kernels at once: few enough for the nearest cache. */
export const STRIP = 2048

/** Bytes that `readLevels` needs at `out` for `count` samples. */
export function levelBytes(count: number): number {
  return 3 * 16 * Math.ceil(count / 4)
}

/** How many planes of an image are compared. */
export function planeCount(image: Image, color_space: ColorSpace): number {
  return isLuma(image, color_space) ? 1 : image.channels
}

function isLuma({ channels }: Image, color_space: ColorSpace): boolean {
  return color_space !== 'rgb' && channels === 3
}

/**
 * Puts `count` samples of a compared plane at the address `out`, as the reference metrics see them: scaled and rounded, then turned to
 * luma. `from` is where they start in the image's planes, whatever the border; what comes after them, up to `levelBytes`, is scratch,
 * but the last vector of four is filled up with zeros or with what zeros become.
 */
export function readLevels(
  run: Kernels,
  floats: Float32Array,
  out: number,
  image: Image,
  plane: number,
  from: number,
  count: number,
  { color_space, quantize }: Pick<PlaneOptions, 'color_space' | 'quantize'>,
): void {
  const luma = isLuma(image, color_space)
  const size = image.width * image.height
  const vectors = 4 * Math.ceil(count / 4)
  const at = out >> 2
  for (let c = 0; c < (luma ? 3 : 1); c++) {
    const start = (luma ? c : plane) * size + from
    floats.set(image.data.subarray(start, start + count), at + c * vectors)
    for (let i = count; i < vectors; i++) floats[at + c * vectors + i] = 0
  }
  run.scaleLevels(out, luma ? 3 * vectors : vectors, quantize)
  if (!luma) return
  const [g, b] = [out + 4 * vectors, out + 8 * vectors]
  if (color_space === 'y') run.studioLuma(out, g, b, count)
  else if (color_space === 'y_rounded') roundedLuma(floats, at, vectors, count)
  else run.fullLuma(out, g, b, count, color_space === 'yiq_rounded')
}

/** Writes BT.601 studio luma of levels, rounded, over red; the colours lie `stride` samples apart. */
function roundedLuma(floats: Float32Array, at: number, stride: number, count: number): void {
  for (let r = at; r < at + count; r++) {
    const sum = 65.481 * floats[r]! + 128.553 * floats[r + stride]! + 24.966 * floats[r + 2 * stride]!
    floats[r] = roundHalfEven(sum / 255 + 16)
  }
}

/** The planes of an image that are compared, border cut off. */
export function planesOf(image: Image, options: PlaneOptions): Planes {
  const { border, color_space } = options
  const width = image.width - 2 * border
  const height = image.height - 2 * border
  const planes = Array.from({ length: planeCount(image, color_space) }, () => new Float32Array(width * height))
  const run = kernels(KERNEL_BASE + levelBytes(STRIP))
  const floats = new Float32Array(run.memory.buffer)
  for (const { from, to, count } of strips(image, border)) {
    planes.forEach((plane, c) => {
      readLevels(run, floats, KERNEL_BASE, image, c, from, count, options)
      plane.set(floats.subarray(KERNEL_BASE >> 2, (KERNEL_BASE >> 2) + count), to)
    })
  }
  return { width, height, planes }
}

/** Nearest whole number, halves to even, of numbers below 2^51: at 1.5 * 2^52 a float64 has no fraction left. */
export function roundHalfEven(value: number): number {
  return value + 6755399441055744 - 6755399441055744
}

/** Cuts what lies inside the border into stretches of at most `STRIP` samples: index in the image's plane, index in the cut one. */
export function* strips({ width, height }: Image, border: number) {
  const stretch = border === 0 ? width * height : width - 2 * border
  for (let y = border, to = 0; y < (border === 0 ? 1 : height - border); y++) {
    for (let x = 0; x < stretch; x += STRIP) {
      const count = Math.min(STRIP, stretch - x)
      yield { from: y * width + border + x, to, count }
      to += count
    }
  }
}
