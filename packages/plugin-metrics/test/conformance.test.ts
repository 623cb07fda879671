import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSafetensors } from '@kintsugi/nn'
import { describePlugin } from '@kintsugi/testing'
import plugin from '../src/index.js'

const folder = mkdtempSync(join(tmpdir(), 'kintsugi-metrics-'))
const model = join(folder, 'allmodel')
writeFileSync(model, 'kernel_type rbf\ngamma 0.05\nrho -150\nSV\n7 1:0.5\n-2 1:1 36:0.5\n')

/** Writes tensors of small varied numbers. */
function tensorFile(name: string, shapes: Readonly<Record<string, readonly number[]>>): string {
  const tensors = Object.entries(shapes).map(([tensor, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1)
    const data = Float32Array.from({ length }, (_, i) => ((i * 37) % 101) / 5000)
    return [tensor, { dtype: 'float32' as const, shape, data }] as const
  })
  const path = join(folder, name)
  writeFileSync(path, writeSafetensors(new Map(tensors)))
  return path
}

const layers: Readonly<Record<number, readonly number[]>> = {
  0: [64, 3, 11, 11],
  3: [192, 64, 5, 5],
  6: [384, 192, 3, 3],
  8: [256, 384, 3, 3],
  10: [256, 256, 3, 3],
}
const trunk = tensorFile(
  'alex.safetensors',
  Object.fromEntries(
    Object.entries(layers).flatMap(([index, shape]) => [
      [`features.${index}.weight`, shape],
      [`features.${index}.bias`, shape.slice(0, 1)],
    ]),
  ),
)
const heads = tensorFile(
  'heads.safetensors',
  Object.fromEntries(Object.values(layers).map(([channels], k) => [`lin${k}.model.1.weight`, [1, channels!, 1, 1]])),
)
const channels = 3 + Object.values(layers).reduce((sum, [count]) => sum + count!, 0)
const weights = tensorFile('dists.safetensors', { alpha: [1, channels, 1, 1], beta: [1, channels, 1, 1] })
const noise = { pattern: 'noise' as const, width: 40, height: 32 }

describePlugin(plugin, new URL('../src/index.ts', import.meta.url), {
  nodes: {
    'metrics/brisque': {
      with: { model },
      examples: [{ title: 'Noise', in: { image: { pattern: 'noise', width: 24, height: 20 } }, with: { model } }],
    },
    'metrics/dists': {
      with: { weights },
      examples: [
        {
          title: 'A picture and noise',
          in: { image: { ...noise, pattern: 'photo' }, reference: noise, trunk: { value: trunk } },
          with: { weights },
        },
      ],
    },
    'metrics/lpips': {
      with: { heads },
      examples: [
        {
          title: 'A picture and noise',
          in: { image: { ...noise, pattern: 'photo' }, reference: noise, trunk: { value: trunk } },
          with: { heads },
        },
      ],
    },
  },
})
