import { KERNEL_BASE, kernels } from '../kernels/kernels.js'
import type { Planes } from './planes.js'

/** Samples of each plane taken into the kernels at once. */
const STRIP = 16384

/** Sum over two planes of the squared differences, in float64. */
export function squaredDistance(a: Float32Array, b: Float32Array): number {
  const run = kernels(KERNEL_BASE + 2 * STRIP * 4)
  const floats = new Float32Array(run.memory.buffer)
  const [first, second] = [KERNEL_BASE, KERNEL_BASE + STRIP * 4]
  let sum = 0
  for (let from = 0; from < a.length; from += STRIP) {
    const count = Math.min(STRIP, a.length - from)
    // Zeros in the last vector's spare samples add nothing.
    for (const [address, plane] of [
      [first, a],
      [second, b],
    ] as const) {
      floats.set(plane.subarray(from, from + count), address >> 2)
      floats.fill(0, (address >> 2) + count, (address >> 2) + Math.ceil(count / 4) * 4)
    }
    sum += run.squaredDistance(first, second, count)
  }
  return sum
}

/** Mean over all pixels and planes of the squared difference, float64. `step` is called before each plane. */
export function meanSquare(tested: Planes, truth: Planes, step: () => void): number {
  let sum = 0
  tested.planes.forEach((plane, c) => {
    step()
    sum += squaredDistance(plane, truth.planes[c]!)
  })
  return sum / (tested.planes.length * tested.width * tested.height)
}

/** Mean over all pixels and planes of the absolute difference, float64. `step` is called before each plane. */
export function meanAbsolute(tested: Planes, truth: Planes, step: () => void): number {
  let sum = 0
  tested.planes.forEach((plane, c) => {
    step()
    const other = truth.planes[c]!
    for (let i = 0; i < plane.length; i++) sum += Math.abs(plane[i]! - other[i]!)
  })
  return sum / (tested.planes.length * tested.width * tested.height)
}
