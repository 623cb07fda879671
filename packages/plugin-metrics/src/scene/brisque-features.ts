import { KintsugiError } from '@kintsugi/core'
import type { Field } from '../filters/correlate.js'
import { halfSize } from '../filters/half-size.js'
import { fitPlane, fitSymmetric } from './asymmetric-gaussian.js'
import { gamma } from './gamma.js'
import { normalised } from './normalised.js'

const SHIFTS = [
  { name: 'right', rows: 0, columns: 1 },
  { name: 'below', rows: 1, columns: 0 },
  { name: 'diagonal', rows: 1, columns: 1 },
  { name: 'antidiagonal', rows: -1, columns: 1 },
] as const

/** Names of the 36 features: at each of two scales those of the coefficients, then of the products of neighbours. */
export const brisqueNames: readonly string[] = [1, 2].flatMap((scale) => [
  `shape_${scale}`,
  `variance_${scale}`,
  ...SHIFTS.flatMap(({ name }) =>
    ['shape', 'mean', 'left_variance', 'right_variance'].map((of) => `${name}_${of}_${scale}`),
  ),
])

/**
 * The 36 features of BRISQUE (Mittal et al. 2012) of a plane of whole levels 0..255, as the variant `original` of pyiqa: zeros
 * outside the image, the second scale by bicubic antialiased halving. `step` is called now and then. Throws `E_METRIC_FLAT` for an image without structure.
 */
export function brisqueFeatures(plane: Field, step: () => void): number[] {
  const features: number[] = []
  let field = plane
  for (let scale = 0; scale < 2; scale++) {
    step()
    if (scale > 0) field = halfSize(field)
    const { width, height, data } = normalised(field, 'zero')
    const { alpha, meanSquare } = fitSymmetric(data)
    features.push(alpha, meanSquare)
    step()
    for (const product of fitPlane({ width, height, data }, SHIFTS)) {
      const factor = gamma(2 / product.alpha) / Math.sqrt(gamma(1 / product.alpha) * gamma(3 / product.alpha))
      const mean = (product.right - product.left) * factor
      features.push(product.alpha, mean, product.left ** 2, product.right ** 2)
    }
  }
  if (features.every(Number.isFinite)) return features
  throw new KintsugiError('E_METRIC_FLAT', {
    message: 'metrics/brisque has no features of an image without structure',
    expected: 'luma that varies, so that neighbouring coefficients have products of both signs',
    found: `a ${plane.width}x${plane.height} image without such variation`,
    fix: 'leave flat images out',
  })
}

// Smallest and largest of each feature in the training of the original release (allrange), which map to -1 and 1.
const RANGES = [
  0.338, 10, 0.017204, 0.806612, 0.236, 1.642, -0.123884, 0.20293, 0.000155, 0.712298, 0.001122, 0.470257, 0.244, 1.641,
  -0.123586, 0.179083, 0.000152, 0.710456, 0.000975, 0.470984, 0.249, 1.555, -0.135687, 0.100858, 0.000174, 0.684173,
  0.000913, 0.534174, 0.258, 1.561, -0.143408, 0.100486, 0.000179, 0.685696, 0.000888, 0.536508, 0.471, 3.264, 0.012809,
  0.703171, 0.218, 1.046, -0.094876, 0.187459, 1.5e-5, 0.442057, 0.001272, 0.40803, 0.222, 1.042, -0.115772, 0.162604,
  1.6e-5, 0.444362, 0.001374, 0.40243, 0.227, 0.996, -0.117188, 0.098323, 3e-5, 0.531903, 0.001122, 0.369589, 0.228,
  0.99, -0.12243, 0.098658, 2.8e-5, 0.530092, 0.001118, 0.370399,
]

/** The features on the scale of the support vectors. */
export function scaledFeatures(features: readonly number[]): number[] {
  return features.map((value, i) => {
    const [low, high] = [RANGES[2 * i]!, RANGES[2 * i + 1]!]
    return -1 + (2 * (value - low)) / (high - low)
  })
}
