import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describePlugin } from '@kintsugi/testing'
import plugin from '../src/index.js'

const model = join(mkdtempSync(join(tmpdir(), 'kintsugi-metrics-')), 'allmodel')
writeFileSync(model, 'kernel_type rbf\ngamma 0.05\nrho -150\nSV\n7 1:0.5\n-2 1:1 36:0.5\n')

describePlugin(plugin, new URL('../src/index.ts', import.meta.url), {
  nodes: {
    'metrics/brisque': {
      with: { model },
      examples: [{ title: 'Noise', in: { image: { pattern: 'noise', width: 24, height: 20 } }, with: { model } }],
    },
  },
})
