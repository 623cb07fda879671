import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeModel, writeFacts } from '@kintsugi/core/onnx'
import { conv, GraphBuilder } from '@kintsugi/nn'
import { describePlugin } from '@kintsugi/testing'
import plugin from '../src/index.js'
import { knnMaker, knnModel } from '../src/knn/knn-maker.js'

/** Small models of their own for node types without a built-in one. */
const folder = mkdtempSync(join(tmpdir(), 'kintsugi-dcpt-'))
const [network, neighbours] = [join(folder, 'network.onnx'), join(folder, 'neighbours.onnx')]

const g = new GraphBuilder('darker')
const weight = Float32Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? 0.9 : 0))
const image = g.image('input', 3)
g.output('output', conv(g, image, g.constant(weight, [3, 3, 1, 1]), undefined, { kernel: 1 }), [
  'batch',
  3,
  'height',
  'width',
])
const darker = g.model()
const facts = { family: 'dcpt', architecture: 'darker', scale: 1, sizeMultiple: 8, halo: 0 }
writeFacts(darker, { ...facts, channels: { input: 3, output: 3 }, inputRange: [0, 1] })
writeFileSync(network, encodeModel(darker))

const { recipe } = knnModel({
  k: 1,
  offset: Float32Array.of(0),
  factor: Float32Array.of(1),
  matrix: new Float32Array(0),
  points: Float32Array.of(0, 1),
  labels: [0, 1],
  classes: ['dark', 'light'],
  layers: [],
  statistics: [],
  logarithmic: [false],
  codec: 'demo/1@1',
  accuracy: 1,
  validation: 'leave-one-out',
})
writeFileSync(neighbours, (await knnMaker.make([], recipe.params, 'neighbours')).onnx)

after(() => rmSync(folder, { recursive: true, force: true }))

describePlugin(plugin, new URL('../src/index.ts', import.meta.url), {
  nodes: {
    'dcpt/knn': {
      examples: [
        {
          title: 'the nearer of two',
          in: {
            features: { value: { codec: 'demo/1@1', names: ['x'], values: [0.9] } },
            model: { value: neighbours },
          },
        },
      ],
    },
    'dcpt/restore': {
      examples: [
        {
          title: 'a network that darkens',
          in: { image: { pattern: 'flat', width: 20, height: 12 }, model: { value: network } },
          expect: { image: { width: 20, height: 12, mean: 0.45, tolerance: 1e-6 } },
        },
      ],
    },
  },
})
