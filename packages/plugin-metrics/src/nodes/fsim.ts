import { defineNode, Type } from '@kintsugi/core'
import { featureSimilarity } from '../pair/feature-similarity.js'
import { comparablePlanes, pairInputs, protocolParams } from '../pair/pair.js'
import { describedMetric } from '../protocol/describe.js'

const LEAST = 16

/** What `metrics/fsim` measures. */
export const fsimMetric = describedMetric({
  name: 'FSIM',
  direction: 'higher',
  unit: '',
  params: ['border', 'quantize', 'chromatic'],
  fixed: { implementation: 'pyiqa' },
})

/** `metrics/fsim`: feature similarity, with or without chroma. */
export const fsim = defineNode({
  name: 'metrics/fsim',
  title: 'FSIM and FSIMc',
  description:
    'Feature similarity (Zhang et al. 2011), 0..1, higher is better: phase congruency and gradients compared where either image has phase congruency. `fsim` of pyiqa, ' +
    'which adds 1.19e-7 to denominators, so that identical images give 0.9999999. Images are averaged over squares of f x f px first, f the smaller side / 256, rounded. ' +
    '`chromatic` (FSIMc) also compares I and Q of YIQ; for gray images it changes nothing. Sides must be at least 16 px.',
  params: Type.Object(
    {
      ...protocolParams,
      chromatic: Type.Boolean({ default: true, description: 'Compare chroma too: FSIMc, the default of pyiqa.' }),
    },
    { additionalProperties: false },
  ),
  inputs: pairInputs,
  outputs: { score: { type: 'number', description: 'Mean weighted by phase congruency.', metric: fsimMetric } },
  memory: ({ image }) => 500 * image!.width * image!.height,
  limits: { alpha: false, minSize: LEAST },
  examples: [
    {
      title: 'Identical images',
      in: {
        image: { pattern: 'photo', width: 32, height: 24 },
        reference: { pattern: 'photo', width: 32, height: 24 },
      },
      expect: { score: { value: 1, tolerance: 1e-6 } },
    },
    {
      title: 'A lighter picture, luma alone',
      in: {
        image: { pattern: 'photo', width: 32, height: 24, offset: 0.05 },
        reference: { pattern: 'photo', width: 32, height: 24 },
      },
      with: { chromatic: false },
    },
  ],
  run({ image, reference }, params, context) {
    context.throwIfCancelled()
    const [tested, truth] = comparablePlanes('metrics/fsim', image, reference, { ...params, color_space: 'rgb' }, LEAST)
    return { score: featureSimilarity(tested, truth, params.chromatic, () => context.throwIfCancelled()) }
  },
})
