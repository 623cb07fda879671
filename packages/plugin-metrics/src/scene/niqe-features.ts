import type { Field } from '../filters/correlate.js'
import { halfSize } from '../filters/half-size.js'
import { type AsymmetricGaussian, fitPlane } from './asymmetric-gaussian.js'
import { gamma } from './gamma.js'
import { normalised } from './normalised.js'

/** Side of the blocks at full size. */
export const BLOCK = 96
/** Features of a block: 18 at each of two scales. */
export const FEATURES = 36
/** Rows and columns between the factors of the products, as numpy.roll shifts. */
const SHIFTS = [
  { rows: 0, columns: 1 },
  { rows: 1, columns: 0 },
  { rows: 1, columns: 1 },
  { rows: 1, columns: -1 },
]

export interface NiqeBlocks {
  /** 36 features of each block. */
  readonly features: readonly Float64Array[]
  /** Mean local deviation of each block, in levels. */
  readonly sharpness: readonly number[]
}

/**
 * The features of NIQE (Mittal et al. 2013) of the blocks of 96 x 96 px of a plane of whole levels 0..255, as BasicSR computes them:
 * rows and columns that fill no block are dropped. A block without samples on one side of 0 has NaN among them.
 * `step` is called now and then.
 */
export function niqeFeatures({ width, height, data }: Field, step: () => void): NiqeBlocks {
  const [across, down] = [Math.floor(width / BLOCK), Math.floor(height / BLOCK)]
  let field: Field = { width: across * BLOCK, height: down * BLOCK, data: new Float64Array(across * down * BLOCK ** 2) }
  for (let y = 0; y < field.height; y++) {
    field.data.set(data.subarray(y * width, y * width + field.width), y * field.width)
  }
  const features = Array.from({ length: across * down }, () => new Float64Array(FEATURES))
  const sharpness: number[] = []
  for (const side of [BLOCK, BLOCK / 2]) {
    step()
    if (side < BLOCK) field = halfSize(field)
    const { coefficients, deviation } = normalised(field, 'replicate')
    const block = new Float64Array(side * side)
    for (let bx = 0, b = 0; bx < across; bx++) {
      step()
      for (let by = 0; by < down; by++, b++) {
        let spread = 0
        for (let y = 0; y < side; y++) {
          const from = (by * side + y) * field.width + bx * side
          block.set(coefficients.data.subarray(from, from + side), y * side)
          if (side === BLOCK) for (let i = from; i < from + side; i++) spread += deviation.data[i]!
        }
        if (side === BLOCK) sharpness.push(spread / block.length)
        features[b]!.set(blockFeatures(block, side), side === BLOCK ? 0 : FEATURES / 2)
      }
    }
  }
  return { features, sharpness }
}

/** The 18 features of a square block of coefficients. */
export function blockFeatures(block: Float64Array, side: number): number[] {
  const [samples, ...products] = fitPlane(block, side, side, [undefined, ...SHIFTS]).map(scales)
  const { alpha, left, right } = samples!
  const features = [alpha, (left + right) / 2]
  for (const product of products) {
    const mean = (product.right - product.left) * (gamma(2 / product.alpha) / gamma(1 / product.alpha))
    features.push(product.alpha, mean, product.left, product.right)
  }
  return features
}

/** Scale parameters in place of deviations. */
export function scales({ alpha, left, right }: AsymmetricGaussian): AsymmetricGaussian {
  const factor = Math.sqrt(gamma(1 / alpha) / gamma(3 / alpha))
  return { alpha, left: left * factor, right: right * factor }
}
