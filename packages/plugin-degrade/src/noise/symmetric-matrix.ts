/** A 3 x 3 matrix by rows. */
export type Matrix3 = readonly (readonly number[])[]

/** Sum over k of a[i][k] b[k][j]. */
export function product(a: Matrix3, b: Matrix3): number[][] {
  return a.map((row) => [0, 1, 2].map((j) => row[0]! * b[0]![j]! + row[1]! * b[1]![j]! + row[2]! * b[2]![j]!))
}

export function transposed(a: Matrix3): number[][] {
  return [0, 1, 2].map((j) => a.map((row) => row[j]!))
}

/** The matrix with these numbers on its diagonal. */
export function diagonal(values: readonly number[]): number[][] {
  return values.map((value, i) => values.map((_, j) => (i === j ? value : 0)))
}

/**
 * Eigenvalues of a symmetric 3 x 3 matrix, largest first, and its eigenvectors as the columns of `vectors`: Jacobi's
 * rotations (Golub and Van Loan, "Matrix Computations", section 8.5), each of which makes one pair of entries 0.
 */
export function eigenSymmetric(matrix: Matrix3): { values: number[]; vectors: number[][] } {
  let a = matrix.map((row) => row.slice())
  let vectors = diagonal([1, 1, 1])
  for (let sweep = 0; sweep < 30; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      if (a[p]![q] === 0) continue
      const tau = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!)
      const tan = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau))
      const cos = 1 / Math.hypot(1, tan)
      const rotation = diagonal([1, 1, 1])
      rotation[p]![p] = rotation[q]![q] = cos
      rotation[p]![q] = tan * cos
      rotation[q]![p] = -tan * cos
      a = product(transposed(rotation), product(a, rotation))
      a[p]![q] = a[q]![p] = 0
      vectors = product(vectors, rotation)
    }
  }
  const order = [0, 1, 2].sort((i, j) => a[j]![j]! - a[i]![i]!)
  return { values: order.map((i) => a[i]![i]!), vectors: vectors.map((row) => order.map((i) => row[i]!)) }
}
