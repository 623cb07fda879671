import type { Value } from '../graph/graph-builder.js'
import { imageMean } from '../graph/normalisation.js'
import { add, concat } from '../graph/operators.js'
import { reshape, size } from '../graph/shapes.js'
import { defineArchitecture } from './architecture.js'
import { linear } from './layers.js'
import type { NetworkBuilder } from './network-builder.js'
import {
  down,
  joinAndReduce,
  plainConv,
  type RestormerBlocks,
  readRestormerBlocks,
  transformerBlock,
  transformerBlocks,
  up,
} from './restormer-blocks.js'
import { countModules, dimension } from './tensor-names.js'

/** Constructor arguments of PromptIR (va1shn9v/PromptIR, net/model.py), and the widths that are constants there. */
interface PromptIrHyperParameters extends RestormerBlocks {
  readonly [name: string]: number | string | readonly number[]
  readonly inp_channels: number
  readonly out_channels: number
  readonly dim: number
  readonly num_blocks: readonly number[]
  readonly num_refinement_blocks: number
  readonly heads: readonly number[]
  /** Channels of the three prompts: 64, 128, 320. */
  readonly prompt_dims: readonly number[]
  /** Height and width of the prompts: 64, 32, 16. */
  readonly prompt_sizes: readonly number[]
  /** Prompts to mix from: 5. */
  readonly prompt_len: number
}

const ENCODERS = ['encoder_level1', 'encoder_level2', 'encoder_level3', 'latent']

