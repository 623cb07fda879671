import type { Tensors } from '../checkpoint/tensor.js'
import type { GraphBuilder, Value } from '../graph/graph-builder.js'
import { imageMean } from '../graph/normalisation.js'
import { add, mul, pixelShuffle } from '../graph/operators.js'
import { padToMultiple, sliceLike, split } from '../graph/shapes.js'
import { defineArchitecture } from './architecture.js'
import { channelNorm } from './layers.js'
import type { NetworkBuilder } from './network-builder.js'
import { countModules, dimension } from './tensor-names.js'

/** Constructor arguments of NAFNet (megvii-research/NAFNet, basicsr/models/archs/NAFNet_arch.py), and which code is meant. */
interface NafHyperParameters {
  readonly [name: string]: number | string | readonly number[]
  readonly img_channel: number
  readonly width: number
  readonly middle_blk_num: number
  readonly enc_blk_nums: readonly number[]
  readonly dec_blk_nums: readonly number[]
  /** `official` pads with zeros to a multiple of 2^levels itself; `dcpt` leaves padding by reflection to the caller. */
  readonly variant: string
}

/** Epsilon of the normalisation over channels (LayerNorm2d, the same file). */
const EPSILON = 1e-6

/** Encoder and decoder of gated convolutions without activations (Chen et al. 2022), of the authors and of MILab-PKU/dcpt. */
export const nafNet = defineArchitecture<NafHyperParameters>({
  name: 'NAFNet',
  family: 'dcpt',
  tensorNames:
    /^(intro|ending|encoders\.\d+\.\d+|downs\.\d+|middle_blks\.\d+|ups\.\d+\.0|decoders\.\d+\.\d+|decoder\d+\.\d+)\./,
  detect: (tensors) =>
    tensors.has('intro.weight') && (tensors.has('decoders.0.0.beta') || tensors.has('decoder0.0.beta')),
  naming: (tensors) => (isOfficial(tensors) ? (name) => name.replace(/^decoder(\d+)/, 'decoders.$1') : (name) => name),
  hyperParameters(tensors) {
    const official = isOfficial(tensors)
    const shape = { rank: 4, architecture: 'NAFNet' }
    const levels = countModules(tensors, /^downs\.(\d+)\./)
    const each = (pattern: (level: number) => RegExp) =>
      Array.from({ length: levels }, (_, level) => countModules(tensors, pattern(level)))
    return {
      img_channel: dimension(tensors, 'intro.weight', { axis: 1, ...shape }),
      width: dimension(tensors, 'intro.weight', { axis: 0, ...shape }),
      middle_blk_num: countModules(tensors, /^middle_blks\.(\d+)\./),
      enc_blk_nums: each((level) => new RegExp(`^encoders\\.${level}\\.(\\d+)\\.`)),
      dec_blk_nums: each((level) => new RegExp(`^decoder${official ? 's\\.' : ''}${level}\\.(\\d+)\\.`)),
      variant: official ? 'official' : 'dcpt',
    }
  },
  facts: ({ img_channel: channels, enc_blk_nums: levels, variant }) => ({
    scale: 1,
    sizeMultiple: variant === 'official' ? 1 : 2 ** levels.length,
    ...(variant === 'official' && { tileMultiple: 2 ** levels.length }),
    channels: { input: channels, output: channels },
    inputRange: [0, 1],
    halo: 'global',
  }),
  build(network, hyper) {
    const { graph: g, image } = network
    const { width, img_channel: colours, enc_blk_nums: encoders, dec_blk_nums: decoders } = hyper
    const padded = hyper.variant === 'official' ? padToMultiple(g, image, 2 ** encoders.length) : image
    const skips: Value[] = []
    let channels = width
    let x = network.conv(padded, 'intro', { from: colours, to: channels })
    for (const [level, blocks] of encoders.entries()) {
      x = nafBlocks(network, x, `encoders.${level}`, channels, blocks)
      skips.push(x)
      x = network.conv(x, `downs.${level}`, { from: channels, to: 2 * channels, kernel: 2, stride: 2, padding: 0 })
      channels *= 2
    }
    x = nafBlocks(network, x, 'middle_blks', channels, hyper.middle_blk_num)
    for (const [level, blocks] of decoders.entries()) {
      const enlarged = { from: channels, to: 2 * channels, kernel: 1, bias: false }
      channels /= 2
      x = add(g, pixelShuffle(g, network.conv(x, `ups.${level}.0`, enlarged), 2), skips.pop()!)
      x = nafBlocks(network, x, `decoder${level}`, channels, blocks)
    }
    x = add(g, network.conv(x, 'ending', { from: width, to: colours }), padded)
    return hyper.variant === 'official' ? sliceLike(g, x, image) : x
  },
})

function isOfficial(tensors: Tensors): boolean {
  return tensors.has('decoders.0.0.beta')
}

function nafBlocks(network: NetworkBuilder, x: Value, name: string, channels: number, blocks: number): Value {
  for (let block = 0; block < blocks; block++) {
    x = nafBlock(network, x, `${name}.${block}`, channels)
    network.feature(`${name}.${block}`, x, channels)
  }
  return x
}

function nafBlock(network: NetworkBuilder, x: Value, name: string, channels: number): Value {
  const { graph: g } = network
  const widen = { from: channels, to: 2 * channels, kernel: 1 }
  const same = { from: channels, to: channels, kernel: 1 }
  const depthwise = { from: 2 * channels, to: 2 * channels, groups: 2 * channels }
  const norm = (value: Value, layer: string) =>
    channelNorm(network, value, `${name}.${layer}`, { channels, epsilon: EPSILON })
  const strength = (tensor: string) => network.weight(`${name}.${tensor}`, [1, channels, 1, 1])
  const spread = network.conv(network.conv(norm(x, 'norm1'), `${name}.conv1`, widen), `${name}.conv2`, depthwise)
  const gated = gate(g, spread)
  const attended = mul(g, gated, network.conv(network.statistic(imageMean(g, gated)), `${name}.sca.1`, same))
  const y = add(g, x, mul(g, network.conv(attended, `${name}.conv3`, same), strength('beta')))
  const fed = gate(g, network.conv(norm(y, 'norm2'), `${name}.conv4`, widen))
  return add(g, y, mul(g, network.conv(fed, `${name}.conv5`, same), strength('gamma')))
}

/** The product of the two halves of the channels. */
function gate(g: GraphBuilder, x: Value): Value {
  const [first, second] = split(g, x, 2, 1)
  return mul(g, first!, second!)
}
