import type { Image } from '@kintsugi/core'
import { guidedFilter } from '../filter/guided.js'
import { localMinimum } from '../filter/minimum.js'
import { grayLayer } from '../image/layer.js'
import { mapPlanes } from '../image/strips.js'

/** Window of the local minimum, and window and penalty of the guided filter (Zhu et al. 2015, section 5). */
const MINIMUM_SIZE = 15
const GUIDED_SIZE = 121
const EPSILON = 1e-3

/**
 * A rough depth from a single picture, 0 nearest and 1 farthest: the colour attenuation prior (Zhu, Mai and Shao, "A fast single
 * image haze removal algorithm using color attenuation prior", 2015), 0.121779 + 0.959710 value - 0.780245 saturation, the least
 * in each 15 x 15 window, refined by a guided filter with the gray image, then stretched to 0..1. A flat image has depth 0. `plane` gives planes of the
 * image's size.
 */
export function estimateDepth(image: Image, plane: () => Float32Array): Float32Array {
  const { width, height } = image
  const [attenuation, rough] = [plane(), plane()]
  attenuate(image, attenuation)
  localMinimum(attenuation, rough, width, height, MINIMUM_SIZE)
  const depth = guidedFilter(grayLayer(image, plane), rough, width, height, GUIDED_SIZE, EPSILON, plane)
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < depth.length; i++) {
    const value = depth[i]!
    if (value < least) least = value
    if (value > most) most = value
  }
  const scale = most - least > 1e-6 ? 1 / (most - least) : 0
  for (let i = 0; i < depth.length; i++) depth[i] = (depth[i]! - least) * scale
  return depth
}

function attenuate({ data, channels }: Image, target: Float32Array): void {
  const size = target.length
  const [red, green, blue] = [0, 1, 2].map((c) => {
    const from = channels === 3 ? c * size : 0
    return data.subarray(from, from + size)
  }) as [Float32Array, Float32Array, Float32Array]
  mapPlanes([target, red, green, blue], 1, (run, [out, r, g, b], count) =>
    run.attenuate(out, r, g, b, count, 0.121779, 0.95971, -0.780245),
  )
}
