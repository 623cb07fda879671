import { curve } from '../image/curve.js'
import type { Matrix3 } from '../noise/symmetric-matrix.js'
import { applyMatrix, inverse } from './color-matrix.js'

/** What a camera makes of raw light. */
export interface CameraSettings {
  readonly rgbToCamera: Matrix3
  readonly exposureGain: number
  readonly redGain: number
  readonly blueGain: number
}

const GAMMA = 2.2
/** Keeps powers of 0 defined (unprocess.py and process.py). */
const DARK = 1e-8
/** Mean of the channels above which the inverse gains fade to 1. */
const HIGHLIGHT = 0.9

/** Solves y = 3 x^2 - 2 x^3 for x (inverse smoothstep). */
export function inverseSmoothstep(y: number): number {
  return 0.5 - Math.sin(Math.asin(1 - 2 * Math.min(1, Math.max(0, y))) / 3)
}

const decodeTone = curve((y) => Math.max(inverseSmoothstep(y), DARK) ** GAMMA)
const encodeGamma = curve((x) => Math.max(x, DARK) ** (1 / GAMMA))

/** Three planes of a finished picture to raw light in place: tone curve, gamma, matrix, gains, clipped to 0..1 (`unprocess` without its mosaic). */
export function toRawLight(data: Float32Array, { rgbToCamera, exposureGain, redGain, blueGain }: CameraSettings): void {
  decodeTone(data, data)
  applyMatrix(data, rgbToCamera)
  const size = data.length / 3
  const gains = [1 / redGain / exposureGain, 1 / exposureGain, 1 / blueGain / exposureGain]
  for (let i = 0; i < size; i++) {
    const gray = (data[i]! + data[size + i]! + data[2 * size + i]!) / 3
    const mask = (Math.max(gray - HIGHLIGHT, 0) / (1 - HIGHLIGHT)) ** 2
    for (let c = 0; c < 3; c++) {
      const gain = gains[c]!
      const value = data[c * size + i]! * Math.max(mask + (1 - mask) * gain, gain)
      data[c * size + i] = Math.min(1, Math.max(0, value))
    }
  }
}

/** White balance of raw planes in place, clipped to 0..1 (`apply_gains` of process.py). */
export function balance(data: Float32Array, { redGain, blueGain }: CameraSettings): void {
  const size = data.length / 3
  const gains = [redGain, 1, blueGain]
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.min(1, Math.max(0, data[i]! * gains[i < size ? 0 : i < 2 * size ? 1 : 2]!))
  }
}

/**
 * Three planes of balanced raw colours to a finished picture in place: matrix, clip, gamma (`process`), and, if `tones`, also the
 * exposure gain before the clip and the smoothstep tone curve after the gamma, which `process` leaves out.
 */
export function fromRawLight(data: Float32Array, { rgbToCamera, exposureGain }: CameraSettings, tones: boolean): void {
  applyMatrix(data, inverse(rgbToCamera))
  const gain = tones ? exposureGain : 1
  for (let i = 0; i < data.length; i++) data[i] = Math.min(1, Math.max(0, data[i]! * gain))
  encodeGamma(data, data)
  if (!tones) return
  for (let i = 0; i < data.length; i++) data[i] = data[i]! * data[i]! * (3 - 2 * data[i]!)
}