/** Restormer with learned prompts in the decoder (Potlapalli et al. 2023), the same in MILab-PKU/dcpt. */
export const promptIr = defineArchitecture<PromptIrHyperParameters>({
  name: 'PromptIR',
  family: 'dcpt',
  tensorNames:
    /^(patch_embed\.proj|(encoder_level[123]|latent|decoder_level[123]|refinement)\.\d+|prompt[123]|noise_level[123]|reduce_noise_(level|channel_)\d|chnl_reduce\d|down[123]_[234]\.body|up[234]_[123]\.body|reduce_chan_level\d|output)\./,
  detect: (tensors) => tensors.has('prompt1.prompt_param'),
  hyperParameters(tensors) {
    const at = (name: string, axis: number, rank = 4) =>
      dimension(tensors, name, { axis, rank, architecture: 'PromptIR' })
    const blocks = (stage: string) => countModules(tensors, new RegExp(`^${stage}\\.(\\d+)\\.`))
    const prompts = (axis: number) => [1, 2, 3].map((level) => at(`prompt${level}.prompt_param`, axis, 5))
    const dim = at('patch_embed.proj.weight', 0)
    return {
      inp_channels: at('patch_embed.proj.weight', 1),
      out_channels: at('output.weight', 0),
      dim,
      num_blocks: ENCODERS.map(blocks),
      num_refinement_blocks: blocks('refinement'),
      heads: ENCODERS.map((stage) => at(`${stage}.0.attn.temperature`, 0, 3)),
      ...readRestormerBlocks(tensors, 'encoder_level1.0', dim, 'PromptIR'),
      attention: 'softmax',
      norm_epsilon: 1e-5,
      prompt_dims: prompts(2),
      prompt_sizes: prompts(3),
      prompt_len: at('prompt1.prompt_param', 1, 5),
    }
  },
  facts: (hyper) => ({
    scale: 1,
    sizeMultiple: 8,
    channels: { input: hyper.inp_channels, output: hyper.out_channels },
    inputRange: [0, 1],
    halo: 'global',
  }),
  build(network, hyper) {
    const { graph: g, image } = network
    const { dim, num_blocks: counts, heads, prompt_dims: widths } = hyper
    network.ignore((name) => /^(chnl_reduce\d|reduce_noise_channel_\d)\./.test(name))
    const blocks = (x: Value, name: string, channels: number, level: number) => {
      const result = transformerBlocks(network, x, name, { channels, heads: heads[level]! }, counts[level]!, hyper)
      if (level > 0) network.feature(name, result, channels)
      return result
    }
    /** Joins an image with its prompt, and lets one block mix them. */
    const prompted = (x: Value, level: number, channels: number, to: number) => {
      const joined = concat(g, [x, prompt(network, x, level, channels, hyper)])
      const wide = channels + widths[level - 1]!
      const mixed = transformerBlock(
        network,
        joined,
        `noise_level${level}`,
        { channels: wide, heads: heads[2]! },
        hyper,
      )
      return plainConv(network, mixed, `reduce_noise_level${level}`, { from: wide, to, kernel: 1 })
    }
    const shallow = plainConv(network, image, 'patch_embed.proj', { from: hyper.inp_channels, to: dim })
    const first = blocks(shallow, 'encoder_level1', dim, 0)
    const second = blocks(down(network, first, 'down1_2', dim), 'encoder_level2', 2 * dim, 1)
    const third = blocks(down(network, second, 'down2_3', 2 * dim), 'encoder_level3', 4 * dim, 2)
    const latent = blocks(down(network, third, 'down3_4', 4 * dim), 'latent', 8 * dim, 3)
    const entering3 = joinAndReduce(
      network,
      [up(network, prompted(latent, 3, 8 * dim, 4 * dim), 'up4_3', 4 * dim), third],
      'reduce_chan_level3',
      { from: 6 * dim, to: 4 * dim },
    )
    const decoded3 = prompted(blocks(entering3, 'decoder_level3', 4 * dim, 2), 2, 4 * dim, 4 * dim)
    const entering2 = joinAndReduce(network, [up(network, decoded3, 'up3_2', 4 * dim), second], 'reduce_chan_level2', {
      from: 4 * dim,
      to: 2 * dim,
    })
    const decoded2 = prompted(blocks(entering2, 'decoder_level2', 2 * dim, 1), 1, 2 * dim, 2 * dim)
    const decoded1 = blocks(concat(g, [up(network, decoded2, 'up2_1', 2 * dim), first]), 'decoder_level1', 2 * dim, 0)
    const refinement = { channels: 2 * dim, heads: heads[0]! }
    const refined = transformerBlocks(network, decoded1, 'refinement', refinement, hyper.num_refinement_blocks, hyper)
    // Prompts are enlarged to the size of the image, so that no tile can have its part of them.
    network.statistics.length = 0
    return add(g, plainConv(network, refined, 'output', { from: 2 * dim, to: hyper.out_channels }), image)
  },
})

/** Prompts mixed by what the features are like as a whole, enlarged to their size: bilinear, align_corners false. */
function prompt(
  network: NetworkBuilder,
  features: Value,
  level: number,
  channels: number,
  { prompt_dims: widths, prompt_sizes: sides, prompt_len: count }: PromptIrHyperParameters,
): Value {
  const { graph: g } = network
  const name = `prompt${level}`
  const [width, side] = [widths[level - 1]!, sides[level - 1]!]
  const mean = reshape(g, imageMean(g, features), [-1, channels])
  const weights = g.node('Softmax', [linear(network, mean, `${name}.linear_layer`, { from: channels, to: count })], {
    axis: -1,
  })
  const prompts = network.weight(`${name}.prompt_param`, [1, count, width, side, side], [count, width * side * side])
  const mixed = reshape(g, g.node('MatMul', [weights, prompts]), [-1, width, side, side])
  const sizes = g.node(
    'Concat',
    [size(g, features, 0), g.integers([width]), size(g, features, 2), size(g, features, 3)],
    {
      axis: 0,
    },
  )
  const enlarged = g.node('Resize', [mixed, undefined, undefined, sizes], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
  const result = plainConv(network, enlarged, `${name}.conv3x3`, { from: width, to: width })
  network.feature(`${name}.conv3x3`, result, width)
  return result
}
