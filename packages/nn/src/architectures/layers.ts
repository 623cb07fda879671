import type { Value } from '../graph/graph-builder.js'
import { layerNorm as normalise, normaliseChannels } from '../graph/normalisation.js'
import { add, mul } from '../graph/operators.js'
import type { NetworkBuilder } from './network-builder.js'

/** torch.nn.Linear on a list of vectors, rows x from, with the tensors `<name>.weight` and `<name>.bias`. */
export function linear(network: NetworkBuilder, x: Value, name: string, layer: LinearLayer): Value {
  const { from, to, bias = true } = layer
  const weight = network.weight(`${name}.weight`, [to, from])
  const inputs = bias ? [x, weight, network.weight(`${name}.bias`, [to])] : [x, weight]
  return network.graph.node('Gemm', inputs, { transB: 1 }, name)
}

export interface LinearLayer {
  readonly from: number
  readonly to: number
  /** Default true. */
  readonly bias?: boolean
}

/** torch.nn.LayerNorm over the last dimension; epsilon 1e-5 as there. */
export function layerNorm(network: NetworkBuilder, x: Value, name: string, channels: number): Value {
  const weight = network.weight(`${name}.weight`, [channels])
  return normalise(network.graph, x, weight, network.weight(`${name}.bias`, [channels]), 1e-5)
}

export interface ChannelNormLayer {
  readonly channels: number
  readonly epsilon: number
  /** False: neither mean nor bias. Default true. */
  readonly centred?: boolean
}

/** Normalisation over the channels at each pixel with the tensors `<name>.weight` and, if centred, `<name>.bias`. */
export function channelNorm(network: NetworkBuilder, x: Value, name: string, layer: ChannelNormLayer): Value {
  const { graph: g } = network
  const { channels, epsilon, centred = true } = layer
  const factors = (tensor: string) => network.weight(`${name}.${tensor}`, [channels], [channels, 1, 1])
  const scaled = mul(g, normaliseChannels(g, x, epsilon, centred), factors('weight'))
  return centred ? add(g, scaled, factors('bias')) : scaled
}
