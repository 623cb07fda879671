import { mapSamples } from '../image/strips.js'

export interface NoiseUse {
  /** Multiplies the noise. */
  readonly scale: number
  /** Whether the noise is multiplied by the sample that it falls on. */
  readonly relative?: boolean
  /** Whether the result is clipped to 0..1. */
  readonly clip: boolean
}

/** target = source + scale * noise, every product and sum rounded to float32. */
export function addNoise(
  source: Float32Array,
  noise: Float32Array,
  target: Float32Array,
  { scale, relative = false, clip }: NoiseUse,
): void {
  mapSamples(
    source,
    target,
    (run, samples, count, field) => run.addNoise(samples, samples, field, scale, relative, clip, count),
    noise,
  )
}
