import type { RandomStream } from '@kintsugi/core'
import { type BlurKernel, normalised } from '../convolution/blur-kernel.js'

/** Steps of the walk, the first at the origin. */
const STEPS = 250
/** Largest side of the histogram. */
const MOST = 27

/** Places of a camera, one after another. */
export interface Trajectory {
  readonly x: Float64Array
  readonly y: Float64Array
}

/**
 * A random walk of 250 places in space with inertia and rotation, seen from the front: `randomTrajectory` of KAIR
 * (utils/utils_deblur.py). A velocity of standard normal values changes at step t by normal values over t + 1 and is turned by
 * angles that drift.
 */
export function drawTrajectory(random: RandomStream): Trajectory {
  const velocity = [random.normal(), random.normal(), random.normal()]
  const place = [0, 0]
  const angles = [0, 0, 0]
  const [x, y] = [new Float64Array(STEPS), new Float64Array(STEPS)]
  for (let t = 1; t < STEPS; t++) {
    for (let axis = 0; axis < 3; axis++) {
      angles[axis] = angles[axis]! + ((2 * Math.PI) / STEPS) * (random.normal() / (t + 1) + angles[axis]!)
    }
    for (let axis = 0; axis < 3; axis++) velocity[axis] = velocity[axis]! + random.normal() / (t + 1)
    const [dx, dy] = rotated(velocity, angles)
    x[t] = place[0] = place[0]! + dx
    y[t] = place[1] = place[1]! + dy
  }
  return { x, y }
}

/** The first two parts of Rz Ry Rx v. */
function rotated([a, b, c]: readonly number[], [u, v, w]: readonly number[]): readonly [number, number] {
  const y = Math.cos(u!) * b! - Math.sin(u!) * c!
  const z = Math.sin(u!) * b! + Math.cos(u!) * c!
  const x = Math.cos(v!) * a! + Math.sin(v!) * z
  return [Math.cos(w!) * x - Math.sin(w!) * y, Math.sin(w!) * x + Math.cos(w!) * y]
}

/** Side of the histogram of a trajectory: odd(round(min(27, 5 - ln(U) / 0.15))). */
export function drawExtent(random: RandomStream): number {
  const side = Math.round(Math.min(MOST, 5 - Math.log(1 - random.uniform()) / 0.15))
  return side + 1 - (side % 2)
}

/**
 * The time that a trajectory spends in each cell of an `extent` x `extent` (odd) grid over its range, x downwards, smoothed by a
 * 3 x 3 Gaussian (sigma 1) and set into the middle of `size` x `size` (odd) weights, cut off if larger: `kernelFromTrajectory` of KAIR, whose
 * last row and column of cells stay empty.
 */
export function trajectoryKernel({ x, y }: Trajectory, extent: number, size: number): BlurKernel {
  const cell = (values: Float64Array) => {
    const least = values.reduce((a, b) => Math.min(a, b))
    const most = values.reduce((a, b) => Math.max(a, b))
    const scale = most > least ? extent / (most - least) : 0
    return (value: number) => Math.floor((value - least) * scale)
  }
  const [row, column] = [cell(x), cell(y)]
  const counts = new Float64Array(extent * extent)
  const last = extent > 1 ? extent - 2 : 0
  x.forEach((value, i) => {
    const [r, c] = [row(value), column(y[i]!)]
    if (r <= last && c <= last) counts[r * extent + c]! += 1
  })
  const weights = new Float64Array(size * size)
  const shift = (size - extent) / 2
  for (let r = 0; r < extent; r++) {
    for (let c = 0; c < extent; c++) {
      let sum = 0
      for (let v = Math.max(0, r - 1); v <= Math.min(extent - 1, r + 1); v++) {
        for (let u = Math.max(0, c - 1); u <= Math.min(extent - 1, c + 1); u++) {
          sum += counts[v * extent + u]! * Math.exp(-((v - r) ** 2 + (u - c) ** 2) / 2)
        }
      }
      const [toRow, toColumn] = [r + Math.max(0, shift), c + Math.max(0, shift)]
      if (toRow < size && toColumn < size) weights[toRow * size + toColumn] = sum
    }
  }
  if (weights.every((weight) => weight === 0)) weights[(weights.length - 1) / 2] = 1
  return { width: size, height: size, weights: normalised(weights) }
}
