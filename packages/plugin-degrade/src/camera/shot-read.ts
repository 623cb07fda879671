import type { RandomStream } from '@kintsugi/core'

/**
 * Adds the noise of a sensor to a plane of light, in place: Poisson(photons x) / photons for x >= 0 (nothing where `photons` is 0),
 * then normal values of standard deviation `read`. Drawn row by row, all counts first.
 */
export function addSensorNoise(plane: Float32Array, photons: number, read: number, random: RandomStream): void {
  if (photons > 0) {
    const rates = plane.map((x) => Math.max(x, 0) * photons)
    random.fillPoisson(plane, rates)
    for (let i = 0; i < plane.length; i++) plane[i]! /= photons
  }
  if (read > 0) {
    const field = new Float32Array(plane.length)
    random.fillNormal(field)
    for (let i = 0; i < plane.length; i++) plane[i]! += read * field[i]!
  }
}
