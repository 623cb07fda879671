import type { RandomStream } from '@kintsugi/core'

/** A rod with round ends: the points within `radius` of a line segment of `2 * (halfX, halfY)` around its middle. Pixels, y downwards. */
export interface Particle {
  readonly x: number
  readonly y: number
  readonly halfX: number
  readonly halfY: number
  readonly radius: number
  /** What a pixel in its middle gets, 0..1. */
  readonly brightness: number
}

/** How particles are spread. */
export interface ParticleCloud {
  /** Expected number of particles per pixel. */
  readonly density: number
  /** Longest length from the middle of one round end to that of the other, px. */
  readonly length: number
  /** Degrees counter-clockwise from the right. */
  readonly angle: number
  /** Largest radius, px. */
  readonly radius: number
  readonly brightness: number
  /** Lengths, radii and brightnesses lie between 1 - variation and 1 times the largest, uniformly. */
  readonly variation: number
}

/**
 * Draws the particles that can touch a `width` x `height` image: their number is Poisson, their middles are uniform over the
 * image and a margin around it. For each, in this order: x, y, and the shares of length, radius and brightness.
 */
export function drawParticles(
  random: RandomStream,
  width: number,
  height: number,
  { density, length, angle, radius, brightness, variation }: ParticleCloud,
): Particle[] {
  const directionX = Math.cos((angle * Math.PI) / 180) / 2
  const directionY = -Math.sin((angle * Math.PI) / 180) / 2
  const marginX = Math.abs(directionX) * length + radius + 1
  const marginY = Math.abs(directionY) * length + radius + 1
  const spanX = width + 2 * marginX
  const spanY = height + 2 * marginY
  const count = random.poisson(density * spanX * spanY)
  const share = () => 1 - variation * random.uniform()
  return Array.from({ length: count }, () => {
    const x = random.uniform() * spanX - marginX - 0.5
    const y = random.uniform() * spanY - marginY - 0.5
    const long = length * share()
    return {
      x,
      y,
      halfX: directionX * long,
      halfY: directionY * long,
      radius: radius * share(),
      brightness: brightness * share(),
    }
  })
}

/** What a pixel under several particles gets: their sum up to 1, 1 - the product of what each lets through, or the most of them. */
export type Overlap = 'sum' | 'cover' | 'most'

const OVERLAPS: Readonly<Record<Overlap, (before: number, value: number) => number>> = {
  sum: (before, value) => Math.min(1, before + value),
  cover: (before, value) => before + value - before * value,
  most: Math.max,
}

/**
 * A plane of particles over black, 0..1. A pixel gets the brightness times min(1, max(0, radius + 1/2 - d)), d the distance of its
 * middle from the segment: edges are one pixel soft.
 */
export function renderParticles(
  particles: readonly Particle[],
  width: number,
  height: number,
  overlap: Overlap,
): Float32Array {
  const plane = new Float32Array(width * height)
  const combine = OVERLAPS[overlap]
  for (const { x, y, halfX, halfY, radius, brightness } of particles) {
    const reach = radius + 0.5
    const square = halfX * halfX + halfY * halfY
    const scale = square === 0 ? 0 : 1 / square
    const top = Math.max(0, Math.ceil(y - Math.abs(halfY) - reach))
    const bottom = Math.min(height - 1, Math.floor(y + Math.abs(halfY) + reach))
    for (let row = top; row <= bottom; row++) {
      const v = row - y
      const [low, high] = reachOfRow(v, halfX, halfY, reach)
      const right = Math.min(width - 1, Math.floor(x + high))
      for (let column = Math.max(0, Math.ceil(x + low)); column <= right; column++) {
        const u = column - x
        const along = Math.min(1, Math.max(-1, (u * halfX + v * halfY) * scale))
        const offX = u - along * halfX
        const offY = v - along * halfY
        const cover = reach - Math.sqrt(offX * offX + offY * offY)
        if (cover <= 0) continue
        const value = brightness * Math.min(1, cover)
        const at = row * width + column
        plane[at] = combine(plane[at]!, value)
      }
    }
  }
  return plane
}

/** Horizontal extent, from the middle, of what lies within `reach` of the part of a segment that is near row `v`. */
function reachOfRow(v: number, halfX: number, halfY: number, reach: number): readonly [number, number] {
  if (Math.abs(halfY) < 1e-9) return [-Math.abs(halfX) - reach, Math.abs(halfX) + reach]
  const slope = halfX / halfY
  const limit = Math.abs(halfY)
  const a = slope * Math.min(limit, Math.max(-limit, v - reach))
  const b = slope * Math.min(limit, Math.max(-limit, v + reach))
  return [Math.min(a, b) - reach, Math.max(a, b) + reach]
}
