import type { Tensors } from '../checkpoint/tensor.js'
import { add, leakyRelu, pixelShuffle, prelu, relu, resizeNearest } from '../graph/operators.js'
import { type ArchitectureFacts, defineArchitecture, statedChoice } from './architecture.js'
import { requireTensor, tensorsError } from './tensor-faults.js'
import { countModules } from './tensor-names.js'

/** Constructor arguments of BasicSR's SRVGGNetCompact (basicsr/archs/srvgg_arch.py). */
interface SrvggHyperParameters {
  readonly [name: string]: number | string
  readonly num_in_ch: number
  readonly num_out_ch: number
  readonly num_feat: number
  readonly num_conv: number
  readonly upscale: number
  readonly act_type: 'prelu' | 'relu' | 'leakyrelu'
}

/** Slope of `leakyrelu` (srvgg_arch.py). */
const SLOPE = 0.1

/**
 * The small network of Real-ESRGAN's animevideov3 and general-x4v3: convolutions at the input's size, then one pixel shuffle, on
 * top of nearest-neighbour enlargement. Networks with `relu` and `leakyrelu` have the same tensors: `act_type` must be stated.
 */
export const srvggNetCompact = defineArchitecture<SrvggHyperParameters>({
  name: 'SRVGGNetCompact',
  family: 'esrgan',
  tensorNames: /^body\.\d+\.(weight|bias)$/,
  detect: (tensors) => tensors.get('body.0.weight')?.shape.length === 4 && lastConvolution(tensors) >= 2,
  hyperParameters(tensors, stated) {
    const [features = 0, input = 0] = requireTensor(tensors, 'body.0.weight', 4, 'SRVGGNetCompact').shape
    const last = lastConvolution(tensors)
    const [channels = 0] = requireTensor(tensors, `body.${last}.weight`, 4, 'SRVGGNetCompact').shape
    const { output, upscale } = enlargement(input, channels, last)
    const slopes = tensors.has('body.1.weight')
    return {
      num_in_ch: input,
      num_out_ch: output,
      num_feat: features,
      num_conv: (last - 2) / 2,
      upscale,
      act_type: slopes ? 'prelu' : statedChoice(stated, 'act_type', ['relu', 'leakyrelu'], undefined),
    }
  },
  facts(hyper): ArchitectureFacts {
    const channels = { input: hyper.num_in_ch, output: hyper.num_out_ch }
    return { scale: hyper.upscale, sizeMultiple: 1, channels, inputRange: [0, 1] }
  },
  build(network, hyper) {
    const { graph: g, image } = network
    const { num_feat: features, num_in_ch: input, num_out_ch: output, upscale } = hyper
    let x = network.conv(image, 'body.0', { from: input, to: features })
    for (let layer = 0; layer <= hyper.num_conv; layer++) {
      if (layer > 0) x = network.conv(x, `body.${2 * layer}`, { from: features, to: features })
      if (hyper.act_type === 'prelu')
        x = prelu(g, x, network.weight(`body.${2 * layer + 1}.weight`, [features], [features, 1, 1]))
      else x = hyper.act_type === 'relu' ? relu(g, x) : leakyRelu(g, x, SLOPE)
    }
    const last = network.conv(x, `body.${2 * hyper.num_conv + 2}`, { from: features, to: output * upscale ** 2 })
    return add(g, upscale === 1 ? last : pixelShuffle(g, last, upscale), resizeNearest(g, image, upscale))
  },
})

function lastConvolution(tensors: Tensors): number {
  return countModules(tensors, /^body\.(\d+)\.weight$/) - 1
}

/** The last convolution has a channel for each output channel and pixel of a block; the image added to it tells which is which. */
function enlargement(input: number, channels: number, last: number): { output: number; upscale: number } {
  for (const output of [input, 3, 4, 1]) {
    const upscale = Math.sqrt(channels / output)
    if (Number.isInteger(upscale) && (output === input || input === 1)) return { output, upscale }
  }
  throw tensorsError('The checkpoint', 'SRVGGNetCompact', {
    missing: [],
    unexpected: [],
    misshapen: [{ name: `body.${last}.bias`, expected: [input * 16], found: [channels] }],
  })!
}
