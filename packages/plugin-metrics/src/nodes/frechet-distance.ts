import { defineNode, KintsugiError, type Series, Type, type Vector } from '@kintsugi/core'
import { describedMetric } from '../protocol/describe.js'
import { frechetDistanceOfSets } from '../sets/frechet.js'

/** What `metrics/frechet-distance` measures. */
export const frechetDistanceMetric = describedMetric({
  name: 'Frechet distance',
  direction: 'lower',
  unit: '',
  params: [],
})

const example = (rows: readonly (readonly number[])[]) =>
  rows.map((values) => ({ value: { codec: 'demo/2@1', names: ['a', 'b'], values } }))

/** `metrics/frechet-distance`: distance of two sets of feature vectors. */
export const frechetDistance = defineNode({
  name: 'metrics/frechet-distance',
  title: 'Frechet distance (FID)',
  description:
    'Frechet distance of two sets of feature vectors, each taken for a Gaussian: |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), covariances divided by N - 1, in float64. ' +
    'With 2048 features of InceptionV3 it is FID (Heusel et al. 2017), which depends on the weights, on how images were resized and on how many there are. ' +
    'Lower is better; equal sets give 0. The sets need not be equally large; both need at least two vectors.',
  kind: 'reduce',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: {
    features: { type: 'vector', description: 'Features of the images to score.' },
    reference: { type: 'vector', description: 'Features of good images, of the same codec.' },
  },
  outputs: { score: { type: 'number', description: 'The distance.', metric: frechetDistanceMetric } },
  examples: [
    {
      title: 'Two sets of equal covariance, whose means are 5 apart',
      in: {
        features: example([
          [0, 0],
          [2, 0],
          [0, 2],
        ]),
        reference: example([
          [3, 4],
          [5, 4],
          [3, 6],
        ]),
      },
      expect: { score: { value: 25, tolerance: 1e-6 } },
    },
  ],
  async run({ features, reference }) {
    const [tested, truth] = [await vectors(features), await vectors(reference)]
    const odd = [...tested, ...truth].find(
      ({ codec, values }) => codec !== truth[0]?.codec || values.length !== truth[0].values.length,
    )
    if (odd !== undefined) {
      throw new KintsugiError('E_METRIC_VECTOR', {
        message: 'metrics/frechet-distance has vectors of different kinds',
        expected: `${truth[0]?.values.length ?? 'as many'} values of one codec`,
        found: `${odd.values.length} values of ${odd.codec}`,
        fix: 'use one feature network for both sets',
      })
    }
    if (tested.length < 2 || truth.length < 2) {
      throw new KintsugiError('E_STATISTICS_EMPTY', {
        message: 'metrics/frechet-distance has too few vectors',
        expected: 'at least two in each set',
        found: `${tested.length} and ${truth.length}`,
        fix: 'check that the axes in `over` have items',
      })
    }
    const score = frechetDistanceOfSets(
      tested.map(({ values }) => values),
      truth.map(({ values }) => values),
    )
    return { score: Math.max(score, 0) }
  },
})

async function vectors(series: Series<Vector>): Promise<Vector[]> {
  const found: Vector[] = []
  for await (const member of series) found.push(await member.load())
  return found
}
