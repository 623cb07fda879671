import { KintsugiError } from '@kintsugi/core/errors'
import type { Tensors } from '../checkpoint/tensor.js'
import { add } from '../graph/operators.js'
import { toImage, tokenGrid, toTokens, windowGrid } from '../graph/windows.js'
import { defineArchitecture, type HyperParameters } from './architecture.js'
import { layerNorm } from './layers.js'
import { enter, leave, type Reconstruction, readReconstruction, reconstruct } from './reconstruction.js'
import {
  groupDepth,
  ignoreTables,
  readSwinGroups,
  residualConvolution,
  residualGroup,
  type SwinGroups,
} from './swin-groups.js'
import { countModules } from './tensor-names.js'

/** Constructor arguments of MILab-PKU/dcpt's SwinIR. */
interface DcptSwinIrHyperParameters extends Reconstruction, SwinGroups {
  readonly [name: string]: number | string | readonly number[]
  readonly depths: readonly number[]
  readonly num_heads: readonly number[]
  readonly img_range: number
}

/** Heads of the published network, whose width is 180, and its window; the weights tell neither. */
const PUBLISHED = { width: 180, heads: 6, window: 8 }

/**
 * The SwinIR of MILab-PKU/dcpt: attention without position bias, and windows that are shifted without a mask, so that opposite
 * borders of the image see each other. Heads and window are not told by the weights.
 */
export const dcptSwinIr = defineArchitecture<DcptSwinIrHyperParameters>({
  name: 'SwinIR (dcpt)',
  family: 'dcpt',
  tensorNames:
    /^((encode_layers\.|decode_layers)\d+\.(residual_group\.blocks\.\d+\.(norm\d|attn|mlp)|conv)\.|(conv_first|conv_after_body|conv_last|patch_embed|norm)\.)/,
  detect: (tensors) => tensors.has('encode_layers.0.residual_group.blocks.0.attn.qkv.weight'),
  hyperParameters(tensors, stated) {
    const groups = groupNames(tensors)
    const network = readSwinGroups(tensors, `${groups[0]!}.residual_group.blocks.0`, 'SwinIR (dcpt)')
    return {
      ...readReconstruction(tensors, 'SwinIR (dcpt)'),
      ...network,
      depths: groups.map((group) => groupDepth(tensors, group)),
      num_heads: heads(network.embed_dim, groups.length, stated),
      window_size: PUBLISHED.window,
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
    const { in_chans: colours, embed_dim: channels, img_range: range, window_size: window, depths } = hyper
    requireHeads(hyper)
    ignoreTables(network)
    const entering = enter(g, image, colours, range)
    const shallow = network.conv(entering, 'conv_first', { from: colours, to: channels })
    const grid = tokenGrid(g, image)
    const windows = {
      grid,
      regular: windowGrid(g, grid, { window, shift: 0, masked: false }),
      shifted: windowGrid(g, grid, { window, shift: Math.floor(window / 2), masked: false }),
    }
    let x = layerNorm(network, toTokens(g, shallow, channels), 'patch_embed.norm', channels)
    const encoders = depths.length - DECODERS
    for (const [group, depth] of depths.entries()) {
      const name = group < encoders ? `encode_layers.${group}` : `decode_layers${group - encoders}`
      x = residualGroup(network, x, name, windows, { ...hyper, depth, heads: hyper.num_heads[group]!, biased: false })
    }
    const body = toImage(g, layerNorm(network, x, 'norm', channels), grid, channels)
    const features = add(g, residualConvolution(network, body, 'conv_after_body', hyper), shallow)
    const result = reconstruct(network, features, hyper)
    return leave(g, hyper.upsampler === '' ? add(g, entering, result) : result, colours, range)
  },
})

/** The decoder's groups are attributes 0 to 2 of the class. */
const DECODERS = 3

function groupNames(tensors: Tensors): string[] {
  const encoders = countModules(tensors, /^encode_layers\.(\d+)\./)
  return [
    ...Array.from({ length: encoders }, (_, group) => `encode_layers.${group}`),
    ...Array.from({ length: DECODERS }, (_, group) => `decode_layers${group}`),
  ]
}

/** Empty if neither stated nor those of the published network. */
function heads(width: number, groups: number, stated: HyperParameters): readonly number[] {
  const published = width === PUBLISHED.width && stated.num_heads === undefined
  return published ? Array<number>(groups).fill(PUBLISHED.heads) : []
}

function requireHeads({ embed_dim: width, depths, num_heads: stated }: DcptSwinIrHyperParameters): void {
  const fits = (heads: unknown) => Number.isInteger(heads) && width % (heads as number) === 0
  if (stated.length === depths.length && stated.every(fits)) return
  throw new KintsugiError('E_HYPER_PARAMETER', {
    message: "The weights of dcpt's SwinIR do not tell the number of attention heads.",
    expected: `the hyper-parameter num_heads, a list of ${depths.length} divisors of ${width}; the published network of width ${PUBLISHED.width} has ${PUBLISHED.heads} in each`,
    found: stated.length === 0 ? `a network of width ${width}` : JSON.stringify(stated),
    fix: `State it as in the training options when converting: kintsugi convert IN OUT.onnx --set num_heads=${depths.map(() => PUBLISHED.heads).join()}, and use the ONNX file.`,
  })
}
