import type { Value } from '../graph/graph-builder.js'
import { add, concat, leakyRelu, pixelUnshuffle, resizeNearest, scale } from '../graph/operators.js'
import { type ArchitectureFacts, defineArchitecture } from './architecture.js'
import type { NetworkBuilder } from './network-builder.js'
import { rrdbNaming } from './rrdbnet-naming.js'
import { requireTensor } from './tensor-faults.js'

/** Constructor arguments of BasicSR's RRDBNet (basicsr/archs/rrdbnet_arch.py). */
interface RrdbHyperParameters {
  readonly [name: string]: number | boolean
  readonly num_in_ch: number
  readonly num_out_ch: number
  readonly scale: number
  readonly num_feat: number
  readonly num_block: number
  readonly num_grow_ch: number
  /** Number of x2 enlargements: 2 in BasicSR, 1 in BSRGANx2. */
  readonly num_upsample: number
  /** ESRGAN+ (nESRGANplus): each dense block has a 1x1 convolution beside it. */
  readonly plus: boolean
}

/** Residual scaling and activation slope (ESRGAN, Wang et al. 2018, section 3.1, and basicsr/archs/rrdbnet_arch.py). */
const RESIDUAL_SCALE = 0.2
const SLOPE = 0.2

/** The generator of ESRGAN and Real-ESRGAN: residual-in-residual dense blocks, then nearest-neighbour doublings. */
export const rrdbNet = defineArchitecture<RrdbHyperParameters>({
  name: 'RRDBNet',
  family: 'esrgan',
  tensorNames:
    /^(conv_(first|body|up\d|hr|last)\.|body\.\d+\.rdb|RRDB_trunk\.|(trunk_conv|upconv\d|HRconv)\.|model\.(\d+\.|1\.sub\.))/,
  detect: (tensors) => tensors.has(rrdbNaming(tensors).naming('body.0.rdb1.conv1.weight')),
  naming: (tensors) => rrdbNaming(tensors).naming,
  hyperParameters(tensors) {
    const { naming, blocks, doublings } = rrdbNaming(tensors)
    const dimensions = (name: string) => requireTensor(tensors, naming(name), 4, 'RRDBNet').shape
    const [features = 0, entering = 0] = dimensions('conv_first.weight')
    const [output = 0] = dimensions('conv_last.weight')
    const [growth = 0] = dimensions('body.0.rdb1.conv1.weight')
    const unshuffle = entering === 16 * output ? 4 : entering === 4 * output ? 2 : 1
    return {
      num_in_ch: entering / unshuffle ** 2,
      num_out_ch: output,
      scale: 2 ** doublings / unshuffle,
      num_feat: features,
      num_block: blocks,
      num_grow_ch: growth,
      num_upsample: doublings,
      plus: tensors.has(naming('body.0.rdb1.conv1x1.weight')),
    }
  },
  facts(hyper): ArchitectureFacts {
    const channels = { input: hyper.num_in_ch, output: hyper.num_out_ch }
    return { scale: hyper.scale, sizeMultiple: unshuffleFactor(hyper), channels, inputRange: [0, 1] }
  },
  build(network, hyper) {
    const { graph: g } = network
    const { num_feat: features, num_in_ch: input } = hyper
    const factor = unshuffleFactor(hyper)
    const same = { from: features, to: features }
    const entering = factor === 1 ? network.image : pixelUnshuffle(g, network.image, factor, input)
    const first = network.conv(entering, 'conv_first', { from: input * factor ** 2, to: features })
    let x = first
    for (let block = 0; block < hyper.num_block; block++) x = residualInResidual(network, x, `body.${block}`, hyper)
    x = add(g, first, network.conv(x, 'conv_body', same))
    for (let stage = 1; stage <= hyper.num_upsample; stage++) {
      x = leakyRelu(g, network.conv(resizeNearest(g, x, 2), `conv_up${stage}`, same), SLOPE)
    }
    x = leakyRelu(g, network.conv(x, 'conv_hr', same), SLOPE)
    return network.conv(x, 'conv_last', { from: features, to: hyper.num_out_ch })
  },
})

/** For scales below its doublings the network first folds blocks of pixels into channels. */
function unshuffleFactor({ scale: factor, num_upsample: doublings }: RrdbHyperParameters): number {
  return 2 ** doublings / factor
}

function residualInResidual(network: NetworkBuilder, x: Value, name: string, hyper: RrdbHyperParameters): Value {
  let dense = x
  for (let block = 1; block <= 3; block++) dense = denseBlock(network, dense, `${name}.rdb${block}`, hyper)
  return add(network.graph, scale(network.graph, dense, RESIDUAL_SCALE), x)
}

function denseBlock(network: NetworkBuilder, x: Value, name: string, hyper: RrdbHyperParameters): Value {
  const { num_feat: features, num_grow_ch: growth } = hyper
  const { graph: g } = network
  const grown = [x]
  for (let layer = 1; layer <= 4; layer++) {
    const joined = grown.length === 1 ? x : concat(g, grown)
    const from = features + growth * (layer - 1)
    let next = leakyRelu(g, network.conv(joined, `${name}.conv${layer}`, { from, to: growth }), SLOPE)
    if (hyper.plus && layer === 2) next = add(g, next, beside(network, x, name, hyper))
    if (hyper.plus && layer === 4) next = add(g, next, grown[2]!)
    grown.push(next)
  }
  const last = network.conv(concat(g, grown), `${name}.conv5`, { from: features + 4 * growth, to: features })
  return add(g, scale(g, last, RESIDUAL_SCALE), x)
}

/** The branch of ESRGAN+, a 1x1 convolution without bias. */
function beside(
  network: NetworkBuilder,
  x: Value,
  name: string,
  { num_feat: from, num_grow_ch: to }: RrdbHyperParameters,
): Value {
  return network.conv(x, `${name}.conv1x1`, { from, to, kernel: 1, bias: false })
}
