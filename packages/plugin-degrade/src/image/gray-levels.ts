import type { Image } from '@kintsugi/core'
import { toBytes } from './bytes.js'

/** BT.601 weights of red, green and blue in units of 2^-15, as OpenCV has them for 8-bit images (color.hpp, version 4.6). */
const [RED, GREEN, BLUE, HALF, SHIFT] = [9798, 19235, 3735, 1 << 14, 15]

/** The gray plane of an image as `cv2.cvtColor` gives it for 8-bit samples: rounded to 8 bits, then divided by 255. */
export function grayLevels({ data, channels }: Image): Float32Array {
  const bytes = toBytes(data, channels)
  if (channels === 1) return Float32Array.from(bytes, (level) => level / 255)
  const gray = new Float32Array(bytes.length / 3)
  for (let i = 0; i < gray.length; i++) {
    const at = 3 * i
    gray[i] = ((RED * bytes[at]! + GREEN * bytes[at + 1]! + BLUE * bytes[at + 2]! + HALF) >> SHIFT) / 255
  }
  return gray
}
