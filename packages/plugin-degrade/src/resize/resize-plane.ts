import { resamplings } from './modes.js'
import { resamplePlane } from './resample.js'

interface Size {
  readonly width: number
  readonly height: number
}

/** A plane of one size resized bilinearly to another, as OpenCV's INTER_LINEAR; itself where the sizes agree. */
export function resizePlane(plane: Float32Array, from: Size, to: Size): Float32Array {
  if (from.width === to.width && from.height === to.height) return plane
  const axis = (input: number, output: number) => ({ input, output, step: input / output })
  const { x, y } = resamplings('bilinear', axis(from.width, to.width), axis(from.height, to.height))
  const target = new Float32Array(to.width * to.height)
  resamplePlane(plane, from.width, x, y, target)
  return target
}
