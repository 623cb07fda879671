import { groupAttention } from '../graph/attention.js'
import type { Value } from '../graph/graph-builder.js'
import { gelu, imageMean } from '../graph/normalisation.js'
import { add, concat, mul, relu, scale } from '../graph/operators.js'
import {
  overlappingOrder,
  pick,
  type TokenGrid,
  toImage,
  tokenGrid,
  toTokens,
  type WindowGrid,
  windowGrid,
} from '../graph/windows.js'
import { defineArchitecture } from './architecture.js'
import { layerNorm, linear } from './layers.js'
import type { NetworkBuilder } from './network-builder.js'
import { enter, leave, type Reconstruction, readReconstruction, reconstruct } from './reconstruction.js'
import { groupDepth, ignoreTables, readSwinGroups, residualConvolution, type SwinGroups } from './swin-groups.js'
import { countModules, dimension } from './tensor-names.js'
import { mlp, positionBias, queryKeyValue } from './window-attention.js'

/** Constructor arguments of HAT (XPixelGroup/HAT, hat/archs/hat_arch.py). */
interface HatHyperParameters extends Reconstruction, SwinGroups {
  readonly [name: string]: number | string | readonly number[]
  readonly depths: readonly number[]
  readonly num_heads: readonly number[]
  readonly compress_ratio: number
  readonly squeeze_factor: number
  /** Weight of the convolutions beside the attention. The weights of the layers do not tell it. */
  readonly conv_scale: number
  /** How much larger the windows of keys are than those of queries, as a share. */
  readonly overlap_ratio: number
  readonly img_range: number
}

const GROUP = 'layers.0.residual_group'

/** Attention in windows beside convolutions with channel attention, then from windows to larger ones (Chen et al. 2023). */
export const hat = defineArchitecture<HatHyperParameters>({
  name: 'HAT',
  family: 'esrgan',
  tensorNames:
    /^(layers\.\d+\.(residual_group\.(blocks\.\d+\.(norm\d|attn|conv_block|mlp)|overlap_attn)|conv)\.|relative_position_index_|(conv_first|conv_after_body|conv_before_upsample|upsample|conv_last|patch_embed|norm)\.)/,
  detect: (tensors) => tensors.has(`${GROUP}.overlap_attn.qkv.weight`),
  hyperParameters(tensors) {
    const groups = Array.from({ length: countModules(tensors, /^layers\.(\d+)\./) }, (_, group) => `layers.${group}`)
    const size = (name: string, axis: number, rank = 2) => dimension(tensors, name, { axis, rank, architecture: 'HAT' })
    const table = 'relative_position_bias_table'
    const window = (Math.sqrt(size(`${GROUP}.blocks.0.attn.${table}`, 0)) + 1) / 2
    const keyWindow = Math.sqrt(size(`${GROUP}.overlap_attn.${table}`, 0)) - window + 1
    const network = readSwinGroups(tensors, `${GROUP}.blocks.0`, 'HAT')
    const block = `${GROUP}.blocks.0.conv_block.cab`
    return {
      ...readReconstruction(tensors, 'HAT'),
      ...network,
      depths: groups.map((group) => groupDepth(tensors, group)),
      num_heads: groups.map((group) => size(`${group}.residual_group.blocks.0.attn.${table}`, 1)),
      window_size: window,
      compress_ratio: network.embed_dim / size(`${block}.0.weight`, 0, 4),
      squeeze_factor: network.embed_dim / size(`${block}.3.attention.1.weight`, 0, 4),
      conv_scale: 0.01,
      overlap_ratio: keyWindow / window - 1,
      img_range: 1,
    }
  },
  facts: (hyper) => ({
    scale: hyper.upscale,
    sizeMultiple: hyper.window_size,
    channels: { input: hyper.in_chans, output: hyper.in_chans },
    inputRange: [0, 1],
    halo: 'global',
  }),
  build(network, hyper) {
    const { graph: g, image } = network
    const { in_chans: colours, embed_dim: channels, window_size: window } = hyper
    ignoreTables(network)
    const entering = enter(g, image, colours, hyper.img_range)
    const shallow = network.conv(entering, 'conv_first', { from: colours, to: channels })
    const grid = tokenGrid(g, image)
    const windows = {
      grid,
      regular: windowGrid(g, grid, { window, shift: 0, masked: true }),
      shifted: windowGrid(g, grid, { window, shift: Math.floor(window / 2), masked: true }),
      overlapping: overlappingOrder(g, grid, window, keyWindow(hyper)),
    }
    let x = toTokens(g, shallow, channels)
    if (network.has('patch_embed.norm.weight')) x = layerNorm(network, x, 'patch_embed.norm', channels)
    for (const group of hyper.depths.keys()) x = hybridGroup(network, x, group, windows, hyper)
    const body = toImage(g, layerNorm(network, x, 'norm', channels), grid, channels)
    const features = add(g, residualConvolution(network, body, 'conv_after_body', hyper), shallow)
    return leave(g, reconstruct(network, features, hyper), colours, hyper.img_range)
  },
})

