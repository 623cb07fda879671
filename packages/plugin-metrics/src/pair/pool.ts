import { type Planes, roundHalfEven } from './planes.js'

/** How images are made smaller before SSIM: not at all, or as `ssim_index.m` or as `ssim` of piq makes them. */
export type Downsampling = 'none' | 'ssim_index' | 'piq'

/** Planes made smaller by their smaller side / 256, rounded, where that exceeds 1. */
export function downsampled(planes: Planes, how: Downsampling): Planes {
  const times = Math.min(planes.width, planes.height) / 256
  // MATLAB rounds halves up, Python to even.
  const factor = how === 'ssim_index' ? Math.round(times) : roundHalfEven(times)
  if (how === 'none' || factor <= 1) return planes
  return how === 'piq' ? averagePool(planes, factor) : thinned(planes, factor)
}

/** Means of `factor` x `factor` px around every `factor`th pixel: imfilter(ones / factor^2, 'symmetric'), then (1:factor:end). */
function thinned({ width, height, planes }: Planes, factor: number): Planes {
  const [across, down] = [Math.ceil(width / factor), Math.ceil(height / factor)]
  const start = Math.floor((factor + 1) / 2) - 1
  const mirror = (i: number, n: number): number => (i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i)
  const pooled = planes.map((plane) => {
    const out = new Float32Array(across * down)
    for (let y = 0; y < down; y++) {
      for (let x = 0; x < across; x++) {
        let sum = 0
        for (let v = 0; v < factor; v++) {
          const row = mirror(y * factor - start + v, height) * width
          for (let u = 0; u < factor; u++) sum += plane[row + mirror(x * factor - start + u, width)]!
        }
        out[y * across + x] = sum / factor ** 2
      }
    }
    return out
  })
  return { width: across, height: down, planes: pooled }
}

/** Means of `side` x `side` squares side by side from the top left; rows and columns that fill no square are dropped. */
export function averagePool({ width, height, planes }: Planes, side: number): Planes {
  const [across, down] = [Math.floor(width / side), Math.floor(height / side)]
  const pooled = planes.map((plane) => {
    const out = new Float32Array(across * down)
    for (let y = 0; y < down; y++) {
      for (let x = 0; x < across; x++) {
        let sum = 0
        for (let dy = 0; dy < side; dy++) {
          const row = (y * side + dy) * width + x * side
          for (let dx = 0; dx < side; dx++) sum += plane[row + dx]!
        }
        out[y * across + x] = sum / side ** 2
      }
    }
    return out
  })
  return { width: across, height: down, planes: pooled }
}

/**
 * Means of 2 x 2 squares, where a plane of odd height has a row of zeros above it, and one of odd width a column of zeros to
 * its left: `avg_pool2d` with padding (H mod 2, W mod 2), which counts the zeros.
 */
export function halve({ width, height, planes }: Planes): Planes {
  const [across, down] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const [left, top] = [width % 2, height % 2]
  const pooled = planes.map((plane) => {
    const out = new Float32Array(across * down)
    for (let y = 0; y < down; y++) {
      const lower = (2 * y - top + 1) * width
      const upper = 2 * y - top < 0 ? -1 : lower - width
      for (let x = 0; x < across; x++) {
        const right = 2 * x - left + 1
        let sum = plane[lower + right]!
        if (upper >= 0) sum += plane[upper + right]!
        if (right > 0) {
          sum += plane[lower + right - 1]!
          if (upper >= 0) sum += plane[upper + right - 1]!
        }
        out[y * across + x] = sum / 4
      }
    }
    return out
  })
  return { width: across, height: down, planes: pooled }
}
