import { KintsugiError } from '@kintsugi/core'
import { readCheckpoint, toFloat32 } from '@kintsugi/nn'

/**
 * The linear heads of LPIPS 0.1, one weight a channel of each layer: tensors `lin0.model.1.weight` and so on of the files in the
 * original release, or of a checkpoint of the whole metric. Throws `E_METRIC_PARAMETERS` where there are none.
 */
export async function readHeads(path: string): Promise<readonly Float32Array[]> {
  const { tensors } = await readCheckpoint(path)
  const heads: Float32Array[] = []
  for (const [name, tensor] of tensors) {
    const layer = /^lins?\.?(\d+)\.model\.1\.weight$/.exec(name)?.[1]
    if (layer !== undefined) heads[Number(layer)] = toFloat32(tensor)
  }
  if (heads.length > 0 && Array.from(heads).every((head) => head?.every(Number.isFinite))) return heads
  throw new KintsugiError('E_METRIC_PARAMETERS', {
    message: `metrics/lpips finds no linear heads in ${path}`,
    expected: 'finite tensors `lin0.model.1.weight`, `lin1.model.1.weight` and so on',
    found: [...tensors.keys()].slice(0, 5).join(', ') || 'no tensors',
    fix: 'use weights/v0.1/alex.pth, vgg.pth or squeeze.pth of richzhang/PerceptualSimilarity',
  })
}
