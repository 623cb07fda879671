import type { Field } from '../filters/correlate.js'
import { halfSize } from '../filters/half-size.js'
import { type AsymmetricGaussian, fitPlane, type Part } from './asymmetric-gaussian.js'
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
export function niqeFeatures(plane: Field, step: () => void): NiqeBlocks {
  const [across, down] = [Math.floor(plane.width / BLOCK), Math.floor(plane.height / BLOCK)]
  const features = Array.from({ length: across * down }, () => new Float64Array(FEATURES))
  const sharpness = new Array<number>(across * down).fill(0)
  let field = topLeft(plane, across * BLOCK, down * BLOCK)
  for (const side of [BLOCK, BLOCK / 2]) {
    step()
    if (side < BLOCK) field = halfSize(field)
    const coefficients = normalised(field, 'replicate', (deviation, y) => {
      if (side < BLOCK) return
      for (let bx = 0; bx < across; bx++) {
        let sum = 0
        for (let x = bx * BLOCK; x < (bx + 1) * BLOCK; x++) sum += deviation[x]!
        sharpness[bx * down + Math.floor(y / BLOCK)]! += sum / BLOCK ** 2
      }
    })
    for (let bx = 0, b = 0; bx < across; bx++) {
      step()
      for (let by = 0; by < down; by++, b++) {
        const part = { left: bx * side, top: by * side, width: side, height: side }
        features[b]!.set(blockFeatures(coefficients, part), side === BLOCK ? 0 : FEATURES / 2)
      }
    }
  }
  return { features, sharpness }
}

function topLeft(field: Field, width: number, height: number): Field {
  if (width === field.width && height === field.height) return field
  const data = new Float64Array(width * height)
  for (let y = 0; y < height; y++) data.set(field.data.subarray(y * field.width, y * field.width + width), y * width)
  return { width, height, data }
}

/** The 18 features of a square block of coefficients. */
export function blockFeatures(coefficients: Field, part?: Part): number[] {
  const [samples, ...products] = fitPlane(coefficients, [undefined, ...SHIFTS], part).map(scales)
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
