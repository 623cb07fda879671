import { KintsugiError } from '@kintsugi/core'
import { readCheckpoint, toFloat32 } from '@kintsugi/nn'

/** Weights of texture (`alpha`) and structure (`beta`) for each channel: those of the image, then of each layer. */
export interface DistsWeights {
  readonly alpha: Float32Array
  readonly beta: Float32Array
}

/**
 * Tensors `alpha` and `beta` of the original release, or of a checkpoint of the whole metric. Throws `E_METRIC_PARAMETERS` where they
 * are missing, of different lengths, not finite or all zero.
 */
export async function readDistsWeights(path: string): Promise<DistsWeights> {
  const { tensors } = await readCheckpoint(path)
  const [alpha, beta] = ['alpha', 'beta'].map((name) => {
    const tensor = tensors.get(name)
    return tensor === undefined ? new Float32Array() : toFloat32(tensor)
  }) as [Float32Array, Float32Array]
  const total = [...alpha, ...beta].reduce((sum, weight) => sum + weight, 0)
  if (alpha.length === beta.length && Number.isFinite(total) && total > 0) return { alpha, beta }
  throw new KintsugiError('E_METRIC_PARAMETERS', {
    message: `metrics/dists finds no weights in ${path}`,
    expected: 'finite tensors `alpha` and `beta` of one length, whose sum is positive',
    found:
      alpha.length === 0
        ? [...tensors.keys()].slice(0, 5).join(', ') || 'no tensors'
        : `${alpha.length} and ${beta.length} weights, sum ${total}`,
    fix: 'use weights.pt of dingkeyan93/DISTS',
  })
}
