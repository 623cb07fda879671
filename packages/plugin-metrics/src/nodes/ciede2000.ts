import { defineNode, Type } from '@kintsugi/core'
import { ciede2000 as difference } from '../color/ciede2000.js'
import { labOf } from '../color/lab.js'
import { comparablePlanes, pairInputs, protocolParams } from '../pair/pair.js'
import { describedMetric } from '../protocol/describe.js'

/** What `metrics/ciede2000` measures. */
export const ciede2000Metric = describedMetric({
  name: 'CIEDE2000',
  direction: 'lower',
  unit: 'dE00',
  params: ['border', 'quantize'],
  fixed: { color_space: 'CIELAB D65', implementation: 'scikit-image' },
})

/** `metrics/ciede2000`: mean colour difference. */
export const ciede2000 = defineNode({
  name: 'metrics/ciede2000',
  title: 'CIEDE2000',
  description:
    'Mean over all pixels of the colour difference CIEDE2000 (kL = kC = kH = 1) of sRGB images in CIELAB under D65, as scikit-image. ' +
    '1 is about a just noticeable difference. Lower is better; identical images give 0. Gray images are taken as neutral colours. ' +
    'Protocol: both images clipped and rounded to 8 bits, `border` cut off.',
  params: Type.Object(protocolParams, { additionalProperties: false }),
  inputs: pairInputs,
  outputs: {
    score: { type: 'number', description: 'Mean over all pixels.', metric: ciede2000Metric },
    max: { type: 'number', description: 'The largest difference of a pixel.' },
  },
  memory: ({ image }) => 16 * image!.width * image!.height * image!.channels,
  limits: { alpha: false },
  examples: [
    {
      title: 'Two grays, 153 and 128 levels',
      in: {
        image: { pattern: 'flat', width: 4, height: 4, offset: 0.1 },
        reference: { pattern: 'flat', width: 4, height: 4 },
      },
      expect: { score: { value: 8.6724957, tolerance: 1e-6 } },
    },
  ],
  run({ image, reference }, params, context) {
    const options = { ...params, color_space: 'rgb' as const }
    const [{ planes: tested }, { planes: truth }] = comparablePlanes('metrics/ciede2000', image, reference, options, 1)
    const lab = ([r, g = r, b = r]: readonly Float32Array[], i: number) =>
      labOf(r![i]! / 255, g![i]! / 255, b![i]! / 255)
    const pixels = truth[0]!.length
    let [sum, max] = [0, 0]
    for (let i = 0; i < pixels; i++) {
      if (i % 16384 === 0) context.throwIfCancelled()
      const value = difference(lab(truth, i), lab(tested, i))
      sum += value
      max = Math.max(max, value)
    }
    return { score: sum / pixels, max }
  },
})
