import type { Kernels } from '../kernels/kernels.js'
import { inScratch, type OpenScratch } from '../kernels/scratch.js'

/** Samples worked on at once; a multiple of what any kernel takes at once, so that none writes beyond a whole strip. */
const STRIP = 4096

/** Works on `count` samples at the address `samples`, and on those at the same places of another plane at `others`, and leaves the result at `samples`. */
type Apply = (run: Kernels, samples: number, count: number, others: number) => void

/** target = what a kernel that takes sample by sample makes of `source` (and `other`); `target` may be one of them. */
export function mapSamples(source: Float32Array, target: Float32Array, apply: Apply, other?: Float32Array): void {
  inScratch([target, source], (scratch) => {
    const samples = scratch.words(STRIP)
    const others = scratch.words(STRIP)
    const open = scratch.open()
    const isOther = other !== undefined && open.addressOf(other) === open.addressOf(target)
    for (let from = 0; from < source.length; from += STRIP) {
      const count = Math.min(STRIP, source.length - from)
      // What is brought to the target must not take the place of what has yet to be read.
      const at = (isOther ? undefined : placeOf(open, target, from, count)) ?? samples
      let beside = others
      if (other !== undefined) {
        beside = placeOf(open, other, from, count) ?? others
        if (beside === others) open.load(others, other, from, count)
      }
      open.load(at, source, from, count)
      apply(open.run, at, count, beside)
      if (at === samples) open.store(samples, target, from, count)
    }
  })
}

/** Where a whole strip lies that the kernels reach themselves. */
function placeOf(open: OpenScratch, plane: Float32Array, from: number, count: number): number | undefined {
  const address = open.addressOf(plane)
  return address === undefined || count < STRIP ? undefined : address + 4 * from
}

/** Works on `count` samples of each plane, whose addresses are given. */
type ApplyToPlanes<N extends readonly unknown[]> = (
  run: Kernels,
  samples: { [K in keyof N]: number },
  count: number,
) => void

/** Works on planes of one size together, sample by sample, and leaves results in the first `written` of them. */
export function mapPlanes<const P extends readonly Float32Array[]>(
  planes: P,
  written: number,
  apply: ApplyToPlanes<P>,
): void {
  inScratch(planes, (scratch) => {
    const strips = planes.map(() => scratch.words(STRIP))
    const open = scratch.open()
    const size = planes[0]!.length
    for (let from = 0; from < size; from += STRIP) {
      const count = Math.min(STRIP, size - from)
      const places = planes.map((plane, i) => placeOf(open, plane, from, count) ?? strips[i]!)
      planes.forEach((plane, i) => {
        if (places[i] === strips[i]) open.load(strips[i]!, plane, from, count)
      })
      apply(open.run, places as { [K in keyof P]: number }, count)
      for (let i = 0; i < written; i++) if (places[i] === strips[i]) open.store(strips[i]!, planes[i]!, from, count)
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
  inScratch([target, source], (scratch) => {
    const strips = Array.from({ length: channels }, () => scratch.words(STRIP))
    const open = scratch.open()
    for (let from = 0; from < size; from += STRIP) {
      const count = Math.min(STRIP, size - from)
      const places = strips.map((strip, c) => placeOf(open, target, c * size + from, count) ?? strip)
      places.forEach((place, c) => open.load(place, source, c * size + from, count))
      const [red, green = red!, blue = red!] = places
      apply(open.run, red!, green, blue, count)
      places.forEach((place, c) => {
        if (place === strips[c]) open.store(place, target, c * size + from, count)
      })
    }
  })
}
