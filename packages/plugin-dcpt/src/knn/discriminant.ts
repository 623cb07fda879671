import type { LabelledItem } from './fit.js'

/** Added to the scatter within classes, as a share of its mean variance, so that few items of many entries do not rule it. */
const REGULARISATION = 1e-3

/** Directions shorter than this share of the longest count as none. */
const LEAST_LENGTH = 1e-6

/**
 * Linear discriminant analysis (Fisher 1936): entries x directions, row by row. The directions span the means of the classes after
 * whitening by the scatter within classes (regularised), are orthonormal there, and are one fewer than the classes.
 */
export function discriminant(items: readonly LabelledItem[], classes: number): Float32Array {
  const size = items[0]!.values.length
  const means = Array.from({ length: classes }, () => new Float64Array(size))
  const counts = new Array<number>(classes).fill(0)
  for (const { values, label } of items) {
    counts[label]!++
    for (let d = 0; d < size; d++) means[label]![d]! += values[d]!
  }
  for (const [label, mean] of means.entries()) for (let d = 0; d < size; d++) mean[d]! /= Math.max(1, counts[label]!)
  const factor = cholesky(scatter(items, means, size), size)
  const present = means.filter((_, label) => counts[label]! > 0)
  const overall = new Float64Array(size)
  for (const mean of present) for (let d = 0; d < size; d++) overall[d]! += mean[d]! / present.length
  const whitened = present.map((mean) =>
    solveLower(
      factor,
      mean.map((value, d) => value - overall[d]!),
    ),
  )
  const basis = orthonormal(whitened)
  const directions = basis.map((direction) => solveUpper(factor, direction))
  const matrix = new Float32Array(size * directions.length)
  for (let d = 0; d < size; d++)
    for (const [j, direction] of directions.entries()) matrix[d * directions.length + j] = direction[d]!
  return matrix
}

/** Mean covariance within classes, lower triangle, regularised. */
function scatter(items: readonly LabelledItem[], means: readonly Float64Array[], size: number): Float64Array {
  const sum = new Float64Array(size * size)
  const centred = new Float64Array(size)
  for (const { values, label } of items) {
    const mean = means[label]!
    for (let d = 0; d < size; d++) centred[d] = values[d]! - mean[d]!
    for (let i = 0; i < size; i++) {
      const x = centred[i]! / items.length
      for (let j = 0; j <= i; j++) sum[i * size + j]! += x * centred[j]!
    }
  }
  let trace = 0
  for (let i = 0; i < size; i++) trace += sum[i * size + i]!
  const added = Math.max((REGULARISATION * trace) / size, Number.MIN_VALUE)
  for (let i = 0; i < size; i++) sum[i * size + i]! += added
  return sum
}

/** L of A = L L', both as lower triangles; A is overwritten. */
function cholesky(a: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]!
      for (let k = 0; k < j; k++) sum -= a[i * size + k]! * a[j * size + k]!
      a[i * size + j] = i === j ? Math.sqrt(sum) : sum / a[j * size + j]!
    }
  }
  return a
}

function solveLower(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  const x = Float64Array.from(right)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * size + k]! * x[k]!
    x[i]! /= factor[i * size + i]!
  }
  return x
}

function solveUpper(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  const x = Float64Array.from(right)
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= factor[k * size + i]! * x[k]!
    x[i]! /= factor[i * size + i]!
  }
  return x
}

/** Gram-Schmidt, twice over for accuracy; vectors that depend on those before are left out. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const longest = Math.max(...vectors.map(length))
  const basis: Float64Array[] = []
  for (const vector of vectors) {
    const rest = Float64Array.from(vector)
    for (let pass = 0; pass < 2; pass++) {
      for (const direction of basis) {
        const along = dot(rest, direction)
        for (let d = 0; d < rest.length; d++) rest[d]! -= along * direction[d]!
      }
    }
    const left = length(rest)
    if (left > LEAST_LENGTH * longest) basis.push(rest.map((value) => value / left))
  }
  return basis
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, d) => sum + value * b[d]!, 0)
}

function length(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}
