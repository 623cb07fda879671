import type { Kernels } from '../kernels/kernels.js'
import { Scratch } from '../kernels/scratch.js'

/** Samples between two copies; a multiple of what any kernel takes at once. */
const STRIP = 8192

/** Works on `count` samples at the address `samples`, and on those at the same places of another plane at `others`, and leaves the result at `samples`. */
type Apply = (run: Kernels, samples: number, count: number, others: number) => void

/** target = what a kernel that takes sample by sample makes of `source` (and `other`); `target` may be one of them. */
export function mapSamples(source: Float32Array, target: Float32Array, apply: Apply, other?: Float32Array): void {
  const scratch = new Scratch()
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
}
