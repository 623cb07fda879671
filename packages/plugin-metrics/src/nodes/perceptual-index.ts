import { defineNode, Type } from '@kintsugi/core'
import { describedMetric } from '../protocol/describe.js'

/** What `metrics/perceptual-index` measures. */
export const perceptualIndexMetric = describedMetric({
  name: 'Perceptual index',
  direction: 'lower',
  unit: '',
  params: [],
  fixed: { implementation: 'PIRM 2018' },
})

/** `metrics/perceptual-index`: the ranking score of the PIRM 2018 challenge. */
export const perceptualIndex = defineNode({
  name: 'metrics/perceptual-index',
  title: 'Perceptual index',
  description:
    'Perceptual index of the PIRM 2018 challenge (Blau et al. 2018): ((10 - Ma) + NIQE) / 2, lower is better. Ma is the score of Ma et al. 2017 (NRQM), 0..10, computed elsewhere. ' +
    'The challenge takes NIQE with the original parameters, `border: 4` and studio luma.',
  runs: 'inline',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: {
    niqe: { type: 'number', description: 'NIQE of the image.' },
    ma: { type: 'number', description: "Ma's score of the image." },
  },
  outputs: { score: { type: 'number', description: '((10 - Ma) + NIQE) / 2.', metric: perceptualIndexMetric } },
  examples: [{ title: 'NIQE 4, Ma 8', in: { niqe: { value: 4 }, ma: { value: 8 } }, expect: { score: { value: 3 } } }],
  run: ({ niqe, ma }) => ({ score: (10 - ma + niqe) / 2 }),
})
