import { Type } from '@kintsugi/core'
import { mapSamples } from '../image/strips.js'

/** Parameters of node types that add the noise of a sensor after darkening. */
export function sensorParams(defaults: { sigma: number; sigmaText: string; photonsText: string }) {
  return {
    photons: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1e6,
      description: `Mean count at white, for Poisson noise. 0: none. ${defaults.photonsText}`,
    }),
    sigma: Type.Number({
      default: defaults.sigma,
      minimum: 0,
      maximum: 255,
      'x-unit': '1/255',
      description: `Standard deviation of the normal noise that follows, on the scale where white is 255. ${defaults.sigmaText}`,
    }),
    clip: Type.Boolean({ default: true, description: 'Clip the result to 0..1.' }),
  }
}

/** Clips a plane to 0..1 in place. */
export function clipPlane(plane: Float32Array): void {
  mapSamples(plane, plane, (run, samples, count) => run.clipLevels(samples, count, false))
}
