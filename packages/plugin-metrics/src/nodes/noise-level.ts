import { defineNode, Type } from '@kintsugi/core'
import { colorSpaceParam, protocolParams } from '../pair/pair.js'
import { describedMetric } from '../protocol/describe.js'
import { scorablePlanes, singleInput } from '../single/single.js'

const LEAST = 4

/** What `metrics/noise-level` measures. */
export const noiseLevelMetric = describedMetric({
  name: 'Noise level',
  direction: 'lower',
  unit: 'levels',
  params: ['border', 'color_space', 'quantize', 'estimator'],
})

/** `metrics/noise-level`: estimated standard deviation of noise. */
export const noiseLevel = defineNode({
  name: 'metrics/noise-level',
  title: 'Noise level',
  description:
    'Estimated standard deviation of Gaussian noise in levels of 0..255, the mean over channels. Texture is taken for noise. ' +
    '`immerkaer`: sqrt(pi / 2) / (6 (W - 2) (H - 2)) times the sum of |I * (1 -2 1; -2 4 -2; 1 -2 1)| inside the image (Immerkaer 1996). ' +
    '`haar`: the median of |a - b - c + d| / 2 over squares of 2 x 2 px, divided by 0.6745 (Donoho and Johnstone 1994).',
  params: Type.Object(
    {
      ...protocolParams,
      color_space: colorSpaceParam(['rgb', 'y', 'yiq']),
      estimator: Type.Enum(['immerkaer', 'haar'], { default: 'immerkaer', description: 'Which estimate, see above.' }),
    },
    { additionalProperties: false },
  ),
  inputs: singleInput,
  outputs: { score: { type: 'number', description: 'Levels of 0..255.', metric: noiseLevelMetric } },
  memory: ({ image }) => 30 * image!.width * image!.height,
  limits: { alpha: false, minSize: LEAST },
  examples: [
    { title: 'A flat image has none', in: { image: { pattern: 'flat' } }, expect: { score: { value: 0 } } },
    {
      title: 'Uniform noise of 0..255 has a deviation of 73.6',
      in: { image: { pattern: 'noise', width: 64, height: 64 } },
      expect: { score: { value: 73.6, tolerance: 3 } },
    },
  ],
  run({ image }, { estimator, ...options }, context) {
    context.throwIfCancelled()
    const { width, height, planes } = scorablePlanes('metrics/noise-level', image, options, LEAST)
    const estimate = estimator === 'immerkaer' ? immerkaer : haar
    let sum = 0
    for (const plane of planes) {
      context.throwIfCancelled()
      sum += estimate(plane, width, height)
    }
    return { score: sum / planes.length }
  },
})

function immerkaer(p: Float32Array, width: number, height: number): number {
  let sum = 0
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const corners = p[i - width - 1]! + p[i - width + 1]! + p[i + width - 1]! + p[i + width + 1]!
      const sides = p[i - width]! + p[i + width]! + p[i - 1]! + p[i + 1]!
      sum += Math.abs(corners - 2 * sides + 4 * p[i]!)
    }
  }
  return (sum * Math.sqrt(Math.PI / 2)) / (6 * (width - 2) * (height - 2))
}

function haar(p: Float32Array, width: number, height: number): number {
  const [across, down] = [width >> 1, height >> 1]
  const details = new Float64Array(across * down)
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const i = 2 * y * width + 2 * x
      details[y * across + x] = Math.abs(p[i]! - p[i + 1]! - p[i + width]! + p[i + width + 1]!) / 2
    }
  }
  details.sort()
  const half = details.length >> 1
  const median = details.length % 2 === 1 ? details[half]! : (details[half - 1]! + details[half]!) / 2
  return median / 0.6745
}
