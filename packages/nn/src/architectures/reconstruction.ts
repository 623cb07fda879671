import type { Tensors } from '../checkpoint/tensor.js'
import type { GraphBuilder, Value } from '../graph/graph-builder.js'
import { add, leakyRelu, pixelShuffle, resizeNearest, scale } from '../graph/operators.js'
import { around, enlargedBy, type Reach } from './halo.js'
import type { NetworkBuilder } from './network-builder.js'
import { countModules, dimension } from './tensor-names.js'

/** The end of SwinIR and HAT: from features to the image. */
export interface Reconstruction {
  readonly in_chans: number
  readonly upscale: number
  readonly embed_dim: number
  /** Width between the body and the image; 0 where the upsampler has none. */
  readonly num_feat: number
  /** `pixelshuffle`, `pixelshuffledirect`, `nearest+conv`, or empty for restoration at the same size. */
  readonly upsampler: string
}

/** Slopes of JingyunLiang/SwinIR, models/network_swinir.py: PyTorch's default before upsampling, 0.2 after it. */
const BEFORE_SLOPE = 0.01
const SLOPE = 0.2

/** Mean of DIV2K's colours, subtracted before and added after (the same file); gray networks have none. */
const MEAN = [0.4488, 0.4371, 0.404]

/** (image - mean) range, the form in which these networks see images. */
export function enter(g: GraphBuilder, image: Value, channels: number, range: number): Value {
  const centred = channels === 3 ? g.node('Sub', [image, meanColour(g)]) : image
  return range === 1 ? centred : scale(g, centred, range)
}

/** The inverse of `enter`. */
export function leave(g: GraphBuilder, x: Value, channels: number, range: number): Value {
  const scaled = range === 1 ? x : g.node('Div', [x, g.scalar(range)])
  return channels === 3 ? add(g, scaled, meanColour(g)) : scaled
}

function meanColour(g: GraphBuilder): Value {
  return g.constant(Float32Array.from(MEAN), [1, 3, 1, 1])
}

/** Makes the image of features; with an empty upsampler what is to be added to the image. */
export function reconstruct(network: NetworkBuilder, features: Value, hyper: Reconstruction): Value {
  const { graph: g } = network
  const { in_chans: colours, embed_dim: channels, num_feat: width, upscale, upsampler } = hyper
  if (upsampler === '') return network.conv(features, 'conv_last', { from: channels, to: colours })
  if (upsampler === 'pixelshuffledirect') {
    const shuffled = network.conv(features, 'upsample.0', { from: channels, to: colours * upscale ** 2 })
    return pixelShuffle(g, shuffled, upscale)
  }
  const same = { from: width, to: width }
  const before = network.conv(features, 'conv_before_upsample.0', { from: channels, to: width })
  let x = leakyRelu(g, before, BEFORE_SLOPE)
  if (upsampler === 'pixelshuffle') {
    for (const [stage, factor] of stages(upscale).entries()) {
      x = pixelShuffle(g, network.conv(x, `upsample.${2 * stage}`, { from: width, to: width * factor ** 2 }), factor)
    }
  } else {
    for (const [stage, factor] of stages(upscale).entries()) {
      x = leakyRelu(g, network.conv(resizeNearest(g, x, factor), `conv_up${stage + 1}`, same), SLOPE)
    }
    x = leakyRelu(g, network.conv(x, 'conv_hr', same), SLOPE)
  }
  return network.conv(x, 'conv_last', { from: width, to: colours })
}

/** One stage of 3 for x3, else stages of 2. */
function stages(upscale: number): readonly number[] {
  return upscale === 3 ? [3] : Array.from({ length: Math.round(Math.log2(upscale)) }, () => 2)
}

/** How far the layers of `reconstruct` see. */
export function reconstructionReach({ upscale, upsampler }: Reconstruction): Reach[] {
  const factors = stages(upscale)
  if (upsampler === '') return [around(1)]
  if (upsampler === 'pixelshuffledirect') return [around(1), enlargedBy(upscale)]
  if (upsampler === 'pixelshuffle')
    return [around(1), ...factors.flatMap((factor) => [around(1), enlargedBy(factor)]), around(1)]
  return [around(1), ...factors.flatMap((factor) => [enlargedBy(factor), around(1)]), around(2)]
}

/** Reads upsampler, scale and width off the names and shapes. */
export function readReconstruction(tensors: Tensors, architecture: string): Reconstruction {
  const size = (name: string, axis: number, rank: number) => dimension(tensors, name, { axis, rank, architecture })
  const embedded = size('conv_first.weight', 0, 4)
  const colours = size('conv_first.weight', 1, 4)
  const common = { in_chans: colours, embed_dim: embedded }
  if (tensors.has('conv_before_upsample.0.weight')) {
    const width = size('conv_before_upsample.0.weight', 0, 4)
    const enlargements = countModules(tensors, /^conv_up(\d+)\.weight$/) - 1
    if (enlargements > 0) return { ...common, upscale: 2 ** enlargements, num_feat: width, upsampler: 'nearest+conv' }
    let upscale = 1
    for (let stage = 0; tensors.has(`upsample.${2 * stage}.weight`); stage++)
      upscale *= Math.sqrt(size(`upsample.${2 * stage}.weight`, 0, 4) / width)
    return { ...common, upscale: Math.round(upscale), num_feat: width, upsampler: 'pixelshuffle' }
  }
  if (tensors.has('upsample.0.weight')) {
    const upscale = Math.round(Math.sqrt(size('upsample.0.weight', 0, 4) / colours))
    return { ...common, upscale, num_feat: 0, upsampler: 'pixelshuffledirect' }
  }
  return { ...common, upscale: 1, num_feat: 0, upsampler: '' }
}
