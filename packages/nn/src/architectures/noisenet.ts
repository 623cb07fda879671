import { add, flatten, maxPool, relu } from '../graph/operators.js'
import { defineArchitecture } from './architecture.js'
import { requireTensor } from './tensor-faults.js'
import { countModules } from './tensor-names.js'

/** Sizes of NoiseNet (models/NoiseNet.py of ifryed/HyperRes); the authors' are 3, 64, 4 and 128. */
interface NoiseNetHyperParameters {
  readonly [name: string]: number
  readonly channels: number
  readonly features: number
  readonly blocks: number
  /** Rows and columns of the image, which follow from the first fully connected layer. */
  readonly crop_size: number
}

/**
 * NoiseNet: estimates the standard deviation of Gaussian noise in a square crop of one size, on the scale 0..255. `output` is
 * batch x 1.
 */
export const noiseNet = defineArchitecture<NoiseNetHyperParameters>({
  name: 'NoiseNet',
  family: 'hypernet',
  tensorNames: /^(conv1\.|conv_seq\.\d+\.conv[12]\.|fc_seq\.\d+\.)/,
  detect: (tensors) => tensors.has('conv_seq.0.conv1.weight') && tensors.has('fc_seq.0.weight'),
  hyperParameters(tensors) {
    const [features = 0, channels = 0] = requireTensor(tensors, 'conv1.weight', 4, 'NoiseNet').shape
    const [, flat = 0] = requireTensor(tensors, 'fc_seq.0.weight', 2, 'NoiseNet').shape
    const blocks = Math.ceil(countModules(tensors, /^conv_seq\.(\d+)\./) / 2)
    return { channels, features, blocks, crop_size: Math.floor(Math.sqrt(flat / features)) * 2 ** (blocks + 1) }
  },
  facts: ({ channels }) => ({
    scale: 1,
    sizeMultiple: 1,
    halo: 'global',
    channels: { input: channels, output: 1 },
    inputRange: [0, 1],
    output: 'vector',
  }),
  inputSize: ({ crop_size }) => crop_size,
  build(network, { channels, features, blocks, crop_size: size }) {
    const { graph: g } = network
    const same = { from: features, to: features }
    let x = network.conv(network.image, 'conv1', { from: channels, to: features, stride: 2 })
    for (let block = 0; block < blocks; block++) {
      const name = `conv_seq.${2 * block}`
      const inner = relu(g, network.conv(x, `${name}.conv1`, same))
      x = maxPool(g, add(g, x, network.conv(inner, `${name}.conv2`, same)), 2, 2)
    }
    x = flatten(g, x)
    let width = features * (size / 2 ** (blocks + 1)) ** 2
    for (const layer of [0, 2, 4]) {
      const to = layer === 4 ? 1 : (network.shape(`fc_seq.${layer}.bias`)[0] ?? 0)
      x = network.linear(x, `fc_seq.${layer}`, { from: width, to })
      if (layer < 4) x = relu(g, x)
      width = to
    }
    return [{ name: 'output', value: x, shape: ['batch', 1] }]
  },
})
