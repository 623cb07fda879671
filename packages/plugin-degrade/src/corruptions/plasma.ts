import type { RandomStream } from '@kintsugi/core'

/** First amplitude of the wobble, in the units of the map before it is stretched (make_imagenet_c.py). */
const WOBBLE = 100

/**
 * A height map of `size` x `size` (a power of two) by the diamond-square algorithm on a torus, stretched to 0..1: `plasma_fractal` of
 * ImageNet-C, whose wobble of a level, uniform in -w .. w, is multiplied by w once more; w is divided by `decay` from level to level.
 */
export function plasma(random: RandomStream, size: number, decay: number): Float64Array {
  const map = new Float64Array(size * size)
  const wrap = size - 1
  const at = (y: number, x: number) => (y & wrap) * size + (x & wrap)
  let wobble = WOBBLE
  for (let step = size; step >= 2; step /= 2) {
    const half = step / 2
    const mean = (a: number, b: number, c: number, d: number) =>
      (map[a]! + map[b]! + map[c]! + map[d]!) / 4 + wobble * wobble * (2 * random.uniform() - 1)
    const sweep = (dy: number, dx: number, fill: (y: number, x: number) => number) => {
      for (let y = dy; y < size; y += step) for (let x = dx; x < size; x += step) map[at(y, x)] = fill(y, x)
    }
    sweep(half, half, (y, x) =>
      mean(at(y - half, x - half), at(y - half, x + half), at(y + half, x - half), at(y + half, x + half)),
    )
    const cross = (y: number, x: number) => mean(at(y, x - half), at(y, x + half), at(y - half, x), at(y + half, x))
    sweep(0, half, cross)
    sweep(half, 0, cross)
    wobble /= decay
  }
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < map.length; i++) {
    least = Math.min(least, map[i]!)
    most = Math.max(most, map[i]!)
  }
  for (let i = 0; i < map.length; i++) map[i] = (map[i]! - least) / (most - least)
  return map
}

/** The upper left part of a map large enough for an image; at least 256, as ImageNet-C has it for 224. */
export function plasmaPlane(random: RandomStream, width: number, height: number, decay: number): Float32Array {
  let size = 256
  while (size < Math.max(width, height)) size *= 2
  const map = plasma(random, size, decay)
  const plane = new Float32Array(width * height)
  for (let y = 0; y < height; y++) plane.set(map.subarray(y * size, y * size + width), y * width)
  return plane
}
