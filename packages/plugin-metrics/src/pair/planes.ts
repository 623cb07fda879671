import type { Image } from '@kintsugi/core'
import { KERNEL_BASE, kernels } from '../kernels/kernels.js'

/** How an image becomes the planes that are compared. */
export interface PlaneOptions {
  /** Pixels cut off on each side. */
  readonly border: number
  /** `rgb`: the colour planes, or the gray plane. `y`: BT.601 studio luma of colour; gray stays as it is. */
  readonly color_space: 'rgb' | 'y'
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

/** The planes of an image as BasicSR's metrics see them: scaled and rounded, border cut off, then turned to luma. */
export function planesOf(image: Image, { border, color_space, quantize }: PlaneOptions): Planes {
  const width = image.width - 2 * border
  const height = image.height - 2 * border
  const toLuma = color_space === 'y' && image.channels === 3
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
    if (toLuma) run.studioLuma(address(0), address(1), address(2), count)
    planes.forEach((plane, c) => plane.set(floats.subarray(address(c) >> 2, (address(c) >> 2) + count), to))
  }
  return { width, height, planes }
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
