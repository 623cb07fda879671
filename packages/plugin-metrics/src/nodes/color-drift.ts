import { defineNode, type NodeContext, Type } from '@kintsugi/core'
import { labOf } from '../color/lab.js'
import { comparablePlanes, pairInputs, protocolParams } from '../pair/pair.js'
import type { Planes } from '../pair/planes.js'
import { describedMetric } from '../protocol/describe.js'

/** What `metrics/color-drift` measures. */
export const colorDriftMetric = describedMetric({
  name: 'Colour drift',
  direction: 'lower',
  unit: 'dE76',
  params: ['border', 'quantize'],
  fixed: { color_space: 'CIELAB D65' },
})

/** `metrics/color-drift`: how far the colours of an image have moved as a whole. */
export const colorDrift = defineNode({
  name: 'metrics/color-drift',
  title: 'Colour drift',
  description:
    'How far an image has drifted in colour as a whole: the mean CIELAB colour (D65) of the image minus that of its reference, and the length of that difference (dE76 of the means). ' +
    'Errors that cancel out do not count; 0 for identical images, lower is better. ' +
    'Protocol: both images clipped and rounded to 8 bits, `border` cut off.',
  params: Type.Object(protocolParams, { additionalProperties: false }),
  inputs: pairInputs,
  outputs: {
    score: { type: 'number', description: 'Length of the difference.', metric: colorDriftMetric },
    lightness: { type: 'number', description: 'Difference of L: positive where the image is lighter.' },
    red: { type: 'number', description: 'Difference of a: positive towards red, negative towards green.' },
    yellow: { type: 'number', description: 'Difference of b: positive towards yellow, negative towards blue.' },
  },
  memory: ({ image }) => 16 * image!.width * image!.height * image!.channels,
  limits: { alpha: false },
  examples: [
    {
      title: 'A lighter gray drifts in lightness alone',
      in: {
        image: { pattern: 'flat', width: 4, height: 4, offset: 0.1 },
        reference: { pattern: 'flat', width: 4, height: 4 },
      },
      expect: { lightness: { value: 9.6379, tolerance: 1e-3 }, red: { value: 0, tolerance: 1e-2 } },
    },
  ],
  run({ image, reference }, params, context) {
    const options = { ...params, color_space: 'rgb' as const }
    const [tested, truth] = comparablePlanes('metrics/color-drift', image, reference, options, 1).map((planes) =>
      meanLab(planes, context),
    )
    const [lightness, red, yellow] = tested!.map((value, i) => value - truth![i]!) as [number, number, number]
    return { score: Math.hypot(lightness, red, yellow), lightness, red, yellow }
  },
})

function meanLab({ planes: [r, g = r, b = r] }: Planes, context: NodeContext): number[] {
  const mean = [0, 0, 0]
  for (let i = 0; i < r!.length; i++) {
    if (i % 16384 === 0) context.throwIfCancelled()
    const lab = labOf(r![i]! / 255, g![i]! / 255, b![i]! / 255)
    for (let c = 0; c < 3; c++) mean[c]! += lab[c]! / r!.length
  }
  return mean
}
