import type { Image } from '@kintsugi/core'
import { mapPlanes } from './strips.js'

/** The gray plane of an image as `cv2.cvtColor` gives it for 8-bit samples: rounded to 8 bits, then divided by 255. */
export function grayLevels({ data, channels }: Image): Float32Array {
  const size = data.length / channels
  const gray = data.slice(0, size)
  const [green, blue] = channels === 1 ? [gray, gray] : [data.subarray(size, 2 * size), data.subarray(2 * size)]
  mapPlanes([gray, green, blue], 1, (run, [red, green, blue], count) => run.grayLevels(red, green, blue, count))
  return gray
}
