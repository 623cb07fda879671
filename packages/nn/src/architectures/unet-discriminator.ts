import type { Value } from '../graph/graph-builder.js'
import { add, leakyRelu, resizeBilinear } from '../graph/operators.js'
import { defineArchitecture } from './architecture.js'
import type { ConvolutionLayer, ConvolutionWeights, NetworkBuilder } from './network-builder.js'
import { requireTensor } from './tensor-faults.js'

/** Constructor arguments of Real-ESRGAN's UNetDiscriminatorSN (realesrgan/archs/discriminator_arch.py). */
interface DiscriminatorHyperParameters {
  readonly [name: string]: number
  readonly num_in_ch: number
  readonly num_feat: number
}

const SLOPE = 0.2

/** Real-ESRGAN's discriminator: a U-Net with spectral norm that gives a map of logits, one for each pixel. */
export const unetDiscriminator = defineArchitecture<DiscriminatorHyperParameters>({
  name: 'UNetDiscriminatorSN',
  family: 'esrgan',
  tensorNames: /^conv(0\.(weight|bias)|[1-8]\.weight_(orig|u|v)|9\.(weight|bias))$/,
  detect: (tensors) => tensors.has('conv1.weight_orig') && tensors.has('conv9.weight'),
  hyperParameters(tensors) {
    const [features = 0, input = 0] = requireTensor(tensors, 'conv0.weight', 4, 'UNetDiscriminatorSN').shape
    return { num_in_ch: input, num_feat: features }
  },
  facts: ({ num_in_ch: input }) => ({
    scale: 1,
    sizeMultiple: 8,
    channels: { input, output: 1 },
    inputRange: [0, 1],
  }),
  build(network, { num_in_ch: input, num_feat: n }) {
    const { graph: g } = network
    const activate = (x: Value) => leakyRelu(g, x, SLOPE)
    const normalised = (x: Value, name: string, layer: ConvolutionLayer) =>
      activate(network.convWith(x, name, spectralWeights(network, name, layer), layer))
    const down = { kernel: 4, stride: 2, padding: 1 }
    const x0 = activate(network.conv(network.image, 'conv0', { from: input, to: n }))
    const x1 = normalised(x0, 'conv1', { from: n, to: 2 * n, ...down })
    const x2 = normalised(x1, 'conv2', { from: 2 * n, to: 4 * n, ...down })
    const x3 = normalised(x2, 'conv3', { from: 4 * n, to: 8 * n, ...down })
    const x4 = add(g, normalised(resizeBilinear(g, x3, 2), 'conv4', { from: 8 * n, to: 4 * n }), x2)
    const x5 = add(g, normalised(resizeBilinear(g, x4, 2), 'conv5', { from: 4 * n, to: 2 * n }), x1)
    const x6 = add(g, normalised(resizeBilinear(g, x5, 2), 'conv6', { from: 2 * n, to: n }), x0)
    const x7 = normalised(x6, 'conv7', { from: n, to: n })
    const x8 = normalised(x7, 'conv8', { from: n, to: n })
    return network.conv(x8, 'conv9', { from: n, to: 1 })
  },
})

/**
 * Weights divided by their spectral norm as torch.nn.utils.spectral_norm evaluates it: u W v with the stored vectors, W as outputs x
 * everything else, and no further iteration.
 */
function spectralWeights(
  network: NetworkBuilder,
  name: string,
  { from, to, kernel = 3 }: ConvolutionLayer,
): ConvolutionWeights {
  const columns = from * kernel * kernel
  const weight = network.values(`${name}.weight_orig`, [to, from, kernel, kernel])
  const u = network.values(`${name}.weight_u`, [to])
  const v = network.values(`${name}.weight_v`, [columns])
  let norm = 0
  for (let row = 0; row < to; row++) {
    let sum = 0
    for (let column = 0; column < columns; column++) sum += weight[row * columns + column]! * v[column]!
    norm += u[row]! * sum
  }
  return { weight: weight.map((value) => value / norm) }
}
