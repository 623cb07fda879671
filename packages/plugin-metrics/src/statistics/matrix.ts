import { createRequire } from 'node:module'
import type * as MlMatrix from 'ml-matrix'

/** Linear algebra of ml-matrix. Imported, it would have Node search it for names of exports first, which takes each thread 50 ms. */
export const { EigenvalueDecomposition, Matrix, pseudoInverse } = createRequire(import.meta.url)(
  'ml-matrix',
) as typeof MlMatrix
export type Matrix = MlMatrix.Matrix
