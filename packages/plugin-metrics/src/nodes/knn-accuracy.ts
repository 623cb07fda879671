import { defineNode, KintsugiError, Type } from '@kintsugi/core'
import { describedMetric } from '../protocol/describe.js'
import { type Labelled, vote } from '../sets/nearest-neighbours.js'
import { pairByKeys } from '../sets/pairs.js'

/** What `metrics/knn-accuracy` measures. */
export const knnAccuracyMetric = describedMetric({
  name: 'kNN accuracy',
  direction: 'higher',
  unit: '',
  params: ['k', 'folds'],
  fixed: { distance: 'Euclidean' },
})

/** `metrics/knn-accuracy`: how well the classes of feature vectors can be told apart. */
export const knnAccuracy = defineNode({
  name: 'metrics/knn-accuracy',
  title: 'kNN accuracy',
  description:
    'The part of the items, 0..1, whose label is that of most of their `k` nearest neighbours among items that are not held out with them (Euclidean distance, uniform vote). Higher is better. ' +
    'Equal distances count in the order of the items, equal votes for the first name in code-point order, as scikit-learn. ' +
    'Item i belongs to fold i mod `folds`, and each fold is held out once; 0 holds out each item by itself.',
  kind: 'reduce',
  params: Type.Object(
    {
      k: Type.Integer({ default: 5, minimum: 1, maximum: 1000, description: 'How many neighbours vote.' }),
      folds: Type.Integer({
        default: 0,
        minimum: 0,
        maximum: 1000,
        description: 'Into how many parts the items are dealt out; 0 and 1: as many as there are items.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    features: { type: 'vector', description: 'Feature vectors of one length.' },
    truth: { type: 'label', description: 'Their labels, for the same items.' },
  },
  outputs: {
    score: { type: 'number', description: '0..1.', metric: knnAccuracyMetric },
    n: { type: 'number', description: 'How many items were classified.' },
  },
  examples: [
    {
      title: 'Two groups apart, and one item among the others',
      in: {
        features: [0, 1, 2, 10, 11, 12, 1.5].map((value) => ({
          value: { codec: 'demo/1@1', names: ['x'], values: [value] },
        })),
        truth: ['a', 'a', 'a', 'b', 'b', 'b', 'b'].map((value) => ({ value })),
      },
      with: { k: 1 },
      expect: { score: { value: 4 / 7 }, n: { value: 7 } },
    },
  ],
  async run({ features, truth }, { k, folds }, context) {
    const pairs = await pairByKeys('metrics/knn-accuracy', features, truth)
    const items: Labelled[] = pairs.map(({ first, second }) => ({ values: first.values, label: second.label }))
    const size = items[0]!.values.length
    const odd = items.find(({ values }) => values.length !== size)
    if (odd !== undefined) {
      throw new KintsugiError('E_METRIC_VECTOR', {
        message: 'metrics/knn-accuracy has vectors of different lengths',
        expected: `${size} values, as the first has`,
        found: `${odd.values.length}`,
        fix: 'use one feature network and one image size',
      })
    }
    const parts = folds < 2 ? items.length : Math.min(folds, items.length)
    const least = items.length - Math.ceil(items.length / parts)
    if (least < k) {
      throw new KintsugiError('E_STATISTICS_EMPTY', {
        message: 'metrics/knn-accuracy has too few items',
        expected: `at least ${k} that are not held out`,
        found: `${least}`,
        fix: 'use more items, a smaller `k` or more `folds`',
      })
    }
    let right = 0
    items.forEach((item, i) => {
      context.throwIfCancelled()
      const known = items.filter((_, j) => j % parts !== i % parts)
      if (vote(known, item.values, k) === item.label) right++
    })
    return { score: right / items.length, n: items.length }
  },
})
