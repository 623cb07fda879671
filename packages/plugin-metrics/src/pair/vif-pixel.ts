import { type Field, separableValid } from '../filters/correlate.js'
import { gaussianTaps } from '../filters/gaussian.js'

/** Variance of the noise of the visual system, levels 0..255 squared. */
const NOISE = 2
const EPSILON = 1e-8

/**
 * Visual information fidelity in the pixel domain (Sheikh and Bovik 2006, as `vif_p` of piq) of planes of levels 0..255: four
 * scales with Gaussian windows of side 17, 9, 5, 3 and sigma side / 5, from the second on filtered and every second pixel taken
 * first. Sides must be at least 41. `step` is called now and then.
 */
export function pixelVif(tested: Field, truth: Field, step: () => void): number {
  let [x, y] = [tested, truth]
  let information = 0
  let total = 0
  for (let scale = 0; scale < 4; scale++) {
    const side = 2 ** (4 - scale) + 1
    const taps = gaussianTaps(side, side / 5)
    step()
    if (scale > 0) {
      x = everySecond(separableValid(x, taps))
      y = everySecond(separableValid(y, taps))
    }
    const meanX = separableValid(x, taps).data
    const meanY = separableValid(y, taps).data
    step()
    const squareX = separableValid(product(x, x), taps).data
    const squareY = separableValid(product(y, y), taps).data
    const cross = separableValid(product(x, y), taps).data
    for (let i = 0; i < meanX.length; i++) {
      const varianceX = Math.max(squareX[i]! - meanX[i]! ** 2, 0)
      const varianceY = Math.max(squareY[i]! - meanY[i]! ** 2, 0)
      const covariance = cross[i]! - meanX[i]! * meanY[i]!
      let gain = covariance / (varianceY + EPSILON)
      let rest = varianceX - gain * covariance
      let signal = varianceY
      if (varianceY < EPSILON) signal = 0
      if (varianceX < EPSILON) {
        gain = 0
        rest = 0
      } else if (varianceY < EPSILON || gain < 0) {
        gain = 0
        rest = varianceX
      }
      information += Math.log10(1 + (gain ** 2 * signal) / (Math.max(rest, EPSILON) + NOISE))
      total += Math.log10(1 + signal / NOISE)
    }
  }
  return (information + EPSILON) / (total + EPSILON)
}

function product(a: Field, b: Field): Field {
  return { ...a, data: a.data.map((value, i) => value * b.data[i]!) }
}

function everySecond({ width, height, data }: Field): Field {
  const [across, down] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const out = new Float64Array(across * down)
  for (let y = 0; y < down; y++) for (let x = 0; x < across; x++) out[y * across + x] = data[2 * y * width + 2 * x]!
  return { width: across, height: down, data: out }
}
