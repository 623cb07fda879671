import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { gaussianNoise, speckleNoise } from '../src/index.js'
import { covarianceRoot } from '../src/noise/channel-covariance.js'
import { diagonal, eigenSymmetric, type Matrix3, product, transposed } from '../src/noise/symmetric-matrix.js'
import { imageOf, maxDifference, testContext } from './context.js'

const covariance = {
  eigenvalues: [0.9, 0.2, 0.5],
  basis: [
    [0.8, 0.1, 0.4],
    [0.3, 0.7, 0.2],
    [0.5, 0.6, 0.9],
  ],
}

/** By SciPy 1.10 and NumPy 1.24. */
const EXPECTED = [
  [0.5437350752531527, 0.23276939713413108, 0.01052085563663489],
  [0.23276939713413108, 0.6333136435302099, 0.24061759005122202],
  [0.01052085563663489, 0.24061759005122202, 0.4229512812166374],
]

const square = (root: Matrix3) => product(root, transposed(root))

/** Covariance of the planes of an image, in units of (1 / 255)^2. */
function covarianceOf(image: Image, value: number): number[][] {
  const size = image.width * image.height
  const plane = (c: number) => image.data.subarray(c * size, (c + 1) * size)
  return [0, 1, 2].map((a) =>
    [0, 1, 2].map((b) => {
      let sum = 0
      for (let i = 0; i < size; i++) sum += (plane(a)[i]! - value) * (plane(b)[i]! - value)
      return (sum / size) * 255 ** 2
    }),
  )
}

describe('noise with a covariance of channels', () => {
  it('rests on the eigenvectors of a symmetric matrix', () => {
    const matrix = [
      [4, 1, -2],
      [1, 2, 0.5],
      [-2, 0.5, 3],
    ]
    const { values, vectors } = eigenSymmetric(matrix)
    assert.deepEqual(
      values,
      values.toSorted((a, b) => b - a),
    )
    const back = product(product(vectors, diagonal(values)), transposed(vectors))
    assert.ok(maxDifference(back.flat(), matrix.flat()) < 1e-12)
    assert.ok(maxDifference(square(vectors).flat(), diagonal([1, 1, 1]).flat()) < 1e-12)
  })

  it('is |U^T D U| with U = scipy.linalg.orth(basis), as NumPy draws it (its SVD)', () => {
    assert.ok(maxDifference(square(covarianceRoot(covariance)).flat(), EXPECTED.flat()) < 1e-9)
  })

  it('gives the stated covariance (n = 65536, 4 standard errors), the same whatever the signs of the basis', () => {
    const image = imageOf({ width: 256, height: 256, channels: 3 }, () => 0.5)
    const params = { sigma: 25, kind: 'correlated', covariance, clip: false } as const
    const noisy = gaussianNoise.run({ image }, params, testContext()) as { image: Image }
    const measured = covarianceOf(noisy.image, 0.5)
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        const error = 625 * Math.sqrt((EXPECTED[a]![a]! * EXPECTED[b]![b]! + EXPECTED[a]![b]! ** 2) / 65536)
        assert.ok(Math.abs(measured[a]![b]! - 625 * EXPECTED[a]![b]!) < 4 * error, `${a}, ${b}`)
      }
    }
    const speckled = speckleNoise.run({ image }, params, testContext()) as { image: Image }
    assert.ok(
      maxDifference(
        speckled.image.data.map((sample) => (sample - 0.5) * 2),
        noisy.image.data.map((sample) => sample - 0.5),
      ) < 1e-6,
    )
  })

  it('refuses a gray image, a missing covariance and a basis without an inverse', () => {
    const params = { sigma: 25, kind: 'correlated', clip: true } as const
    const color = imageOf({ width: 2, height: 2, channels: 3 }, () => 0.5)
    const gray = imageOf({ width: 2, height: 2, channels: 1 }, () => 0.5)
    const run = (image: Image, more: object) => gaussianNoise.run({ image }, { ...params, ...more }, testContext())
    assert.throws(() => run(color, {}), { code: 'E_PARAM', found: 'no `covariance`' })
    assert.throws(() => run(gray, { covariance }), { code: 'E_PARAM', found: 'a gray image' })
    const flat = {
      ...covariance,
      basis: [
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, 0],
      ],
    }
    assert.throws(() => run(color, { covariance: flat }), { code: 'E_PARAM' })
  })
})
