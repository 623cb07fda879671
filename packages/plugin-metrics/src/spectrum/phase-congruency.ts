import type { Field } from '../filters/correlate.js'
import { type Complex, inverse2d, transform2d } from './fourier.js'

const SCALES = 4
const ORIENTATIONS = 4
const SHORTEST_WAVE = 6
const SPREAD = Math.PI / (ORIENTATIONS * 1.2)
const EPSILON = 2 ** -52

/**
 * Phase congruency (Kovesi 1999) as FSIM of pyiqa and piq computes it: log-Gabor filters of wavelengths 6, 12, 24 and 48 px
 * (bandwidth 0.55) under a Butterworth low-pass of 0.45, four orientations with Gaussians of pi / 4.8, noise from the median of the
 * smallest scale, threshold two deviations above its mean divided by 1.7. 0..1 at each pixel.
 */
export function phaseCongruency({ width, height, data }: Field, step: () => void): Float64Array {
  step()
  const pixels = width * height
  const { radial, angle } = frequencies(width, height)
  const spectrum: Complex = { re: Float64Array.from(data), im: new Float64Array(pixels) }
  transform2d(spectrum, width, height)
  const energies = new Float64Array(pixels)
  const amplitudes = new Float64Array(pixels)
  for (let orientation = 0; orientation < ORIENTATIONS; orientation++) {
    const turned = angular(angle, (orientation * Math.PI) / ORIENTATIONS)
    const filters = radial.map((band) => band.map((value, i) => value * turned[i]!))
    const responses = filters.map((filter) => {
      step()
      const response = { re: new Float64Array(pixels), im: new Float64Array(pixels) }
      for (let i = 0; i < pixels; i++) {
        response.re[i] = spectrum.re[i]! * filter[i]!
        response.im[i] = spectrum.im[i]! * filter[i]!
      }
      inverse2d(response, width, height)
      return response
    })
    step()
    const threshold = noiseThreshold(filters, responses[0]!, width, height)
    for (let i = 0; i < pixels; i++) {
      let even = 0
      let odd = 0
      for (let s = 0; s < SCALES; s++) {
        const re = responses[s]!.re[i]!
        const im = responses[s]!.im[i]!
        even += re
        odd += im
        amplitudes[i]! += Math.sqrt(re * re + im * im)
      }
      const length = Math.sqrt(even ** 2 + odd ** 2) + EPSILON
      const meanEven = even / length
      const meanOdd = odd / length
      let energy = 0
      for (let s = 0; s < SCALES; s++) {
        const re = responses[s]!.re[i]!
        const im = responses[s]!.im[i]!
        energy += re * meanEven + im * meanOdd - Math.abs(re * meanOdd - im * meanEven)
      }
      energies[i]! += Math.max(energy - threshold, 0)
    }
  }
  return energies.map((energy, i) => (energy + EPSILON) / (amplitudes[i]! + EPSILON))
}

/** Two deviations above the mean of the noise energy, rescaled by 1 / 1.7. */
function noiseThreshold(filters: readonly Float64Array[], finest: Complex, width: number, height: number): number {
  const squares = finest.re.map((value, i) => value ** 2 + finest.im[i]! ** 2).sort()
  const median = squares[(squares.length - 1) >> 1]!
  let power = 0
  for (const value of filters[0]!) power += value ** 2
  const noise = -median / Math.log(0.5) / power
  // Sums over the image of products of the filters' real impulse responses are sums over frequencies (Parseval) of products of
  // their even parts.
  let [same, cross] = [0, 0]
  for (let y = 0, i = 0; y < height; y++) {
    const mirroredRow = y === 0 ? 0 : (height - y) * width
    for (let x = 0; x < width; x++, i++) {
      const j = mirroredRow + (x === 0 ? 0 : width - x)
      let sum = 0
      let squared = 0
      for (let s = 0; s < SCALES; s++) {
        const filter = filters[s]!
        const value = (filter[i]! + filter[j]!) / 2
        sum += value
        squared += value ** 2
      }
      same += squared
      cross += (sum ** 2 - squared) / 2
    }
  }
  const tau = Math.sqrt((2 * noise * same + 4 * noise * cross) / 2)
  return (tau * Math.sqrt(Math.PI / 2) + 2 * Math.sqrt((2 - Math.PI / 2) * tau ** 2)) / 1.7
}

/** The radial filters of each scale and the direction of each frequency, zero frequency first. */
function frequencies(width: number, height: number) {
  const [across, down] = [axis(width), axis(height)]
  const pixels = width * height
  const angle = new Float64Array(pixels)
  const radial = Array.from({ length: SCALES }, () => new Float64Array(pixels))
  const spread = 2 * Math.log(0.55) ** 2
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const radius = Math.sqrt(across[x]! ** 2 + down[y]! ** 2)
      // pyiqa measures directions from the vertical axis.
      angle[i] = Math.atan2(-across[x]!, down[y]!)
      if (i === 0) continue
      const lowPass = 1 / (1 + (radius / 0.45) ** 30)
      for (let scale = 0; scale < SCALES; scale++) {
        radial[scale]![i] = Math.exp(-(Math.log(radius * SHORTEST_WAVE * 2 ** scale) ** 2) / spread) * lowPass
      }
    }
  }
  return { radial, angle }
}

/** Frequencies -1/2..1/2 of each position, zero first: those of an odd length reach both ends. */
function axis(length: number): Float64Array {
  const half = Math.floor(length / 2)
  const divisor = length % 2 === 0 ? length : Math.max(length - 1, 1)
  return Float64Array.from({ length }, (_, i) => (((i + half) % length) - half) / divisor)
}

function angular(angle: Float64Array, orientation: number): Float64Array {
  const [c, s] = [Math.cos(orientation), Math.sin(orientation)]
  return angle.map((theta) => {
    const sine = Math.sin(theta)
    const cosine = Math.cos(theta)
    const distance = Math.abs(Math.atan2(sine * c - cosine * s, cosine * c + sine * s))
    return Math.exp(-(distance ** 2) / (2 * SPREAD ** 2))
  })
}
