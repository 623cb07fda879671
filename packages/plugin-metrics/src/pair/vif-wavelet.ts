import { type Field, separableSame } from '../filters/correlate.js'
import { EigenvalueDecomposition, Matrix, pseudoInverse } from '../statistics/matrix.js'
import { orientedBands } from './steerable-pyramid.js'

/** Variance of the noise of the visual system. */
const NOISE = 0.4
const TOLERANCE = 1e-12
/** Coefficients are taken in blocks of this side. */
const BLOCK = 3
const LEVELS = 4

/**
 * Visual information fidelity in the wavelet domain (Sheikh and Bovik 2006, `vifvec`, as `vif` of pyiqa) of planes of levels
 * 0..255: two orientations of a steerable pyramid at four scales, vectors of 3 x 3 coefficients, a gain and a noise for each in a
 * window of 3, 5, 9 and 17 px from coarse to fine. 0 for a reference without any structure. Sides must be at least 64. `step` is
 * called now and then.
 */
export function waveletVif(tested: Field, truth: Field, step: () => void): number {
  const testedBands = orientedBands(tested, LEVELS, step)
  let information = 0
  let total = 0
  orientedBands(truth, LEVELS, step).forEach((bands, level) => {
    for (const orientation of ['across', 'down'] as const) {
      const band = bandInformation(
        testedBands[level]![orientation],
        bands[orientation],
        2 ** (LEVELS - level) + 1,
        step,
      )
      information += band.information
      total += band.total
    }
  })
  return information / (total + TOLERANCE)
}

function bandInformation(tested: Field, truth: Field, window: number, step: () => void) {
  const across = Math.floor(truth.width / BLOCK)
  const down = Math.floor(truth.height / BLOCK)
  const x = cut(tested, across * BLOCK, down * BLOCK)
  const y = cut(truth, across * BLOCK, down * BLOCK)
  step()
  const { inverse, eigenvalues } = blockStatistics(y)
  step()
  const gains = distortion(x, y, window)
  const skip = Math.ceil((window - 1) / 2 / BLOCK)
  let information = 0
  let total = 0
  for (let by = skip; by < down - skip; by++) {
    if (by % 16 === 0) step()
    for (let bx = skip; bx < across - skip; bx++) {
      const { gain, noise } = gains((by * BLOCK + 1) * y.width + bx * BLOCK + 1)
      const vector = block(y, bx * BLOCK, by * BLOCK)
      let strength = 0
      for (let i = 0; i < vector.length; i++) {
        for (let j = 0; j < vector.length; j++) strength += vector[i]! * inverse.get(i, j) * vector[j]!
      }
      strength /= BLOCK ** 2
      for (const eigenvalue of eigenvalues) {
        information += Math.log2(1 + (gain * gain * strength * eigenvalue) / (noise + NOISE))
        total += Math.log2(1 + (strength * eigenvalue) / NOISE)
      }
    }
  }
  return { information, total }
}

/** Gain and noise of the channel from `y` to `x` in the window around a pixel. */
function distortion(x: Field, y: Field, window: number) {
  const ones = new Float64Array(window).fill(1)
  const sums = (data: (i: number) => number) =>
    separableSame({ ...y, data: y.data.map((_, i) => data(i)) }, ones, 'reflect').data
  const sumX = sums((i) => x.data[i]!)
  const sumY = sums((i) => y.data[i]!)
  const sumXX = sums((i) => x.data[i]! ** 2)
  const sumYY = sums((i) => y.data[i]! ** 2)
  const sumXY = sums((i) => x.data[i]! * y.data[i]!)
  const count = window ** 2
  return (i: number) => {
    const spreadX = Math.max(sumXX[i]! - sumX[i]! ** 2 / count, 0)
    const spreadY = Math.max(sumYY[i]! - sumY[i]! ** 2 / count, 0)
    const joint = sumXY[i]! - (sumX[i]! * sumY[i]!) / count
    let gain = joint / (spreadY + TOLERANCE)
    let noise = (spreadX - gain * joint) / count
    if (spreadX < TOLERANCE) {
      gain = 0
      noise = 0
    } else if (spreadY < TOLERANCE || gain < 0) {
      gain = 0
      noise = spreadX
    }
    return { gain, noise: Math.max(noise, TOLERANCE) }
  }
}

/** Inverse and eigenvalues of the covariance of all 3 x 3 neighbourhoods. */
function blockStatistics(field: Field) {
  const size = BLOCK ** 2
  const mean = new Float64Array(size)
  const products = new Float64Array(size * size)
  const [across, down] = [field.width - BLOCK + 1, field.height - BLOCK + 1]
  const count = across * down
  for (const pass of ['mean', 'covariance'] as const) {
    for (let y = 0; y < down; y++) {
      for (let x = 0; x < across; x++) {
        const vector = block(field, x, y)
        if (pass === 'mean') for (let i = 0; i < size; i++) mean[i]! += vector[i]! / count
        else {
          for (let i = 0; i < size; i++) {
            const centred = (vector[i]! - mean[i]!) / count
            for (let j = 0; j <= i; j++) products[i * size + j]! += centred * (vector[j]! - mean[j]!)
          }
        }
      }
    }
  }
  const covariance = new Matrix(size, size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      covariance.set(i, j, products[i * size + j]!)
      covariance.set(j, i, products[i * size + j]!)
    }
  }
  const { realEigenvalues } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true })
  return { inverse: pseudoInverse(covariance), eigenvalues: realEigenvalues.map((value) => Math.max(value, 0)) }
}

function block({ width, data }: Field, x: number, y: number): Float64Array {
  const vector = new Float64Array(BLOCK ** 2)
  for (let dy = 0, i = 0; dy < BLOCK; dy++) {
    for (let dx = 0; dx < BLOCK; dx++, i++) vector[i] = data[(y + dy) * width + x + dx]!
  }
  return vector
}

function cut({ width, data }: Field, across: number, down: number): Field {
  const out = new Float64Array(across * down)
  for (let y = 0; y < down; y++) out.set(data.subarray(y * width, y * width + across), y * across)
  return { width: across, height: down, data: out }
}
