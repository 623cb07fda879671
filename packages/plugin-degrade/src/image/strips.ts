import type { Kernels } from '../kernels/kernels.js'
import { inScratch } from '../kernels/scratch.js'

/** Samples between two copies; a multiple of what any kernel takes at once. */
const STRIP = 4096

/** Works on `count` samples at the address `samples`, and on those at the same places of another plane at `others`, and leaves the result at `samples`. */
type Apply = (run: Kernels, samples: number, count: number, others: number) => void

/** target = what a kernel that takes sample by sample makes of `source` (and `other`); `target` may be one of them. */
export function mapSamples(source: Float32Array, target: Float32Array, apply: Apply, other?: Float32Array): void {
  inScratch([source, target], (scratch) => {
    const samples = scratch.words(STRIP)
    const others = scratch.words(STRIP)
    const open = scratch.open()
    for (let from = 0; from < source.length; from += STRIP) {
      const count = Math.min(STRIP, source.length - from)
      open.load(samples, source, from, count)
      if (other !== undefined) open.load(others, other, from, count)
      apply(open.run, samples, count, others)
      open.store(samples, target, from, count)
    }
  })
}

/** Works on `count` samples of each plane, whose addresses are given. */
type ApplyToPlanes<N extends readonly unknown[]> = (
  run: Kernels,
  samples: { [K in keyof N]: number },
  count: number,
) => void

/** Works on planes of one size together, sample by sample, and writes back the first `written` of them. */
export function mapPlanes<const P extends readonly Float32Array[]>(
  planes: P,
  written: number,
  apply: ApplyToPlanes<P>,
): void {
  inScratch(planes, (scratch) => {
    const strips = planes.map(() => scratch.words(STRIP)) as { [K in keyof P]: number }
    const open = scratch.open()
    const size = planes[0]!.length
    for (let from = 0; from < size; from += STRIP) {
      const count = Math.min(STRIP, size - from)
      planes.forEach((plane, i) => open.load(strips[i]!, plane, from, count))
      apply(open.run, strips, count)
      for (let i = 0; i < written; i++) open.store(strips[i]!, planes[i]!, from, count)
    }
  })
}

/**
 * Works on `count` pixels whose red, green and blue samples lie at three addresses, which are the same for a gray image, and leaves the result
 * there.
 */
type ApplyToColors = (run: Kernels, red: number, green: number, blue: number, count: number) => void

/** target = what a kernel that takes pixel by pixel makes of the colour planes of `source`. */
export function mapColors(source: Float32Array, target: Float32Array, channels: 1 | 3, apply: ApplyToColors): void {
  const size = source.length / channels
  inScratch([source, target], (scratch) => {
    const strips = Array.from({ length: channels }, () => scratch.words(STRIP))
    const [red, green = red!, blue = red!] = strips
    const open = scratch.open()
    for (let from = 0; from < size; from += STRIP) {
      const count = Math.min(STRIP, size - from)
      strips.forEach((strip, c) => open.load(strip, source, c * size + from, count))
      apply(open.run, red!, green, blue, count)
      strips.forEach((strip, c) => open.store(strip, target, c * size + from, count))
    }
  })
}
