import { EigenvalueDecomposition, Matrix } from '../statistics/matrix.js'

/** Mean and sample covariance (N - 1) of feature vectors. */
export interface Gaussian {
  readonly mean: readonly number[]
  readonly covariance: Matrix
}

/** Of at least two vectors of equal length, one a row. */
export function gaussianOf(vectors: readonly (readonly number[])[]): Gaussian {
  const rows = centred(vectors)
  return {
    mean: rows.mean,
    covariance: rows.matrix
      .transpose()
      .mmul(rows.matrix)
      .div(vectors.length - 1),
  }
}

/** |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), by the eigenvalues of C1^(1/2) C2 C1^(1/2). */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  const root = squareRoot(a.covariance)
  const product = root.mmul(b.covariance).mmul(root)
  return distance(a.mean, b.mean) + a.covariance.trace() + b.covariance.trace() - 2 * rootsOfEigenvalues(product)
}

/**
 * The Frechet distance of the Gaussians of two sets of vectors, at least two in each. Of fewer vectors than entries the roots of
 * the eigenvalues of C1 C2 are the singular values of A1 A2^T, whose sides are the numbers of vectors.
 */
export function frechetDistanceOfSets(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  if (Math.min(a.length, b.length) >= a[0]!.length) return frechetDistance(gaussianOf(a), gaussianOf(b))
  const [first, second] = a.length <= b.length ? [centred(a), centred(b)] : [centred(b), centred(a)]
  const scaleA = 1 / (first.matrix.rows - 1)
  const scaleB = 1 / (second.matrix.rows - 1)
  const cross = first.matrix.mmul(second.matrix.transpose())
  const squared = cross.mmul(cross.transpose()).mul(scaleA * scaleB)
  const traces = squares(first.matrix) * scaleA + squares(second.matrix) * scaleB
  return distance(first.mean, second.mean) + traces - 2 * rootsOfEigenvalues(squared)
}

function centred(vectors: readonly (readonly number[])[]) {
  const size = vectors[0]!.length
  const mean = Array.from(
    { length: size },
    (_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0) / vectors.length,
  )
  return { mean, matrix: new Matrix(vectors.map((vector) => vector.map((value, i) => value - mean[i]!))) }
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0)
}

function squares(matrix: Matrix): number {
  return matrix.to1DArray().reduce((sum, value) => sum + value * value, 0)
}

/** Sum of the square roots of the eigenvalues of a symmetric matrix; those that rounding made negative are 0. */
function rootsOfEigenvalues(matrix: Matrix): number {
  const { realEigenvalues } = new EigenvalueDecomposition(symmetric(matrix), { assumeSymmetric: true })
  return realEigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0)
}

function squareRoot(matrix: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric(matrix), {
    assumeSymmetric: true,
  })
  const roots = Matrix.diag(realEigenvalues.map((value) => Math.sqrt(Math.max(value, 0))))
  return eigenvectorMatrix.mmul(roots).mmul(eigenvectorMatrix.transpose())
}

function symmetric(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).div(2)
}
