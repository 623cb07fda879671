import type { Tensors } from '../checkpoint/tensor.js'
import { groupAttention } from '../graph/attention.js'
import type { Value } from '../graph/graph-builder.js'
import { add, leakyRelu } from '../graph/operators.js'
import { pick, type TokenGrid, toImage, toTokens, type WindowGrid } from '../graph/windows.js'
import { around, type Reach, withinWindows } from './halo.js'
import { layerNorm, linear } from './layers.js'
import type { NetworkBuilder } from './network-builder.js'
import { countModules, dimension } from './tensor-names.js'
import { mlp, positionBias, queryKeyValue } from './window-attention.js'

/** What the residual groups of SwinIR and its relatives are made of. */
export interface SwinGroups {
  readonly embed_dim: number
  readonly window_size: number
  readonly mlp_ratio: number
  /** `1conv` or `3conv`. */
  readonly resi_connection: string
}

/** The two ways in which a network's tokens lie in windows; blocks take them in turn. */
export interface Windows {
  readonly grid: TokenGrid
  readonly regular: WindowGrid
  readonly shifted: WindowGrid
}

export interface SwinGroup {
  readonly depth: number
  readonly heads: number
  /** Whether positions have a bias; MILab-PKU/dcpt leaves it out. */
  readonly biased: boolean
}

/** A residual Swin transformer block: blocks of attention in windows, a convolution, and the way around both. Tokens in rows. */
export function residualGroup(
  network: NetworkBuilder,
  tokens: Value,
  name: string,
  windows: Windows,
  group: SwinGroup & SwinGroups,
): Value {
  const { graph: g } = network
  let x = tokens
  for (let block = 0; block < group.depth; block++) {
    const grid = block % 2 === 0 ? windows.regular : windows.shifted
    x = swinBlock(network, x, `${name}.residual_group.blocks.${block}`, grid, windows.grid.batch, group)
  }
  network.tokenFeature(`${name}.residual_group`, x, group.embed_dim)
  const image = residualConvolution(network, toImage(g, x, windows.grid, group.embed_dim), `${name}.conv`, group)
  return add(g, toTokens(g, image, group.embed_dim), tokens)
}

/** Liu et al. 2021 with layer normalisation first, the tokens of each window by themselves; all but the order of tokens in windows. */
function swinBlock(
  network: NetworkBuilder,
  tokens: Value,
  name: string,
  { order, back, mask }: WindowGrid,
  batch: Value,
  { embed_dim: channels, window_size: window, mlp_ratio: ratio, heads, biased }: SwinGroup & SwinGroups,
): Value {
  const { graph: g } = network
  const x = pick(g, tokens, order)
  const parts = queryKeyValue(network, layerNorm(network, x, `${name}.norm1`, channels), `${name}.attn`, {
    channels,
    heads,
  })
  const mixed = groupAttention(g, {
    ...parts,
    channels,
    heads,
    queries: window * window,
    batch,
    ...(biased && { bias: positionBias(network, `${name}.attn`, { heads, window }) }),
    ...(mask !== undefined && { mask }),
  })
  const attended = add(g, x, linear(network, mixed, `${name}.attn.proj`, { from: channels, to: channels }))
  const normal = layerNorm(network, attended, `${name}.norm2`, channels)
  return pick(g, add(g, attended, mlp(network, normal, `${name}.mlp`, channels, Math.round(channels * ratio))), back)
}

/** The convolution at the end of a group and of the body: one, or three with a quarter of the width inside. */
export function residualConvolution(
  network: NetworkBuilder,
  x: Value,
  name: string,
  { embed_dim: channels, resi_connection: form }: SwinGroups,
): Value {
  if (form === '1conv') return network.conv(x, name, { from: channels, to: channels })
  const { graph: g } = network
  const quarter = Math.floor(channels / 4)
  const first = leakyRelu(g, network.conv(x, `${name}.0`, { from: channels, to: quarter }), 0.2)
  const second = leakyRelu(g, network.conv(first, `${name}.2`, { from: quarter, to: quarter, kernel: 1 }), 0.2)
  return network.conv(second, `${name}.4`, { from: quarter, to: channels })
}

/** How far a group sees, from its first block to its convolution. */
export function groupReach(
  depth: number,
  shift: number,
  { window_size: window, resi_connection: form }: SwinGroups,
): Reach[] {
  const blocks = Array.from({ length: depth }, (_, block) => withinWindows(window, block % 2 === 0 ? 0 : shift))
  return [...blocks, residualReach(form)]
}

export function residualReach(form: string): Reach {
  return around(form === '1conv' ? 1 : 2)
}

/** Reads what the tensors of the blocks tell: `first` is a block such as `layers.0.residual_group.blocks.0`. */
export function readSwinGroups(
  tensors: Tensors,
  first: string,
  architecture: string,
): Pick<SwinGroups, 'embed_dim' | 'mlp_ratio' | 'resi_connection'> {
  const channels = dimension(tensors, 'conv_first.weight', { axis: 0, rank: 4, architecture })
  const hidden = dimension(tensors, `${first}.mlp.fc1.weight`, { axis: 0, rank: 2, architecture })
  return {
    embed_dim: channels,
    mlp_ratio: hidden / channels,
    resi_connection: tensors.has('conv_after_body.0.weight') ? '3conv' : '1conv',
  }
}

/** The number of blocks of one group. */
export function groupDepth(tensors: Tensors, group: string): number {
  return countModules(tensors, new RegExp(`^${group.replaceAll('.', '\\.')}\\.residual_group\\.blocks\\.(\\d+)\\.`))
}

/** Tables that the network works out itself. */
export function ignoreTables(network: NetworkBuilder): void {
  network.ignore((name) => /(^|\.)(attn_mask|relative_position_index(_SA|_OCA)?)$/.test(name))
}
