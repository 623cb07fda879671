import type { Tensors } from '../checkpoint/tensor.js'
import { add } from '../graph/operators.js'
import { toImage, tokenGrid, toTokens, windowGrid } from '../graph/windows.js'
import { defineArchitecture } from './architecture.js'
import { around, haloOf } from './halo.js'
import { layerNorm } from './layers.js'
import {
  enter,
  leave,
  type Reconstruction,
  readReconstruction,
  reconstruct,
  reconstructionReach,
} from './reconstruction.js'
import {
  groupDepth,
  groupReach,
  ignoreTables,
  readSwinGroups,
  residualConvolution,
  residualGroup,
  residualReach,
  type SwinGroups,
} from './swin-groups.js'
import { countModules, dimension } from './tensor-names.js'

/** Constructor arguments of SwinIR (JingyunLiang/SwinIR, models/network_swinir.py). */
interface SwinIrHyperParameters extends Reconstruction, SwinGroups {
  readonly [name: string]: number | string | readonly number[]
  readonly depths: readonly number[]
  readonly num_heads: readonly number[]
  /** Shift of every second block: half the window, or 0 for networks trained on images of one window. */
  readonly shift_size: number
  /** 255 for the JPEG networks, which the window of 7 tells; else 1. */
  readonly img_range: number
}

const FIRST = 'layers.0.residual_group.blocks.0'

/** Attention in shifted windows for super-resolution and restoration (Liang et al. 2021). */
export const swinIr = defineArchitecture<SwinIrHyperParameters>({
  name: 'SwinIR',
  family: 'esrgan',
  tensorNames:
    /^(layers\.\d+\.(residual_group\.blocks\.\d+\.(norm\d|attn|mlp)|conv)\.|(conv_first|conv_after_body|conv_before_upsample|upsample|conv_up\d|conv_hr|conv_last|patch_embed|norm)\.)/,
  detect: (tensors) =>
    tensors.has(`${FIRST}.attn.relative_position_bias_table`) && !tensors.has('relative_position_index_SA'),
  hyperParameters(tensors) {
    const groups = Array.from({ length: countModules(tensors, /^layers\.(\d+)\./) }, (_, group) => `layers.${group}`)
    const table = { rank: 2, architecture: 'SwinIR' }
    const rows = dimension(tensors, `${FIRST}.attn.relative_position_bias_table`, { axis: 0, ...table })
    const window = (Math.sqrt(rows) + 1) / 2
    return {
      ...readReconstruction(tensors, 'SwinIR'),
      ...readSwinGroups(tensors, FIRST, 'SwinIR'),
      depths: groups.map((group) => groupDepth(tensors, group)),
      num_heads: groups.map((group) =>
        dimension(tensors, `${group}.residual_group.blocks.0.attn.relative_position_bias_table`, { axis: 1, ...table }),
      ),
      window_size: window,
      shift_size: isUnshifted(tensors) ? 0 : Math.floor(window / 2),
      img_range: window === 7 ? 255 : 1,
    }
  },
  facts: (hyper) => ({
    scale: hyper.upscale,
    sizeMultiple: hyper.window_size,
    channels: { input: hyper.in_chans, output: hyper.in_chans },
    inputRange: [0, 1],
    halo: swinHalo(hyper),
  }),
  build(network, hyper) {
    const { graph: g, image } = network
    const { in_chans: colours, embed_dim: channels, img_range: range, window_size: window, shift_size: shift } = hyper
    ignoreTables(network)
    const entering = enter(g, image, colours, range)
    const shallow = network.conv(entering, 'conv_first', { from: colours, to: channels })
    const grid = tokenGrid(g, image)
    const regular = windowGrid(g, grid, { window, shift: 0, masked: true })
    const shifted = shift === 0 ? regular : windowGrid(g, grid, { window, shift, masked: true })
    let x = toTokens(g, shallow, channels)
    if (network.has('patch_embed.norm.weight')) x = layerNorm(network, x, 'patch_embed.norm', channels)
    for (const [group, depth] of hyper.depths.entries()) {
      const settings = { ...hyper, depth, heads: hyper.num_heads[group]!, biased: true }
      x = residualGroup(network, x, `layers.${group}`, { grid, regular, shifted }, settings)
    }
    const body = toImage(g, layerNorm(network, x, 'norm', channels), grid, channels)
    const features = add(g, residualConvolution(network, body, 'conv_after_body', hyper), shallow)
    const result = reconstruct(network, features, hyper)
    return leave(g, hyper.upsampler === '' ? add(g, entering, result) : result, colours, range)
  },
})

/** Networks trained on images of one window keep its tables but have no masks. */
function isUnshifted(tensors: Tensors): boolean {
  const second = 'layers.0.residual_group.blocks.1.attn'
  return tensors.has(`${second}.relative_position_index`) && !tensors.has(second.replace(/attn$/, 'attn_mask'))
}

function swinHalo(hyper: SwinIrHyperParameters): number {
  const layers = [
    around(1),
    ...hyper.depths.flatMap((depth) => groupReach(depth, hyper.shift_size, hyper)),
    residualReach(hyper.resi_connection),
    ...reconstructionReach(hyper),
  ]
  return haloOf(layers, { scale: hyper.upscale, period: hyper.window_size })
}
