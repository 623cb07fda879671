import type { Tensors } from '../checkpoint/tensor.js'
import { relu, sub } from '../graph/operators.js'
import { defineArchitecture } from './architecture.js'
import type { ConvolutionLayer, ConvolutionWeights, NetworkBuilder } from './network-builder.js'
import { requireTensor } from './tensor-faults.js'
import { countModules } from './tensor-names.js'

/** Constructor arguments of KAIR's DnCNN (models/network_dncnn.py). */
interface DnCnnHyperParameters {
  readonly [name: string]: number | string
  readonly in_nc: number
  readonly out_nc: number
  readonly nc: number
  /** Number of convolutions. */
  readonly nb: number
  /** `BR`: batch normalisation and ReLU; `R`: ReLU alone, the normalisation merged into the convolutions. */
  readonly act_mode: 'R' | 'BR'
}

/** Of KAIR's batch normalisation (models/basicblock.py). */
const EPSILON = 1e-4

/**
 * DnCNN (Zhang et al. 2017): a chain of convolutions estimates the noise, which is subtracted. With one channel more going in than coming out
 * it is KAIR's FDnCNN, whose last input channel is sigma / 255 everywhere and which gives the picture itself.
 */
export const dnCnn = defineArchitecture<DnCnnHyperParameters>({
  name: 'DnCNN',
  family: 'dncnn',
  tensorNames: /^model\.\d+\.(weight|bias|running_(mean|var)|num_batches_tracked)$/,
  detect: (tensors) =>
    tensors.get('model.0.weight')?.shape.length === 4 &&
    tensors.get('model.2.weight')?.shape.length === 4 &&
    ![...tensors.keys()].some((name) => name.startsWith('model.1.')),
  hyperParameters(tensors) {
    const dimensions = (index: number) => requireTensor(tensors, `model.${index}.weight`, 4, 'DnCNN').shape
    const last = countModules(tensors, /^model\.(\d+)\./) - 1
    const [width = 0, input = 0] = dimensions(0)
    const [output = 0] = dimensions(last)
    const isNormalised = hasNormalisation(tensors)
    return {
      in_nc: input,
      out_nc: output,
      nc: width,
      nb: isNormalised ? Math.floor((last - 2) / 3) + 2 : Math.floor(last / 2) + 1,
      act_mode: isNormalised ? 'BR' : 'R',
    }
  },
  facts: ({ in_nc: input, out_nc: output }) => ({
    scale: 1,
    sizeMultiple: 1,
    channels: { input, output },
    inputRange: [0, 1],
  }),
  build(network, { in_nc: input, nc: width, nb: convolutions, out_nc: output, act_mode: mode }) {
    const { graph: g } = network
    network.ignore((name) => name.endsWith('.num_batches_tracked'))
    let x = relu(g, network.conv(network.image, 'model.0', { from: input, to: width }))
    for (let layer = 1; layer < convolutions - 1; layer++) {
      const same = { from: width, to: width }
      x = relu(
        g,
        mode === 'R'
          ? network.conv(x, `model.${2 * layer}`, same)
          : network.convWith(x, `model.${3 * layer - 1}`, fold(network, 3 * layer - 1, same), same),
      )
    }
    const last = mode === 'R' ? 2 * (convolutions - 1) : 3 * (convolutions - 2) + 2
    const estimate = network.conv(x, `model.${last}`, { from: width, to: output })
    return input === output ? sub(g, network.image, estimate) : estimate
  },
})

function hasNormalisation(tensors: Tensors): boolean {
  return tensors.has('model.3.running_mean') || tensors.get('model.3.weight')?.shape.length === 1
}

/** Merges the batch normalisation after a convolution into it: W' = W g / sqrt(var + eps), b' = (b - mean) g / sqrt(var + eps) + beta. */
function fold(network: NetworkBuilder, index: number, { from, to }: ConvolutionLayer): ConvolutionWeights {
  const weight = network.values(`model.${index}.weight`, [to, from, 3, 3])
  const of = (name: string) => network.values(name, [to])
  const bias = of(`model.${index}.bias`)
  const [gain, beta] = [of(`model.${index + 1}.weight`), of(`model.${index + 1}.bias`)]
  const [mean, variance] = [of(`model.${index + 1}.running_mean`), of(`model.${index + 1}.running_var`)]
  const factors = Array.from(gain, (g, channel) => g / Math.sqrt(variance[channel]! + EPSILON))
  return {
    weight: weight.map((w, i) => w * factors[Math.floor(i / (from * 9))]!),
    bias: bias.map((b, channel) => (b - mean[channel]!) * factors[channel]! + beta[channel]!),
  }
}
