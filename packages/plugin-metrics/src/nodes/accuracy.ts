import { defineNode, type Label, Type } from '@kintsugi/core'
import { describedMetric } from '../protocol/describe.js'
import { pairByKeys } from '../sets/pairs.js'

/** What `metrics/accuracy` measures. */
export const accuracyMetric = describedMetric({ name: 'Accuracy', direction: 'higher', unit: '', params: ['k'] })

/** Inputs of metrics that compare labels. */
export const labelInputs = {
  predicted: { type: 'label', description: 'What a classifier says.' },
  truth: { type: 'label', description: 'What is right, for the same items.' },
} as const

export const labelExample = {
  predicted: ['a', 'b', 'b', 'b', 'c', 'a', 'c'].map((value) => ({ value })),
  truth: ['a', 'a', 'b', 'b', 'c', 'c', 'c'].map((value) => ({ value })),
}

/** `metrics/accuracy`: how often a classifier is right. */
export const accuracy = defineNode({
  name: 'metrics/accuracy',
  title: 'Accuracy',
  description:
    'The part of the items, 0..1, whose true label is among the `k` most probable ones; with `k: 1` the usual accuracy. Names of equal probability stand in code-point order. Higher is better.',
  kind: 'reduce',
  params: Type.Object(
    {
      k: Type.Integer({
        default: 1,
        minimum: 1,
        maximum: 1000,
        description: 'How many of the most probable names count as right (top-k).',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: labelInputs,
  outputs: {
    score: { type: 'number', description: '0..1.', metric: accuracyMetric },
    n: { type: 'number', description: 'How many items were compared.' },
  },
  examples: [{ title: 'Five of seven', in: labelExample, expect: { score: { value: 5 / 7 }, n: { value: 7 } } }],
  async run({ predicted, truth }, { k }) {
    const pairs = await pairByKeys('metrics/accuracy', predicted, truth)
    const right = pairs.filter(({ first, second }) => likeliest(first, k).includes(second.label))
    return { score: right.length / pairs.length, n: pairs.length }
  },
})

function likeliest({ label, distribution }: Label, k: number): string[] {
  const others = Object.entries(distribution)
    .filter(([name]) => name !== label)
    .sort(([a, p], [b, q]) => q - p || (a < b ? -1 : 1))
    .map(([name]) => name)
  return [label, ...others].slice(0, k)
}
