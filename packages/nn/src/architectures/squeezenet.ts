import type { Value } from '../graph/graph-builder.js'
import { concat, maxPool, relu } from '../graph/operators.js'
import { defineArchitecture } from './architecture.js'
import type { NetworkBuilder } from './network-builder.js'
import { type Feature, featureOutputs, normalisedImage, trunkFacts, trunkNaming, trunkShape } from './trunk.js'

/** Fire modules of torchvision's SqueezeNet 1.1: place in the list, narrow and wide channels; a pooling comes before three of them. */
const FIRES = [
  { index: 3, narrow: 16, wide: 128, pool: true },
  { index: 4, narrow: 16, wide: 128, pool: false },
  { index: 6, narrow: 32, wide: 256, pool: true },
  { index: 7, narrow: 32, wide: 256, pool: false },
  { index: 9, narrow: 48, wide: 384, pool: true },
  { index: 10, narrow: 48, wide: 384, pool: false },
  { index: 11, narrow: 64, wide: 512, pool: false },
  { index: 12, narrow: 64, wide: 512, pool: false },
] as const

/** Places whose outputs LPIPS compares. */
const TAPS: readonly number[] = [4, 7, 9, 10, 11, 12]

/** The features of SqueezeNet 1.1 (Iandola et al. 2016, as torchvision has it). Outputs `relu1` to `relu7`, which LPIPS compares. */
export const squeezeNet = defineArchitecture({
  name: 'SqueezeNet',
  family: 'metrics',
  tensorNames: /^(net\.)?(features|slice\d)\.\d+\.((squeeze|expand[13]x[13])\.)?(weight|bias)$/,
  detect: (tensors) =>
    trunkShape(tensors, 'features.0.weight')?.join() === '64,3,3,3' &&
    trunkShape(tensors, 'features.3.squeeze.weight') !== undefined,
  naming: trunkNaming,
  hyperParameters: () => ({}),
  facts: () => trunkFacts(512),
  build(network) {
    const { graph: g } = network
    let x = relu(g, network.conv(normalisedImage(network), 'features.0', { from: 3, to: 64, stride: 2, padding: 0 }))
    const features: Feature[] = [{ name: 'relu1', value: x, channels: 64 }]
    let from = 64
    for (const { index, narrow, wide, pool } of FIRES) {
      if (pool) x = maxPool(g, x, 3, 2, true)
      x = fire(network, x, `features.${index}`, { from, narrow, wide })
      if (TAPS.includes(index)) features.push({ name: `relu${features.length + 1}`, value: x, channels: wide })
      from = wide
    }
    return featureOutputs(network, features)
  },
})

function fire(
  network: NetworkBuilder,
  x: Value,
  name: string,
  { from, narrow, wide }: { readonly from: number; readonly narrow: number; readonly wide: number },
): Value {
  const { graph: g } = network
  const squeezed = relu(g, network.conv(x, `${name}.squeeze`, { from, to: narrow, kernel: 1 }))
  const half = { from: narrow, to: wide / 2 }
  const points = relu(g, network.conv(squeezed, `${name}.expand1x1`, { ...half, kernel: 1 }))
  return concat(g, [points, relu(g, network.conv(squeezed, `${name}.expand3x3`, half))])
}
