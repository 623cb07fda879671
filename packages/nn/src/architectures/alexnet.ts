import { maxPool, relu } from '../graph/operators.js'
import { defineArchitecture } from './architecture.js'
import { type Feature, featureOutputs, normalisedImage, trunkFacts, trunkNaming, trunkShape } from './trunk.js'

/** torchvision's AlexNet: place in the list, kernel, stride, padding, channels, and whether a pooling comes before. */
const LAYERS = [
  { index: 0, kernel: 11, stride: 4, padding: 2, to: 64, pool: false },
  { index: 3, kernel: 5, stride: 1, padding: 2, to: 192, pool: true },
  { index: 6, kernel: 3, stride: 1, padding: 1, to: 384, pool: true },
  { index: 8, kernel: 3, stride: 1, padding: 1, to: 256, pool: false },
  { index: 10, kernel: 3, stride: 1, padding: 1, to: 256, pool: false },
] as const

/** The convolutions of AlexNet (Krizhevsky 2014, as torchvision has it). Outputs `relu1` to `relu5`, which LPIPS compares. */
export const alexNet = defineArchitecture({
  name: 'AlexNet',
  family: 'metrics',
  tensorNames: /^(net\.)?(features|slice\d)\.(0|3|6|8|10)\.(weight|bias)$/,
  detect: (tensors) => trunkShape(tensors, 'features.0.weight')?.join() === '64,3,11,11',
  naming: trunkNaming,
  hyperParameters: () => ({}),
  facts: () => trunkFacts(256),
  build(network) {
    const { graph: g } = network
    const features: Feature[] = []
    let x = normalisedImage(network)
    let from = 3
    for (const [i, { index, pool, ...layer }] of LAYERS.entries()) {
      if (pool) x = maxPool(g, x, 3, 2)
      x = relu(g, network.conv(x, `features.${index}`, { from, ...layer }))
      features.push({ name: `relu${i + 1}`, value: x, channels: layer.to })
      from = layer.to
    }
    return featureOutputs(network, features)
  },
})
