import type { Image } from '@kintsugi/core'
import { imageOf } from './context.js'

const clamp = (level: number) => Math.min(Math.max(level, 0), 255)
const triangle = (n: number, period: number) => Math.abs((n % period) - period / 2)

/** 32-bit hash of a position, 0..255. */
function hash(y: number, x: number, c: number): number {
  let n = (Math.imul(374761393, x) + Math.imul(668265263, y) + Math.imul(974634541, c) + 12345) >>> 0
  n = Math.imul(n ^ (n >>> 13), 1274126177) >>> 0
  return ((n ^ (n >>> 16)) >>> 0) & 255
}

/** Value noise with cells of `s` px. */
function octave(y: number, x: number, s: number, c: number): number {
  const [iy, fy, ix, fx] = [Math.floor(y / s), y % s, Math.floor(x / s), x % s]
  const sum =
    hash(iy, ix, c) * (s - fy) * (s - fx) +
    hash(iy, ix + 1, c) * (s - fy) * fx +
    hash(iy + 1, ix, c) * fy * (s - fx) +
    hash(iy + 1, ix + 1, c) * fy * fx
  return Math.floor(sum / (s * s))
}

/**
 * The deterministic test images on which known answers were computed: 8-bit levels by integer arithmetic. N looks like a natural
 * image to its statistics.
 */
export const levels = {
  A: (c: number, y: number, x: number) => (7 * y + 13 * x + 29 * c + ((x * y) % 17)) % 256,
  B: (c: number, y: number, x: number) => clamp(levels.A(c, y, x) + ((5 * y + 3 * x + 11 * c) % 23) - 11),
  S: (c: number, y: number, x: number) =>
    triangle(2 * x + y + 60 * c, 256) + triangle(x + 3 * y, 128) + (((x * x + y * y) >> 6) & 31) + 16,
  T: (c: number, y: number, x: number) =>
    clamp(levels.S(c, y, x) + ((7 * x + 11 * y + 5 * c + ((x * y) >> 3)) % 31) - 15),
  N: (c: number, y: number, x: number) => {
    const o = (s: number) => octave(y, x, s, 0)
    const sum = 16 * o(32) + 8 * o(16) + 4 * o(8) + 2 * o(4) + o(2) + o(1)
    return clamp(Math.floor(sum / 32) + ((octave(y, x, 32, c + 1) - 128) >> 3))
  },
} as const

export type Pattern = keyof typeof levels | 'M'

const made = new Map<string, Image>()

/** A pattern of this size as an RGB image; M is N under a 3 x 3 mean with its edge repeated, rounded down. */
export function pattern(name: Pattern, height: number, width: number): Image {
  const key = `${name}${height}x${width}`
  const known = made.get(key)
  if (known !== undefined) return known
  const shape = { width, height, channels: 3 as const }
  const image = name === 'M' ? imageOf(shape, boxFiltered(height, width)) : imageOf(shape, levels[name])
  made.set(key, image)
  return image
}

function boxFiltered(height: number, width: number) {
  const { data } = pattern('N', height, width)
  const inside = (i: number, size: number) => Math.min(Math.max(i, 0), size - 1)
  return (c: number, y: number, x: number) => {
    let sum = 0
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        sum += Math.round(data[(c * height + inside(y + dy, height)) * width + inside(x + dx, width)]! * 255)
      }
    }
    return Math.floor(sum / 9)
  }
}
