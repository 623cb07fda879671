import type { Tensors } from '../checkpoint/tensor.js'
import { add, concat } from '../graph/operators.js'
import { defineArchitecture } from './architecture.js'
import {
  down,
  joinAndReduce,
  plainConv,
  type RestormerBlocks,
  readRestormerBlocks,
  transformerBlocks,
  up,
} from './restormer-blocks.js'
import { countModules, dimension } from './tensor-names.js'

/** Constructor arguments of Restormer (swz30/Restormer, basicsr/models/archs/restormer_arch.py). */
interface RestormerHyperParameters extends RestormerBlocks {
  readonly [name: string]: number | string | boolean | readonly number[]
  readonly inp_channels: number
  readonly out_channels: number
  readonly dim: number
  readonly num_blocks: readonly number[]
  readonly num_refinement_blocks: number
  readonly heads: readonly number[]
  /** Two pictures of a dual-pixel sensor, for defocus deblurring. */
  readonly dual_pixel_task: boolean
  /** `official`, or `dcpt` with ReLU attention and epsilon 1e-6. */
  readonly variant: string
}

const ENCODERS = ['encoder_level1', 'encoder_level2', 'encoder_level3', 'latent']

/** Attention between channels in an encoder and decoder (Zamir et al. 2022), of the authors and of MILab-PKU/dcpt. */
export const restormer = defineArchitecture<RestormerHyperParameters>({
  name: 'Restormer',
  family: 'dcpt',
  tensorNames:
    /^(patch_embed\.proj|(encoder_level[123]|latent|decoder_level[123]|refinement)\.(body\.)?\d+|down[123]_[234]\.body|up[234]_[123]\.body|reduce_chan_level\d|skip_conv|output)\./,
  detect: (tensors) => stageStyle(tensors) !== undefined && !tensors.has('prompt1.prompt_param'),
  naming(tensors) {
    const style = stageStyle(tensors)!
    return (name) => name.replace(/^(encoder_level\d|latent|decoder_level\d|refinement)\./, `$1${style}`)
  },
  hyperParameters(tensors) {
    const style = stageStyle(tensors)!
    const size = (name: string, axis: number, rank = 4) =>
      dimension(tensors, name, { axis, rank, architecture: 'Restormer' })
    const blocks = (stage: string) =>
      countModules(tensors, new RegExp(`^${stage}${style.replaceAll('.', '\\.')}(\\d+)\\.`))
    const dim = size('patch_embed.proj.weight', 0)
    const dcpt = style === '.body.'
    return {
      inp_channels: size('patch_embed.proj.weight', 1),
      out_channels: size('output.weight', 0),
      dim,
      num_blocks: ENCODERS.map(blocks),
      num_refinement_blocks: blocks('refinement'),
      heads: ENCODERS.map((stage) => size(`${stage}${style}0.attn.temperature`, 0, 3)),
      ...readRestormerBlocks(tensors, `encoder_level1${style}0`, dim, 'Restormer'),
      dual_pixel_task: tensors.has('skip_conv.weight'),
      variant: dcpt ? 'dcpt' : 'official',
      attention: dcpt ? 'relu' : 'softmax',
      norm_epsilon: dcpt ? 1e-6 : 1e-5,
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
    const { dim, num_blocks: counts, heads } = hyper
    const blocks = (x: typeof image, name: string, channels: number, level: number) => {
      const result = transformerBlocks(network, x, name, { channels, heads: heads[level]! }, counts[level]!, hyper)
      network.feature(name, result, channels)
      return result
    }
    const shallow = plainConv(network, image, 'patch_embed.proj', { from: hyper.inp_channels, to: dim })
    const first = blocks(shallow, 'encoder_level1', dim, 0)
    const second = blocks(down(network, first, 'down1_2', dim), 'encoder_level2', 2 * dim, 1)
    const third = blocks(down(network, second, 'down2_3', 2 * dim), 'encoder_level3', 4 * dim, 2)
    const latent = blocks(down(network, third, 'down3_4', 4 * dim), 'latent', 8 * dim, 3)
    const reduced = { from: 8 * dim, to: 4 * dim }
    const entering3 = joinAndReduce(
      network,
      [up(network, latent, 'up4_3', 8 * dim), third],
      'reduce_chan_level3',
      reduced,
    )
    const decoded3 = blocks(entering3, 'decoder_level3', 4 * dim, 2)
    const reduced2 = { from: 4 * dim, to: 2 * dim }
    const entering2 = joinAndReduce(
      network,
      [up(network, decoded3, 'up3_2', 4 * dim), second],
      'reduce_chan_level2',
      reduced2,
    )
    const decoded2 = blocks(entering2, 'decoder_level2', 2 * dim, 1)
    const decoded1 = blocks(concat(g, [up(network, decoded2, 'up2_1', 2 * dim), first]), 'decoder_level1', 2 * dim, 0)
    const size = { channels: 2 * dim, heads: heads[0]! }
    const refined = transformerBlocks(network, decoded1, 'refinement', size, hyper.num_refinement_blocks, hyper)
    const output = { from: 2 * dim, to: hyper.out_channels }
    if (!hyper.dual_pixel_task) return add(g, plainConv(network, refined, 'output', output), image)
    const skipped = plainConv(network, shallow, 'skip_conv', { from: dim, to: 2 * dim, kernel: 1 })
    return plainConv(network, add(g, refined, skipped), 'output', output)
  },
})

/** What stands between a stage's name and the number of its block; undefined for other networks. */
function stageStyle(tensors: Tensors): '.' | '.body.' | undefined {
  const styles = ['.', '.body.'] as const
  return styles.find((style) => tensors.has(`encoder_level1${style}0.attn.temperature`))
}
