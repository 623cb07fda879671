import type { Tensors } from '../checkpoint/tensor.js'
import type { GraphBuilder, Value } from '../graph/graph-builder.js'
import { gelu } from '../graph/normalisation.js'
import { add, concat, mul, pixelShuffle, pixelUnshuffle } from '../graph/operators.js'
import { reshape, size, split, transpose } from '../graph/shapes.js'
import { channelNorm } from './layers.js'
import type { NetworkBuilder } from './network-builder.js'
import { dimension } from './tensor-names.js'

/** What the transformer blocks of Restormer and PromptIR are made of. */
export interface RestormerBlocks {
  readonly ffn_expansion_factor: number
  /** `WithBias`, or `BiasFree`: normalisation that neither subtracts the mean nor adds a bias. */
  readonly LayerNorm_type: string
  /** `softmax`, or `relu` as in MILab-PKU/dcpt. The weights do not tell. */
  readonly attention: string
  /** Epsilon of the normalisation. The weights do not tell. */
  readonly norm_epsilon: number
}

export interface BlockSize {
  readonly channels: number
  readonly heads: number
}

/** Blocks `<name>.0`, `<name>.1` and so on. */
export function transformerBlocks(
  network: NetworkBuilder,
  x: Value,
  name: string,
  blockSize: BlockSize,
  count: number,
  hyper: RestormerBlocks,
): Value {
  for (let block = 0; block < count; block++) x = transformerBlock(network, x, `${name}.${block}`, blockSize, hyper)
  return x
}

/** x + attention(norm(x)), then x + feed-forward(norm(x)) (Zamir et al. 2022, figure 2). */
export function transformerBlock(
  network: NetworkBuilder,
  x: Value,
  name: string,
  { channels, heads }: BlockSize,
  hyper: RestormerBlocks,
): Value {
  const { graph: g } = network
  const norm = (value: Value, layer: string) =>
    channelNorm(network, value, `${name}.${layer}.body`, {
      channels,
      epsilon: hyper.norm_epsilon,
      centred: hyper.LayerNorm_type === 'WithBias',
    })
  const attended = add(g, x, channelAttention(network, norm(x, 'norm1'), `${name}.attn`, { channels, heads }, hyper))
  const hidden = hiddenChannels(channels, hyper.ffn_expansion_factor)
  return add(g, attended, feedForward(network, norm(attended, 'norm2'), `${name}.ffn`, channels, hidden))
}

/** Width inside the feed-forward part, rounded down as the authors' code does. */
function hiddenChannels(channels: number, factor: number): number {
  return Math.floor(channels * factor)
}

/**
 * Attention between channels over all pixels. Queries and keys of length 1 are multiplied in the authors' code; here the products are
 * divided by the lengths, which is the same and spares two passes over the image.
 */
function channelAttention(
  network: NetworkBuilder,
  x: Value,
  name: string,
  { channels, heads }: BlockSize,
  { attention }: RestormerBlocks,
): Value {
  const { graph: g } = network
  const triple = 3 * channels
  const widened = plainConv(network, x, `${name}.qkv`, { from: channels, to: triple, kernel: 1 })
  const mixed = plainConv(network, widened, `${name}.qkv_dwconv`, { from: triple, to: triple, groups: triple })
  const parts = split(g, mixed, 3, 1).map((part) => reshape(g, part, [0, heads, channels / heads, -1]))
  const [query, key, value] = parts as [Value, Value, Value]
  const products = g.node('MatMul', [query, transpose(g, key, [0, 1, 3, 2])])
  const lengths = mul(g, length(g, query), transpose(g, length(g, key), [0, 1, 3, 2]))
  const temperature = network.weight(`${name}.temperature`, [heads, 1, 1])
  const scores = mul(g, g.node('Div', [products, lengths]), temperature)
  const weights = attention === 'relu' ? g.node('Relu', [scores]) : g.node('Softmax', [scores], { axis: -1 })
  const sizes = [size(g, x, 0), channels, size(g, x, 2), size(g, x, 3)]
  const image = reshape(g, g.node('MatMul', [network.statistic(weights), value]), sizes)
  return plainConv(network, image, `${name}.project_out`, { from: channels, to: channels, kernel: 1 })
}

/** The Euclidean length of each row, at least 1e-12 (torch.nn.functional.normalize). */
function length(g: GraphBuilder, rows: Value): Value {
  return g.node('Max', [g.node('ReduceL2', [rows], { axes: [3], keepdims: 1 }), g.scalar(1e-12)])
}

/** Two branches of depthwise convolutions, one of which gates the other. */
function feedForward(network: NetworkBuilder, x: Value, name: string, channels: number, hidden: number): Value {
  const { graph: g } = network
  const double = 2 * hidden
  const widened = plainConv(network, x, `${name}.project_in`, { from: channels, to: double, kernel: 1 })
  const mixed = plainConv(network, widened, `${name}.dwconv`, { from: double, to: double, groups: double })
  const [gate, branch] = split(g, mixed, 2, 1)
  return plainConv(network, mul(g, gelu(g, gate!), branch!), `${name}.project_out`, {
    from: hidden,
    to: channels,
    kernel: 1,
  })
}

/** A convolution with a bias only if the checkpoint has one. */
export function plainConv(
  network: NetworkBuilder,
  x: Value,
  name: string,
  layer: { from: number; to: number; kernel?: number; groups?: number },
): Value {
  return network.conv(x, name, { ...layer, bias: network.has(`${name}.bias`) })
}

/** Half the size, twice the channels. */
export function down(network: NetworkBuilder, x: Value, name: string, channels: number): Value {
  const halved = plainConv(network, x, `${name}.body.0`, { from: channels, to: channels / 2 })
  return pixelUnshuffle(network.graph, halved, 2, channels / 2)
}

/** Twice the size, half the channels. */
export function up(network: NetworkBuilder, x: Value, name: string, channels: number): Value {
  return pixelShuffle(network.graph, plainConv(network, x, `${name}.body.0`, { from: channels, to: 2 * channels }), 2)
}

/** Joins two images and reduces their channels with a 1x1 convolution. */
export function joinAndReduce(
  network: NetworkBuilder,
  [a, b]: readonly [Value, Value],
  name: string,
  layer: { from: number; to: number },
): Value {
  return plainConv(network, concat(network.graph, [a, b]), name, { ...layer, kernel: 1 })
}

/** Reads what a block's tensors tell; the constant of the published networks is 2.66. */
export function readRestormerBlocks(
  tensors: Tensors,
  block: string,
  channels: number,
  architecture: string,
): Pick<RestormerBlocks, 'ffn_expansion_factor' | 'LayerNorm_type'> {
  const hidden = dimension(tensors, `${block}.ffn.project_out.weight`, { axis: 1, rank: 4, architecture })
  const published = 2.66
  return {
    ffn_expansion_factor: hiddenChannels(channels, published) === hidden ? published : hidden / channels,
    LayerNorm_type: tensors.has(`${block}.norm1.body.bias`) ? 'WithBias' : 'BiasFree',
  }
}
