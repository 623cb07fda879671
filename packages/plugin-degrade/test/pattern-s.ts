import type { Image } from '@kintsugi/core'
import { imageOf } from './context.js'

const triangle = (n: number, period: number) => Math.abs((n % period) - period / 2)

/** Test image S of the degradation literature notes, 8-bit levels divided by 255. */
export function patternS(width: number, height: number, channels: 1 | 3 = 3): Image {
  return imageOf(
    { width, height, channels },
    (c, y, x) =>
      (triangle(2 * x + y + 60 * c, 256) + triangle(x + 3 * y, 128) + (((x * x + y * y) >> 6) & 31) + 16) / 255,
  )
}
