import { type Border, type Field, placeRow } from '../filters/correlate.js'
import { gaussianTaps } from '../filters/gaussian.js'
import { KERNEL_BASE, kernels } from '../kernels/kernels.js'

const SIDE = 7
const taps = gaussianTaps(SIDE, 7 / 6)

/**
 * Mean-subtracted, contrast-normalised coefficients (Ruderman 1994) of levels 0..255: (x - m) / (s + 1) with the mean m and the
 * deviation s = sqrt(|E[x^2] - m^2|) under a Gaussian window of 7 x 7 px and sigma 7/6. `spread` is given the deviations of each row in
 * turn, in memory that is used again.
 */
export function normalised(
  field: Field,
  border: Border,
  spread: (deviation: Float64Array, y: number) => void = () => undefined,
): Field {
  const { width, height, data } = field
  const radius = (SIDE - 1) / 2
  const line = 8 * (width + 2 * radius + 2)
  const weights = KERNEL_BASE
  const rows = weights + 8 * SIDE
  const row = Math.ceil((rows + 4 * SIDE) / 16) * 16
  const deviation = row + line
  const ring = deviation + line
  const run = kernels(ring + 2 * SIDE * line)
  const doubles = new Float64Array(run.memory.buffer)
  const addresses = new Uint32Array(run.memory.buffer, rows, SIDE)
  doubles.set(taps, weights >> 3)
  const samples = doubles.subarray(row >> 3, (row >> 3) + width)
  const deviations = doubles.subarray(deviation >> 3, (deviation >> 3) + width)
  const out = new Float64Array(data.length)
  for (let v = -radius; v < height + radius; v++) {
    placeRow(doubles, row >> 3, field, v, radius, border)
    run.powersRow(ring + ((v + radius) % SIDE) * 2 * line, line, row, weights, SIDE, width)
    const y = v - radius
    if (y < 0) continue
    for (let k = 0; k < SIDE; k++) addresses[k] = ring + ((y + k) % SIDE) * 2 * line
    samples.set(data.subarray(y * width, (y + 1) * width))
    run.normaliseRow(row, deviation, rows, line, weights, SIDE, width)
    out.set(samples, y * width)
    spread(deviations, y)
  }
  return { width, height, data: out }
}
