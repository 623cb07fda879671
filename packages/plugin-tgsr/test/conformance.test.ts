import { fileURLToPath } from 'node:url'
import { describePlugin } from '@kintsugi/testing'
import plugin from '../src/index.js'

const x4 = fileURLToPath(new URL('../../plugin-esrgan/models/x4.onnx', import.meta.url))

describePlugin(plugin, new URL('../src/index.ts', import.meta.url), {
  nodes: {
    'tgsr/restore': {
      examples: [
        {
          title: 'A flat image becomes four times as wide and as high and keeps its brightness',
          in: { image: { pattern: 'flat', width: 16, height: 12 }, model: { value: x4 } },
          expect: { image: { width: 64, height: 48, mean: 0.5, std: 0, tolerance: 5e-3 } },
        },
      ],
    },
  },
})
