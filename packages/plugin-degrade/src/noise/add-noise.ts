import { Scratch } from '../kernels/scratch.js'

/** Samples between two copies; a multiple of the 4 that the kernel takes at once. */
const STRIP = 8192

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
  const scratch = new Scratch()
  const samples = scratch.words(STRIP)
  const field = scratch.words(STRIP)
  const open = scratch.open()
  for (let from = 0; from < source.length; from += STRIP) {
    const count = Math.min(STRIP, source.length - from)
    open.load(samples, source, from, count)
    open.load(field, noise, from, count)
    open.run.addNoise(samples, samples, field, scale, relative, clip, count)
    open.store(samples, target, from, count)
  }
}
