import { flatten, globalMean, leakyRelu } from '../graph/operators.js'
import { defineArchitecture } from './architecture.js'
import { requireTensor } from './tensor-faults.js'

/** Constructor arguments of DASR's Degradation_Predictor (basicsr/archs/degradation_prediction_arch.py). */
interface PredictorHyperParameters {
  readonly [name: string]: number
  readonly in_nc: number
  readonly nf: number
  /** Length of the vector that describes the degradation. */
  readonly num_params: number
  /** Number of experts. */
  readonly num_networks: number
}

/** Slope after each convolution, the last one included; the fourth one halves the size (degradation_prediction_arch.py). */
const SLOPE = 0.2
const CONVOLUTIONS = 6
const HALVING = 3

/**
 * DASR's predictor (Liang et al. 2022): six convolutions and a mean over the image give the degradation, `output` (batch x 33); two
 * linear layers with nothing between or after them give the experts' coefficients from it, `weights` (batch x 5).
 */
export const dasrPredictor = defineArchitecture<PredictorHyperParameters>({
  name: 'DegradationPredictor',
  family: 'dasr',
  tensorNames: /^(ConvNet|MappingNet)\.\d+\./,
  detect: (tensors) => tensors.has('ConvNet.0.weight') && tensors.has('MappingNet.1.weight'),
  hyperParameters(tensors) {
    const [features = 0, input = 0] = requireTensor(tensors, 'ConvNet.0.weight', 4, 'DegradationPredictor').shape
    const [parameters = 0] = requireTensor(
      tensors,
      `ConvNet.${2 * (CONVOLUTIONS - 1)}.weight`,
      4,
      'DegradationPredictor',
    ).shape
    const [networks = 0] = requireTensor(tensors, 'MappingNet.1.weight', 2, 'DegradationPredictor').shape
    return { in_nc: input, nf: features, num_params: parameters, num_networks: networks }
  },
  facts: ({ in_nc: input, num_params: output }) => ({
    scale: 1,
    sizeMultiple: 1,
    halo: 'global',
    channels: { input, output },
    inputRange: [0, 1],
    output: 'vector',
  }),
  build(network, { in_nc: input, nf: features, num_params: parameters, num_networks: networks }) {
    const { graph: g } = network
    let x = network.image
    for (let layer = 0; layer < CONVOLUTIONS; layer++) {
      const from = layer === 0 ? input : features
      const to = layer === CONVOLUTIONS - 1 ? parameters : features
      const stride = layer === HALVING ? 2 : 1
      x = leakyRelu(g, network.conv(x, `ConvNet.${2 * layer}`, { from, to, kernel: 5, stride }), SLOPE)
    }
    const degradation = flatten(g, globalMean(g, x))
    const [inner = 0] = network.shape('MappingNet.0.bias')
    const mapped = network.linear(degradation, 'MappingNet.0', { from: parameters, to: inner })
    const weights = network.linear(mapped, 'MappingNet.1', { from: inner, to: networks })
    return [
      { name: 'output', value: degradation, shape: ['batch', parameters] },
      { name: 'weights', value: weights, shape: ['batch', networks] },
    ]
  },
})
