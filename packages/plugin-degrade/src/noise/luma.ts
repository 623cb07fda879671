import { mapPlanes } from '../image/strips.js'

/** Weights of red, green and blue in a gray level: of torchvision's `rgb_to_grayscale`, and of OpenCV and NumPy code after BT.601. */
export const LUMA = { torchvision: [0.2989, 0.587, 0.114], opencv: [0.299, 0.587, 0.114] } as const

/** The gray plane of three colour planes in `data`, summed in float32. */
export function lumaPlane(
  data: Float32Array,
  weights: readonly [number, number, number],
  target: Float32Array = new Float32Array(data.length / 3),
): Float32Array {
  const size = target.length
  const colour = (c: number) => data.subarray(c * size, (c + 1) * size)
  mapPlanes([target, colour(0), colour(1), colour(2)], 1, (run, [gray, red, green, blue], count) =>
    run.luma(gray, red, green, blue, count, ...weights),
  )
  return target
}
