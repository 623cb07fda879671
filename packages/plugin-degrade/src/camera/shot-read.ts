import type { RandomStream } from '@kintsugi/core'
import { addNoise } from '../noise/add-noise.js'

/**
 * Adds the noise of a sensor to a plane of light, in place: Poisson(photons x) / photons for x >= 0 (nothing where `photons` is 0),
 * then normal values of standard deviation `read`. Drawn row by row, all counts first.
 */
export function addSensorNoise(plane: Float32Array, photons: number, read: number, random: RandomStream): void {
  if (photons > 0) {
    const rates = new Float32Array(plane.length)
    for (let i = 0; i < rates.length; i++) rates[i] = Math.max(plane[i]!, 0) * photons
    random.fillPoisson(plane, rates)
    for (let i = 0; i < plane.length; i++) plane[i]! /= photons
  }
  if (read > 0) {
    const field = new Float32Array(plane.length)
    random.fillNormal(field)
    addNoise(plane, field, plane, { scale: read, clip: false })
  }
}
