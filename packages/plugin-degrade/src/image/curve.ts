import { mapSamples } from './strips.js'

/** Steps of a table over 0..1. */
const STEPS = 65536
/** Below this the power curves bend too sharply for the table. */
const TOE = 1 / 256

/** Applies a curve to samples; `target` may be `source`. */
export type Curve = (source: Float32Array, target: Float32Array) => void

/**
 * A smooth function of one sample, for whole planes: from 1/256 to 1 by linear interpolation between 65,536 exact values, within
 * 1e-7 for powers from 1/2.4 to 5; outside that by the function itself. Samples that are no number stay so.
 */
export function curve(exact: (x: number) => number): Curve {
  let table: Float64Array | undefined
  return (source, target) => {
    if (source.length < STEPS) {
      for (let i = 0; i < source.length; i++) target[i] = exact(source[i]!)
      return
    }
    table ??= Float64Array.from({ length: STEPS + 2 }, (_, i) => exact(i / STEPS))
    const values = table
    for (let i = 0; i < source.length; i++) {
      const x = source[i]!
      if (x >= TOE && x <= 1) {
        const place = x * STEPS
        const index = place | 0
        const low = values[index]!
        target[i] = low + (place - index) * (values[index + 1]! - low)
      } else target[i] = exact(x)
    }
  }
}

/** IEC 61966-2-1 (sRGB): encoded sample to linear light, within 3e-7. Negative samples mirror positive ones. */
export const decodeSrgb: Curve = (source, target) => {
  mapSamples(source, target, (run, samples, count) => run.decodeSrgb(samples, count))
}

/** IEC 61966-2-1 (sRGB): linear light to encoded sample, within 3e-7. Negative samples mirror positive ones. */
export const encodeSrgb: Curve = (source, target) => {
  mapSamples(source, target, (run, samples, count) => run.encodeSrgb(samples, count))
}

/** gain * max(x + offset, 0)^exponent, in float32: within 3e-7 for samples up to 1. */
export function powerCurve({ exponent, gain = 1, offset = 0 }: PowerCurve): Curve {
  return (source, target) =>
    mapSamples(source, target, (run, samples, count) => run.powerCurve(samples, count, offset, exponent, gain))
}

interface PowerCurve {
  readonly exponent: number
  readonly gain?: number
  readonly offset?: number
}
