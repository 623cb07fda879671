import { defineNode, type MetricDescriptor, Type } from '@kintsugi/core'
import { meanAbsolute, meanSquare, STRIP_MEMORY } from '../pair/distance.js'
import { checkPair, pairInputs, pairParams } from '../pair/pair.js'
import { describedMetric } from '../protocol/describe.js'

const metric = (name: string, unit: string) =>
  describedMetric({ name, direction: 'lower', unit, params: ['border', 'color_space', 'quantize'] })

/** What `metrics/mse` measures. */
export const mseMetric = metric('MSE', 'squared levels of 0..255')
/** What `metrics/rmse` measures. */
export const rmseMetric = metric('RMSE', 'levels of 0..255')
/** What `metrics/mae` measures. */
export const maeMetric = metric('MAE', 'levels of 0..255')

/** `metrics/mse`: mean square error. */
export const mse = pixelError(mseMetric, 'Mean square error', 'Mean of the squared differences', meanSquare, 650.25)
/** `metrics/rmse`: root mean square error. */
export const rmse = pixelError(
  rmseMetric,
  'Root mean square error',
  'Square root of the mean of the squared differences',
  (...pair) => Math.sqrt(meanSquare(...pair)),
  25.5,
)
/** `metrics/mae`: mean absolute error. */
export const mae = pixelError(maeMetric, 'Mean absolute error', 'Mean of the absolute differences', meanAbsolute, 25.5)

function pixelError(
  metric: MetricDescriptor,
  title: string,
  what: string,
  compute: typeof meanSquare,
  example: number,
) {
  const { unit } = metric
  const name = `metrics/${metric.name.toLowerCase()}`
  return defineNode({
    name,
    title,
    description:
      `${what} of two images over all pixels and channels, in ${unit}. Lower is better; identical images give 0. ` +
      'Protocol: both images clipped and rounded to 8 bits, `border` cut off, then luma where asked.',
    params: Type.Object(pairParams, { additionalProperties: false }),
    inputs: pairInputs,
    outputs: { score: { type: 'number', description: `In ${unit}.`, metric } },
    memory: () => STRIP_MEMORY,
    limits: { alpha: false },
    examples: [
      {
        title: 'Flat images that differ by a tenth, not rounded',
        in: {
          image: { pattern: 'flat', width: 8, height: 8, channels: 3, offset: 0.1 },
          reference: { pattern: 'flat', width: 8, height: 8, channels: 3 },
        },
        with: { quantize: false },
        expect: { score: { value: example, tolerance: 1e-4 } },
      },
    ],
    run({ image, reference }, params, context) {
      checkPair(name, image, reference, params.border, 1)
      return { score: compute(image, reference, params, () => context.throwIfCancelled()) }
    },
  })
}
