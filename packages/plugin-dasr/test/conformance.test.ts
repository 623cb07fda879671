import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describePlugin } from '@kintsugi/testing'
import { sharedFile } from '../../nn/test/golden.js'
import plugin, { adjust, compare, encode } from '../src/index.js'

const entry = new URL('../src/index.ts', import.meta.url)
const golden = sharedFile('golden/dasr/dasr-x4/')

// The others need checkpoints, which do not ship.
if (existsSync(golden)) {
  const file = (name: string) => ({ value: fileURLToPath(new URL(name, golden)) })
  const image = { pattern: 'photo', width: 24, height: 20 } as const
  const weights = { value: { codec: 'dasr/weights@1', names: [], values: [0.2, 0.3, -0.1, 0.4, 0.2] } }
  describePlugin(plugin, entry, {
    nodes: {
      'dasr/estimate': { examples: [{ title: 'a photo', in: { image, model: file('net_p.pth') }, expect: {} }] },
      'dasr/restore': {
        examples: [{ title: 'a photo', in: { image, weights, model: file('net_g.pth') }, expect: {} }],
      },
    },
  })
} else describePlugin({ ...plugin, nodes: [adjust, encode, compare] }, entry)
