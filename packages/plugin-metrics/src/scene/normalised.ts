import { type Border, type Field, separableSame } from '../filters/correlate.js'
import { gaussianTaps } from '../filters/gaussian.js'

const taps = gaussianTaps(7, 7 / 6)

/** Coefficients and the local deviation they were divided by. */
export interface Normalised {
  readonly coefficients: Field
  readonly deviation: Field
}

/**
 * Mean-subtracted, contrast-normalised coefficients (Ruderman 1994) of levels 0..255: (x - m) / (s + 1) with the mean m and the
 * deviation s = sqrt(|E[x^2] - m^2|) under a Gaussian window of 7 x 7 px and sigma 7/6.
 */
export function normalised(field: Field, border: Border): Normalised {
  const { width, height, data } = field
  const squares = new Float64Array(data.length)
  for (let i = 0; i < data.length; i++) squares[i] = data[i]! * data[i]!
  const mean = separableSame(field, taps, border).data
  const power = separableSame({ width, height, data: squares }, taps, border).data
  for (let i = 0; i < data.length; i++) {
    const m = mean[i]!
    const deviation = Math.sqrt(Math.abs(power[i]! - m * m))
    mean[i] = (data[i]! - m) / (deviation + 1)
    power[i] = deviation
  }
  return { coefficients: { width, height, data: mean }, deviation: { width, height, data: power } }
}