interface HatWindows {
  readonly grid: TokenGrid
  readonly regular: WindowGrid
  readonly shifted: WindowGrid
  /** Tokens of the larger windows. */
  readonly overlapping: Value
}

function keyWindow({ window_size: window, overlap_ratio: ratio }: HatHyperParameters): number {
  return window + Math.round(window * ratio)
}

/** Tokens in rows, there and back. */
function hybridGroup(
  network: NetworkBuilder,
  tokens: Value,
  group: number,
  windows: HatWindows,
  hyper: HatHyperParameters,
): Value {
  const { graph: g } = network
  const { embed_dim: channels } = hyper
  const name = `layers.${group}`
  const heads = hyper.num_heads[group]!
  let x = tokens
  for (let block = 0; block < hyper.depths[group]!; block++) {
    const shape = block % 2 === 0 ? windows.regular : windows.shifted
    x = hybridBlock(network, x, `${name}.residual_group.blocks.${block}`, { heads, grid: windows.grid, shape }, hyper)
  }
  x = overlappingBlock(network, x, `${name}.residual_group.overlap_attn`, heads, windows, hyper)
  const image = residualConvolution(network, toImage(g, x, windows.grid, channels), `${name}.conv`, hyper)
  return add(g, toTokens(g, image, channels), tokens)
}

/** x + attention(norm(x)) + conv_scale convolutions(norm(x)), then x + mlp(norm(x)). */
function hybridBlock(
  network: NetworkBuilder,
  x: Value,
  name: string,
  { heads, grid, shape }: { heads: number; grid: TokenGrid; shape: WindowGrid },
  hyper: HatHyperParameters,
): Value {
  const { graph: g } = network
  const { embed_dim: channels, window_size: window } = hyper
  const normal = layerNorm(network, x, `${name}.norm1`, channels)
  const mixed = groupAttention(g, {
    ...queryKeyValue(network, pick(g, normal, shape.order), `${name}.attn`, { channels, heads }),
    channels,
    heads,
    queries: window * window,
    batch: grid.batch,
    bias: positionBias(network, `${name}.attn`, { heads, window }),
    ...(shape.mask !== undefined && { mask: shape.mask }),
  })
  const attended = linear(network, mixed, `${name}.attn.proj`, { from: channels, to: channels })
  const convolved = attentiveConvolutions(network, toImage(g, normal, grid, channels), `${name}.conv_block.cab`, hyper)
  const beside = scale(g, toTokens(g, convolved, channels), hyper.conv_scale)
  const joined = add(g, add(g, x, pick(g, attended, shape.back)), beside)
  return feedForward(network, joined, name, hyper)
}

/** Two convolutions and channel attention, which looks at the mean over the whole image. */
function attentiveConvolutions(network: NetworkBuilder, x: Value, name: string, hyper: HatHyperParameters): Value {
  const { graph: g } = network
  const { embed_dim: channels } = hyper
  const compressed = Math.round(channels / hyper.compress_ratio)
  const squeezed = Math.round(channels / hyper.squeeze_factor)
  const narrow = gelu(g, network.conv(x, `${name}.0`, { from: channels, to: compressed }))
  const wide = network.conv(narrow, `${name}.2`, { from: compressed, to: channels })
  const attention = `${name}.3.attention`
  const mean = network.conv(network.statistic(imageMean(g, wide)), `${attention}.1`, {
    from: channels,
    to: squeezed,
    kernel: 1,
  })
  const strength = network.conv(relu(g, mean), `${attention}.3`, { from: squeezed, to: channels, kernel: 1 })
  return mul(g, wide, g.node('Sigmoid', [strength]))
}

/** Attention from the tokens of windows to those of larger ones; places beyond the image hold keys and values of zero. */
function overlappingBlock(
  network: NetworkBuilder,
  x: Value,
  name: string,
  heads: number,
  windows: HatWindows,
  hyper: HatHyperParameters,
): Value {
  const { graph: g } = network
  const { embed_dim: channels, window_size: window } = hyper
  const wide = keyWindow(hyper)
  const parts = queryKeyValue(network, layerNorm(network, x, `${name}.norm1`, channels), name, { channels, heads })
  const zero = g.constant(new Float32Array(channels), [1, channels])
  const around = (tokens: Value) => pick(g, concat(g, [tokens, zero], 0), windows.overlapping)
  const mixed = groupAttention(g, {
    query: pick(g, parts.query, windows.regular.order),
    key: around(parts.key),
    value: around(parts.value),
    channels,
    heads,
    queries: window * window,
    keys: wide * wide,
    batch: windows.grid.batch,
    bias: positionBias(network, name, { heads, window, keyWindow: wide }),
  })
  const attended = linear(network, mixed, `${name}.proj`, { from: channels, to: channels })
  return feedForward(network, add(g, x, pick(g, attended, windows.regular.back)), name, hyper)
}

function feedForward(
  network: NetworkBuilder,
  x: Value,
  name: string,
  { embed_dim: channels, mlp_ratio: ratio }: HatHyperParameters,
): Value {
  const normal = layerNorm(network, x, `${name}.norm2`, channels)
  return add(network.graph, x, mlp(network, normal, `${name}.mlp`, channels, Math.round(channels * ratio)))
}
