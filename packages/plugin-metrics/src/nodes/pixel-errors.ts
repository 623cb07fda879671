import { defineNode, Type } from '@kintsugi/core'
import type { Metric } from '../metric.js'
import { meanAbsolute, meanSquare } from '../pair/distance.js'
import { comparablePlanes, pairInputs, pairParams } from '../pair/pair.js'
import type { Planes } from '../pair/planes.js'

const metric = (name: string, largest: number): Metric => ({
  name: `metrics/${name}`,
  direction: 'lower',
  unit: name === 'mse' ? 'squared levels of 0..255' : 'levels of 0..255',
  range: [0, largest],
  identical: 0,
  definition: 'one mean over all pixels and channels, as numpy.mean',
  protocol: ['border', 'color_space', 'quantize'],
  fixed: { peak: '255' },
})

export const mseMetric = metric('mse', 255 ** 2)
export const rmseMetric = metric('rmse', 255)
export const maeMetric = metric('mae', 255)

/** `metrics/mse`: mean square error. */
export const mse = pixelError(mseMetric, 'Mean square error', 'Mean of the squared differences', meanSquare, 650.25)
/** `metrics/rmse`: root mean square error. */
export const rmse = pixelError(
  rmseMetric,
  'Root mean square error',
  'Square root of the mean of the squared differences',
  (tested, truth) => Math.sqrt(meanSquare(tested, truth)),
  25.5,
)
/** `metrics/mae`: mean absolute error. */
export const mae = pixelError(maeMetric, 'Mean absolute error', 'Mean of the absolute differences', meanAbsolute, 25.5)

function pixelError(
  { name, unit }: Metric,
  title: string,
  what: string,
  compute: (tested: Planes, truth: Planes) => number,
  example: number,
) {
  return defineNode({
    name,
    title,
    description:
      `${what} of two images over all pixels and channels, in ${unit}. Lower is better; identical images give 0. ` +
      'Protocol: both images clipped and rounded to 8 bits, `border` cut off, then luma where asked.',
    params: Type.Object(pairParams, { additionalProperties: false }),
    inputs: pairInputs,
    outputs: { score: { type: 'number', description: `In ${unit}.` } },
    memory: ({ image }) => 16 * image!.width * image!.height * image!.channels,
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
    run({ image, reference }, params) {
      return { score: compute(...comparablePlanes(name, image, reference, params, 1)) }
    },
  })
}
