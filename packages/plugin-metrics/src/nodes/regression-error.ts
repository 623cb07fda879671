import { defineNode, KintsugiError, Type } from '@kintsugi/core'
import { describedMetric } from '../protocol/describe.js'

/** What `metrics/regression-error` measures. */
export const regressionErrorMetric = describedMetric({
  name: 'Regression error',
  direction: 'lower',
  unit: '',
  params: [],
  fixed: { mean: 'absolute' },
})

/** `metrics/regression-error`: how far a predicted vector is from the true one. */
export const regressionError = defineNode({
  name: 'metrics/regression-error',
  title: 'Regression error of vectors',
  description:
    'Mean absolute difference of the entries of two vectors of one codec, such as a predicted and the true degradation vector of DASR, and the difference entry by entry. Lower is better.',
  runs: 'inline',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: {
    predicted: { type: 'vector', description: 'What a network says.' },
    truth: { type: 'vector', description: 'What it should say: same codec, same entries.' },
  },
  outputs: {
    score: { type: 'number', description: 'Mean absolute difference.', metric: regressionErrorMetric },
    errors: { type: 'vector', description: 'Absolute difference of each entry, under the codec `metrics/errors@1`.' },
  },
  examples: [
    {
      title: 'Two entries',
      in: {
        predicted: { value: { codec: 'demo/2@1', names: ['blur', 'noise'], values: [0.5, -0.25] } },
        truth: { value: { codec: 'demo/2@1', names: ['blur', 'noise'], values: [1, 0] } },
      },
      expect: {
        score: { value: 0.375 },
        errors: { value: { codec: 'metrics/errors@1', names: ['blur', 'noise'], values: [0.5, 0.25] } },
      },
    },
  ],
  run({ predicted, truth }) {
    const same = predicted.codec === truth.codec && predicted.names.join('\n') === truth.names.join('\n')
    if (!same || truth.values.length === 0 || predicted.values.length !== truth.values.length) {
      throw new KintsugiError('E_METRIC_VECTOR', {
        message: 'metrics/regression-error cannot compare these vectors',
        expected: `the ${truth.values.length} entries of ${truth.codec}, at least one`,
        found: `${predicted.values.length} of ${predicted.codec}`,
        fix: 'compare vectors of one codec',
      })
    }
    const values = predicted.values.map((value, i) => Math.abs(value - truth.values[i]!))
    const score = values.reduce((sum, value) => sum + value, 0) / values.length
    return { score, errors: { codec: 'metrics/errors@1', names: truth.names, values } }
  },
})
