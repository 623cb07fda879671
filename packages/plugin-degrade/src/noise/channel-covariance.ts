import { KintsugiError, type Static, Type } from '@kintsugi/core'
import { diagonal, eigenSymmetric, type Matrix3, product, transposed } from './symmetric-matrix.js'

const share = Type.Number({ minimum: 0, maximum: 1 })

/** How the noise of the three channels hangs together, drawn as KAIR draws it. */
export const channelCovariance = Type.Object(
  {
    eigenvalues: Type.Array(share, {
      minItems: 3,
      maxItems: 3,
      description: 'D, variances in units of sigma squared. KAIR draws each uniformly from 0 to 1.',
    }),
    basis: Type.Array(Type.Array(Type.Number({ minimum: -1, maximum: 1 }), { minItems: 3, maxItems: 3 }), {
      minItems: 3,
      maxItems: 3,
      description: 'A matrix by rows whose left singular vectors are U. KAIR draws each entry uniformly from 0 to 1.',
    }),
  },
  {
    additionalProperties: false,
    description:
      'Covariance of the channels for `correlated`: sigma^2 |U^T D U|, the absolute value entry by entry (`add_Gaussian_noise` of BSRGAN and KAIR).',
  },
)

/**
 * The symmetric matrix that turns three independent standard normal values into noise of covariance |U^T D U|. The absolute
 * value can give a matrix with negative eigenvalues; as with NumPy's `multivariate_normal`, their absolute values count.
 * Throws `E_PARAM` for a basis whose columns are not independent.
 */
export function covarianceRoot({ eigenvalues, basis }: Static<typeof channelCovariance>): Matrix3 {
  const singular = eigenSymmetric(product(basis, transposed(basis)))
  if (!(singular.values[2]! > 1e-14 * singular.values[0]!)) {
    throw new KintsugiError('E_PARAM', {
      message: 'the basis of a channel covariance does not span three dimensions',
      expected: 'three rows none of which is a sum of multiples of the others',
      found: JSON.stringify(basis),
      fix: 'use another matrix, such as [[1, 0, 0], [0, 1, 0], [0, 0, 1]]',
    })
  }
  const u = singular.vectors
  const covariance = product(product(transposed(u), diagonal(eigenvalues)), u).map((row) => row.map(Math.abs))
  const { values, vectors } = eigenSymmetric(covariance)
  const roots = diagonal(values.map((value) => Math.sqrt(Math.abs(value))))
  return product(product(vectors, roots), transposed(vectors))
}
