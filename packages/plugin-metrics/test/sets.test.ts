import assert from 'node:assert/strict'
import { KintsugiError, type Label, type Vector } from '@kintsugi/core'
import { Matrix } from 'ml-matrix'
import { ciede2000 } from '../src/color/ciede2000.js'
import { labOf } from '../src/color/lab.js'
import { accuracy, confusionMatrix, knnAccuracy, frechetDistance as node, regressionError } from '../src/index.js'
import { frechetDistance, frechetDistanceOfSets } from '../src/sets/frechet.js'
import { vote } from '../src/sets/nearest-neighbours.js'
import { seriesOf, testContext } from './context.js'

const within = (found: number, expected: number, tolerance: number, of = '') =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${of}: ${found} instead of ${expected}`)
const code = (expected: string) => (error: unknown) => error instanceof KintsugiError && error.code === expected
const vector = (values: readonly number[]): Vector => ({ codec: 'demo@1', names: values.map((_, i) => `${i}`), values })
const label = (name: string, distribution: Record<string, number> = { [name]: 1 }): Label => ({
  label: name,
  confidence: distribution[name]!,
  distribution,
})
const items = <V>(values: readonly V[]) => seriesOf(values.map((value, i) => [{ item: `${i}` }, value] as const))

describe('metrics of sets', () => {
  const set = (count: number, a: number, b: number, m: number, size = 4) =>
    Array.from({ length: count }, (_, i) => Array.from({ length: size }, (_, j) => ((a * i + b * j + i * j) % m) / m))

  it('find the Frechet distance of pytorch-fid to 1e-6', async () => {
    const first = { mean: [0, 0, 0], covariance: Matrix.diag([1, 2, 3]) }
    const second = {
      mean: [1, 2, 0],
      covariance: new Matrix([
        [2, 0.5, 0],
        [0.5, 1, 0.2],
        [0, 0.2, 1],
      ]),
    }
    within(frechetDistance(first, second), 6.005324044301343, 1e-9)
    const [a, b] = [set(20, 7, 3, 13), set(24, 5, 11, 17)]
    within(frechetDistanceOfSets(a, b), 0.0261869346, 1e-9)
    const { score } = await node.run(
      { features: items(a.map(vector)), reference: items(b.map(vector)) },
      {},
      testContext,
    )
    within(score, 0.0261869346, 1e-9)
    within(frechetDistanceOfSets(a, a), 0, 1e-9)
  })

  it('find the same distance of fewer vectors than entries by both ways', () => {
    const [a, b] = [set(5, 7, 3, 13, 8), set(6, 5, 11, 17, 8)]
    const wide = (vectors: number[][]) => {
      const mean = vectors[0]!.map((_, j) => vectors.reduce((sum, row) => sum + row[j]!, 0) / vectors.length)
      const rows = new Matrix(vectors.map((row) => row.map((value, j) => value - mean[j]!)))
      return {
        mean,
        covariance: rows
          .transpose()
          .mmul(rows)
          .div(vectors.length - 1),
      }
    }
    within(frechetDistanceOfSets(a, b), frechetDistance(wide(a), wide(b)), 1e-6)
  })

  it('refuse vectors of different kinds, or fewer than two', async () => {
    const run = (a: Vector[], b: Vector[]) => node.run({ features: items(a), reference: items(b) }, {}, testContext)
    await assert.rejects(
      async () => run([vector([1]), vector([1, 2])], [vector([1]), vector([2])]),
      code('E_METRIC_VECTOR'),
    )
    await assert.rejects(async () => run([vector([1])], [vector([1]), vector([2])]), code('E_STATISTICS_EMPTY'))
  })

  it('count right labels, also among the k likeliest', async () => {
    const predicted = items([label('a', { a: 0.6, b: 0.3, c: 0.1 }), label('b', { a: 0.1, b: 0.5, c: 0.4 })])
    const truth = items([label('b'), label('b')])
    const score = async (k: number) => (await accuracy.run({ predicted, truth }, { k }, testContext)).score
    assert.deepEqual([await score(1), await score(2)], [0.5, 1])
  })

  it('pair items by their keys, not by their order', async () => {
    const predicted = seriesOf([
      [{ photo: 'x' }, label('a')],
      [{ photo: 'y' }, label('b')],
    ] as const)
    const truth = seriesOf([
      [{ photo: 'y' }, label('b')],
      [{ photo: 'x' }, label('a')],
    ] as const)
    assert.equal((await accuracy.run({ predicted, truth }, { k: 1 }, testContext)).score, 1)
    const other = seriesOf([[{ photo: 'z' }, label('a')]] as const)
    await assert.rejects(
      async () => accuracy.run({ predicted, truth: other }, { k: 1 }, testContext),
      code('E_METRIC_KEYS'),
    )
    await assert.rejects(
      async () =>
        confusionMatrix.run(
          { predicted: items<Label>([]), truth: items<Label>([]) },
          { normalise: false },
          testContext,
        ),
      code('E_STATISTICS_EMPTY'),
    )
  })

  it('vote among the nearest: known distances, ties as scikit-learn', async () => {
    const known = [
      [0, 0, '0'],
      [0, 1, '0'],
      [1, 0, '0'],
      [5, 5, '1'],
      [5, 6, '1'],
      [6, 5, '1'],
    ].map(([x, y, name]) => ({ values: [x as number, y as number], label: name as string }))
    assert.equal(vote(known, [2.5, 2], 3), '0')
    assert.equal(vote([known[3]!, known[0]!], [2.5, 2.5], 2), '0')
    const truth = items(known.map((item) => label(item.label)))
    const features = items(known.map((item) => vector(item.values)))
    assert.equal((await knnAccuracy.run({ features, truth }, { k: 2, folds: 0 }, testContext)).score, 1)
    assert.equal((await knnAccuracy.run({ features, truth }, { k: 1, folds: 2 }, testContext)).score, 1)
    await assert.rejects(
      async () => knnAccuracy.run({ features, truth }, { k: 6, folds: 0 }, testContext),
      code('E_STATISTICS_EMPTY'),
    )
  })

  it('find the regression error of the worked vector of DASR against zeros', () => {
    const v = [
      0.42857143, 0.35714286, 0.14285714, 0.625, 0.14285714, 0.23076923, 0.23076923, 0.5, -0.5, 1, 0.48148148, 0, 1, 0,
      0.77777778, 1, 0, 0, 0.37931034, 0, 1, 0, 0.26530612, 1, 0, 1, 0.46153846, 0.76923077, 0, 1, 0, 0, 1,
    ]
    const inputs = { predicted: vector(v), truth: vector(v.map(() => 0)) }
    const { score, errors } = regressionError.run(inputs, {}, testContext) as { score: number; errors: Vector }
    within(score, 0.4331094539, 1e-9)
    assert.equal(errors.values[8], 0.5)
    assert.throws(
      () => regressionError.run({ predicted: vector([1]), truth: vector([1, 2]) }, {}, testContext),
      code('E_METRIC_VECTOR'),
    )
  })
})

describe('colour', () => {
  it('differs as Sharma et al. 2005 tabulate, to 1e-9', () => {
    const answers = [
      [50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0424596802],
      [50, -1.3802, -84.2814, 50, 0, -82.7485, 0.9999988648],
      [50, 2.5, 0, 50, 0, -2.5, 4.3064820958],
      [50, 2.5, 0, 73, 25, -18, 27.1492313007],
      [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644200136],
      [2.0776, 0.0795, -1.135, 0.9033, -0.0636, -0.5514, 0.9082328396],
      [50, 2.49, -0.001, 50, -2.49, 0.0009, 7.1791720113],
      [50, 2.49, -0.001, 50, -2.49, 0.0011, 7.2194721523],
    ] as const
    for (const [l1, a1, b1, l2, a2, b2, expected] of answers) {
      within(ciede2000([l1, a1, b1], [l2, a2, b2]), expected, 1e-9, `${l1} ${a1} ${b1}`)
    }
  })

  it('is CIELAB as scikit-image has it, to 1e-9', () => {
    const answers = [
      [0, 29, 58, 10.4390899243, 2.553063864, -21.8139531892],
      [208, 148, 88, 65.9794613047, 16.1607582474, 40.345106501],
    ] as const
    for (const [r, g, b, ...expected] of answers) {
      labOf(r / 255, g / 255, b / 255).forEach((value, i) => within(value, expected[i]!, 1e-9))
    }
  })
})
