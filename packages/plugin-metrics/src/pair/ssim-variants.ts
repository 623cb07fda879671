import type { SsimConventions } from '../protocol/presets.js'
import { gaussian, meanSsim, WINDOW } from './ssim.js'

const UNIFORM = 7
const C1 = (0.01 * 255) ** 2
const C2 = (0.03 * 255) ** 2

/** Side of the window of a convention. */
export function windowSide({ window }: Pick<SsimConventions, 'window'>): number {
  return window === 'gaussian' ? WINDOW : UNIFORM
}

/** Mean SSIM of two planes where white is 255, by any of the conventions; BasicSR's goes to the fast kernels. */
export function ssimOf(
  a: Float32Array,
  b: Float32Array,
  width: number,
  height: number,
  conventions: Omit<SsimConventions, 'border' | 'color_space' | 'luma' | 'quantize'>,
): number {
  const factor = conventions.downsample ? Math.max(1, Math.round(Math.min(width, height) / 256)) : 1
  if (factor > 1) {
    const [thinA, thinB] = [thinned(a, width, height, factor), thinned(b, width, height, factor)]
    const [w, h] = [Math.ceil(width / factor), Math.ceil(height / factor)]
    return ssimOf(thinA, thinB, w, h, { ...conventions, downsample: false })
  }
  const { window, covariance, clamp } = conventions
  if (window === 'gaussian' && covariance === 'population' && !clamp) return meanSsim(a, b, width, height)
  return windowedSsim(a, b, width, height, conventions)
}

/** Averages of `factor` x `factor` px, one for each `factor` px: imfilter(ones / factor^2, 'symmetric'), then (1:factor:end), as ssim_index.m does. */
function thinned(plane: Float32Array, width: number, height: number, factor: number): Float32Array {
  const [w, h] = [Math.ceil(width / factor), Math.ceil(height / factor)]
  const start = Math.floor((factor + 1) / 2) - 1
  const mirror = (i: number, n: number): number => (i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i)
  const out = new Float32Array(w * h)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let sum = 0
      for (let v = 0; v < factor; v++) {
        const row = mirror(y * factor - start + v, height) * width
        for (let u = 0; u < factor; u++) sum += plane[row + mirror(x * factor - start + u, width)]!
      }
      out[y * w + x] = sum / factor ** 2
    }
  }
  return out
}

/** Moments of sliding windows, then the SSIM of Wang et al. 2004 at every position where the window lies inside. */
function windowedSsim(
  a: Float32Array,
  b: Float32Array,
  width: number,
  height: number,
  { window, covariance, clamp }: Pick<SsimConventions, 'window' | 'covariance' | 'clamp'>,
): number {
  const taps = window === 'gaussian' ? gaussian() : new Float64Array(UNIFORM).fill(1 / UNIFORM)
  const side = taps.length
  const n = side * side
  const spread = covariance === 'sample' ? n / (n - 1) : 1
  const validWidth = width - side + 1
  // For each row of the window: weighted sums along x of a, b, a^2, b^2, ab.
  const rows = Array.from({ length: side }, () => new Float64Array(5 * validWidth))
  let sum = 0
  for (let y = 0; y < height; y++) {
    alongRow(rows[y % side]!, a, b, y * width, validWidth, taps)
    if (y < side - 1) continue
    for (let x = 0; x < validWidth; x++) {
      let [ma, mb, aa, bb, ab] = [0, 0, 0, 0, 0]
      for (let k = 0; k < side; k++) {
        const row = rows[(y - side + 1 + k) % side]!
        const weight = taps[k]!
        ma += weight * row[x]!
        mb += weight * row[validWidth + x]!
        aa += weight * row[2 * validWidth + x]!
        bb += weight * row[3 * validWidth + x]!
        ab += weight * row[4 * validWidth + x]!
      }
      const structure = (2 * spread * (ab - ma * mb) + C2) / (spread * (aa - ma * ma) + spread * (bb - mb * mb) + C2)
      const luminance = (2 * ma * mb + C1) / (ma * ma + mb * mb + C1)
      sum += luminance * (clamp ? Math.max(structure, 0) : structure)
    }
  }
  return sum / (validWidth * (height - side + 1))
}

function alongRow(
  out: Float64Array,
  a: Float32Array,
  b: Float32Array,
  start: number,
  validWidth: number,
  taps: Float64Array,
): void {
  for (let x = 0; x < validWidth; x++) {
    let [ma, mb, aa, bb, ab] = [0, 0, 0, 0, 0]
    for (let k = 0; k < taps.length; k++) {
      const weight = taps[k]!
      const p = a[start + x + k]!
      const q = b[start + x + k]!
      ma += weight * p
      mb += weight * q
      aa += weight * p * p
      bb += weight * q * q
      ab += weight * p * q
    }
    out[x] = ma
    out[validWidth + x] = mb
    out[2 * validWidth + x] = aa
    out[3 * validWidth + x] = bb
    out[4 * validWidth + x] = ab
  }
}
