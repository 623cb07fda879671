import { type Resampling, resampling } from '../resize/resampling.js'

/**
 * One axis of `clipped_zoom` of ImageNet-C: the middle ceil(size / factor) samples enlarged by `factor` with corners aligned
 * (`scipy.ndimage.zoom`, order 1), and as many samples as before taken from the middle of that.
 */
export function clippedZoom(size: number, factor: number): Resampling {
  const cropped = Math.ceil(size / factor)
  const start = Math.floor((size - cropped) / 2)
  const enlarged = Math.round(cropped * factor)
  const trim = Math.floor((enlarged - size) / 2)
  const step = enlarged > 1 ? (cropped - 1) / (enlarged - 1) : 0
  const last = start + cropped - 1
  return resampling(
    size,
    size,
    2,
    (i, weights) => {
      const place = Math.min(last, start + (i + trim) * step)
      const first = Math.floor(place)
      weights[1] = place - first
      weights[0] = 1 - weights[1]
      return first
    },
    (index) => Math.min(index, size - 1),
  )
}
