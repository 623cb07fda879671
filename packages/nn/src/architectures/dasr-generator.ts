import { defineArchitecture } from './architecture.js'
import { combination } from './combination.js'
import { type MsrResNetHyperParameters, msrResNetFacts, msrResNetLayers, msrResNetScale } from './msrresnet-layers.js'
import type { ConvolutionLayer, ConvolutionWeights, NetworkBuilder } from './network-builder.js'
import { requireTensor } from './tensor-faults.js'
import { countModules } from './tensor-names.js'

/** Constructor arguments of DASR's MSRResNetDynamic (basicsr/archs/srresnetdynamic_arch.py). */
interface DasrHyperParameters extends MsrResNetHyperParameters {
  /** Number of experts. */
  readonly num_models: number
}

/**
 * DASR's network (Liang et al. 2022): an MSRResNet whose every convolution is a sum of experts, W = sum of w_k W_k and likewise the
 * bias, with the same w in every layer. The w are the coefficients, as the predictor gives them: any sign, any sum.
 */
export const dasrGenerator = defineArchitecture<DasrHyperParameters>({
  name: 'MSRResNetDynamic',
  family: 'dasr',
  tensorNames: /^(conv_(first|hr|last)\.|upconv\d\.|body\.\d+\.conv[12]\.)/,
  detect: (tensors) => tensors.get('conv_first.weight')?.shape.length === 5 && tensors.has('body.0.conv1.weight'),
  hyperParameters(tensors) {
    const dimensions = (name: string) => requireTensor(tensors, name, 5, 'MSRResNetDynamic').shape
    const [experts = 0, features = 0, input = 0] = dimensions('conv_first.weight')
    const [, output = 0] = dimensions('conv_last.weight')
    const [, folded = 0] = dimensions('upconv1.weight')
    return {
      num_in_ch: input,
      num_out_ch: output,
      num_feat: features,
      num_block: countModules(tensors, /^body\.(\d+)\./),
      num_models: experts,
      upscale: msrResNetScale(tensors.has('upconv2.weight'), features, folded),
    }
  },
  facts: msrResNetFacts,
  basis: ({ num_models: experts }) => ({
    names: Array.from({ length: experts }, (_, expert) => `expert${expert + 1}`),
    node: 'dasr/restore',
  }),
  build: (network, hyper, coefficients) =>
    msrResNetLayers(network, hyper, (x, name, layer) =>
      network.convWith(x, name, mixExperts(network, name, layer, coefficients), layer),
    ),
})

/** Experts lie one after another along the first axis. */
function mixExperts(
  network: NetworkBuilder,
  name: string,
  { from, to }: ConvolutionLayer,
  coefficients: readonly number[],
): ConvolutionWeights {
  const experts = coefficients.length
  const split = (values: Float32Array) => {
    const size = values.length / experts
    return coefficients.map((_, expert) => values.subarray(expert * size, (expert + 1) * size))
  }
  return {
    weight: combination(split(network.values(`${name}.weight`, [experts, to, from, 3, 3])), coefficients),
    bias: combination(split(network.values(`${name}.bias`, [experts, to])), coefficients),
  }
}
