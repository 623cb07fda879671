import type { Image } from '@kintsugi/core'
import { guidedFilter } from '../filter/guided.js'
import { grayLayer } from '../image/layer.js'

/** Window of the local minimum, and window and penalty of the guided filter (Zhu et al. 2015, section 5). */
const MINIMUM_SIZE = 15
const GUIDED_SIZE = 121
const EPSILON = 1e-3

/**
 * A rough depth from a single picture, 0 nearest and 1 farthest: the colour attenuation prior (Zhu, Mai and Shao, "A fast single
 * image haze removal algorithm using color attenuation prior", 2015), 0.121779 + 0.959710 value - 0.780245 saturation, the least
 * in each 15 x 15 window, refined by a guided filter with the gray image, then stretched to 0..1. A flat image has depth 0.
 */
export function estimateDepth(image: Image): Float32Array {
  const { width, height } = image
  const rough = localMinimum(attenuation(image), width, height, MINIMUM_SIZE)
  const depth = guidedFilter(grayLayer(image), rough, width, height, GUIDED_SIZE, EPSILON)
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < depth.length; i++) {
    least = Math.min(least, depth[i]!)
    most = Math.max(most, depth[i]!)
  }
  const scale = most - least > 1e-6 ? 1 / (most - least) : 0
  for (let i = 0; i < depth.length; i++) depth[i] = (depth[i]! - least) * scale
  return depth
}

function attenuation({ data, channels }: Image): Float32Array {
  const size = data.length / channels
  const result = new Float32Array(size)
  for (let i = 0; i < size; i++) {
    const r = data[i]!
    const g = channels === 3 ? data[size + i]! : r
    const b = channels === 3 ? data[2 * size + i]! : r
    const value = Math.max(r, g, b)
    const saturation = value > 0 ? (value - Math.min(r, g, b)) / value : 0
    result[i] = 0.121779 + 0.95971 * value - 0.780245 * saturation
  }
  return result
}

/** The least of `size` x `size` (odd) samples around every sample, of those inside the plane. */
function localMinimum(source: Float32Array, width: number, height: number, size: number): Float32Array {
  const radius = (size - 1) / 2
  const tall = new Float32Array(width * (height + 2 * radius)).fill(Number.POSITIVE_INFINITY)
  const row = new Float32Array(width + 2 * radius)
  for (let y = 0; y < height; y++) {
    row.fill(Number.POSITIVE_INFINITY)
    row.set(source.subarray(y * width, (y + 1) * width), radius)
    leastOfNext(row, size, 1)
    tall.set(row.subarray(0, width), (y + radius) * width)
  }
  leastOfNext(tall, size, width)
  return tall.subarray(0, width * height)
}

/** Makes every sample the least of itself and the `count - 1` that follow, `stride` apart, by doubling; the last ones take what there is. */
function leastOfNext(samples: Float32Array, count: number, stride: number): void {
  for (let done = 1; done < count; ) {
    const step = Math.min(done, count - done)
    const ahead = step * stride
    for (let i = 0; i + ahead < samples.length; i++) {
      const value = samples[i + ahead]!
      if (value < samples[i]!) samples[i] = value
    }
    done += step
  }
}
