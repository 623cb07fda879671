import type { Value } from '../graph/graph-builder.js'
import { add, leakyRelu, pixelShuffle, relu, resizeBilinear } from '../graph/operators.js'
import type { ArchitectureFacts } from './architecture.js'
import type { ConvolutionLayer, NetworkBuilder } from './network-builder.js'

/** Constructor arguments of BasicSR's MSRResNet (basicsr/archs/srresnet_arch.py). */
export interface MsrResNetHyperParameters {
  readonly [name: string]: number
  readonly num_in_ch: number
  readonly num_out_ch: number
  readonly num_feat: number
  readonly num_block: number
  readonly upscale: number
}

/** Slope outside of the blocks, inside of which negative values become 0 (srresnet_arch.py). */
const SLOPE = 0.1

export function msrResNetFacts({ num_in_ch, num_out_ch, upscale }: MsrResNetHyperParameters): ArchitectureFacts {
  const channels = { input: num_in_ch, output: num_out_ch }
  return { scale: upscale, sizeMultiple: 1, channels, inputRange: [0, 1] }
}

/**
 * The layers of MSRResNet, which DASR's network shares: a first convolution, residual blocks without normalisation, pixel shuffles,
 * on top of bilinear enlargement. `convolve` adds the convolution of a name.
 */
export function msrResNetLayers(
  { graph: g, image }: NetworkBuilder,
  hyper: MsrResNetHyperParameters,
  convolve: (x: Value, name: string, layer: ConvolutionLayer) => Value,
): Value {
  const { num_feat: features, upscale } = hyper
  const same = { from: features, to: features }
  let x = leakyRelu(g, convolve(image, 'conv_first', { from: hyper.num_in_ch, to: features }), SLOPE)
  for (let block = 0; block < hyper.num_block; block++) {
    const inner = relu(g, convolve(x, `body.${block}.conv1`, same))
    x = add(g, x, convolve(inner, `body.${block}.conv2`, same))
  }
  const factors = upscale === 4 ? [2, 2] : [upscale]
  for (const [stage, factor] of factors.entries()) {
    const folded = convolve(x, `upconv${stage + 1}`, { from: features, to: features * factor ** 2 })
    x = leakyRelu(g, factor === 1 ? folded : pixelShuffle(g, folded, factor), SLOPE)
  }
  x = leakyRelu(g, convolve(x, 'conv_hr', same), SLOPE)
  const last = convolve(x, 'conv_last', { from: features, to: hyper.num_out_ch })
  return add(g, last, upscale === 1 ? image : resizeBilinear(g, image, upscale))
}

/** The factor of all pixel shuffles: two of 2 where there is a second one, else what the first one's channels tell. */
export function msrResNetScale(hasSecond: boolean, features: number, folded: number): number {
  return hasSecond ? 4 : Math.round(Math.sqrt(folded / features))
}
