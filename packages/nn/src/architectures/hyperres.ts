import type { Value } from '../graph/graph-builder.js'
import { add, pixelShuffle, relu } from '../graph/operators.js'
import { defineArchitecture } from './architecture.js'
import { combination } from './combination.js'
import type { ConvolutionLayer, ConvolutionWeights, NetworkBuilder } from './network-builder.js'
import { requireTensor } from './tensor-faults.js'
import { countModules } from './tensor-names.js'

/** What HyperRes's constructor takes (models/HyperRes.py), and its width, which is 64 there. */
interface HyperResHyperParameters {
  readonly [name: string]: number
  readonly meta_blocks: number
  readonly channels: number
  readonly features: number
}

/**
 * HyperRes (Aharon and Ben-Artzi 2023, ifryed/HyperRes): a residual network at half the size whose blocks have weights that are affine in a level,
 * W = level A + B. The coefficient `level` is the physical level (sigma of 0..255, JPEG quality, scale) divided by 255.
 */
export const hyperRes = defineArchitecture<HyperResHyperParameters>({
  name: 'HyperRes',
  family: 'hypernet',
  tensorNames: /^(conv[1-5]\.module\.|res_blocks_meta\.\d+\.hy_conv[12]\.fc\.)/,
  detect: (tensors) => tensors.has('res_blocks_meta.1.hy_conv1.fc.weight'),
  hyperParameters(tensors) {
    const [features = 0, channels = 0] = requireTensor(tensors, 'conv1.module.weight', 4, 'HyperRes').shape
    return { meta_blocks: countModules(tensors, /^res_blocks_meta\.(\d+)\./) - 1, channels, features }
  },
  facts: ({ channels }) => ({
    scale: 1,
    sizeMultiple: 2,
    channels: { input: channels, output: channels },
    inputRange: [0, 1],
  }),
  basis: () => ({ names: ['level'], node: 'hypernet/restore' }),
  build(network, { meta_blocks: blocks, channels, features }, [level = 0]) {
    const { graph: g } = network
    const same = { from: features, to: features }
    const convolve = (x: Value, name: string) => network.convWith(x, name, generate(network, name, same, level), same)
    const first = network.conv(network.image, 'conv1.module', { from: channels, to: features, stride: 2 })
    let x = first
    for (let block = 1; block <= blocks; block++) {
      const name = `res_blocks_meta.${block}`
      x = add(g, x, convolve(relu(g, convolve(x, `${name}.hy_conv1`)), `${name}.hy_conv2`))
    }
    x = add(g, first, network.conv(x, 'conv2.module', same))
    x = relu(g, pixelShuffle(g, network.conv(x, 'conv3.module', { from: features, to: 4 * features }), 2))
    x = relu(g, network.conv(x, 'conv4.module', same))
    return network.conv(x, 'conv5.module', { from: features, to: channels })
  },
})

/** A linear layer of one input gives the kernel, row-major, and after it the bias. */
function generate(
  network: NetworkBuilder,
  name: string,
  { from, to }: ConvolutionLayer,
  level: number,
): ConvolutionWeights {
  const kernel = to * from * 9
  const slope = network.values(`${name}.fc.weight`, [kernel + to, 1])
  const offset = network.values(`${name}.fc.bias`, [kernel + to])
  const generated = combination([slope, offset], [level, 1])
  return { weight: generated.subarray(0, kernel), bias: generated.subarray(kernel) }
}
