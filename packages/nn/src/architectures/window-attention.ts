import type { GraphBuilder, Value } from '../graph/graph-builder.js'
import { gelu } from '../graph/normalisation.js'
import { scale } from '../graph/operators.js'
import { split, transpose } from '../graph/shapes.js'
import { linear } from './layers.js'
import type { NetworkBuilder } from './network-builder.js'

/** fc2(GELU(fc1(x))). */
export function mlp(network: NetworkBuilder, x: Value, name: string, channels: number, hidden: number): Value {
  const widened = gelu(network.graph, linear(network, x, `${name}.fc1`, { from: channels, to: hidden }))
  return linear(network, widened, `${name}.fc2`, { from: hidden, to: channels })
}

/**
 * Queries, keys and values of tokens with the one layer `<name>.qkv`, each with weights of its own, so that nothing is cut apart at
 * run time. Queries are divided by the root of the head's width. onnxruntime works the constants out when it loads the graph.
 */
export function queryKeyValue(
  network: NetworkBuilder,
  tokens: Value,
  name: string,
  { channels, heads }: { channels: number; heads: number },
): { query: Value; key: Value; value: Value } {
  const { graph: g } = network
  const weights = split(g, network.weight(`${name}.qkv.weight`, [3 * channels, channels]), 3, 0)
  const biases = network.has(`${name}.qkv.bias`)
    ? split(g, network.weight(`${name}.qkv.bias`, [3 * channels]), 3, 0)
    : undefined
  const [query, key, value] = weights.map((weight, part) => {
    const factor = part === 0 ? (channels / heads) ** -0.5 : 1
    const scaled = (constant: Value) => (factor === 1 ? constant : scale(g, constant, factor))
    const inputs = [tokens, scaled(weight), ...(biases === undefined ? [] : [scaled(biases[part]!)])]
    return g.node('Gemm', inputs, { transB: 1 })
  })
  return { query: query!, key: key!, value: value! }
}

/**
 * The position bias of each head for queries in a window of `window` x `window` and keys in one of `keyWindow` x `keyWindow` about the
 * same centre, heads x queries x keys, out of the table of relative positions. Index of query i and key j:
 * Swin (`keyWindow` equal): (row_i - row_j + w - 1)(2 w - 1) + column_i - column_j + w - 1; HAT's overlapping windows:
 * (row_j - row_i + w - k + 1) n + column_j - column_i + w - k + 1 with n = w + k - 1, from the end of the table if negative
 * (XPixelGroup/HAT, hat_arch.py, calculate_rpi_sa and calculate_rpi_oca).
 */
export function positionBias(
  network: NetworkBuilder,
  name: string,
  { heads, window, keyWindow = window }: { heads: number; window: number; keyWindow?: number },
): Value {
  const { graph: g } = network
  const side = window + keyWindow - 1
  const table = network.weight(`${name}.relative_position_bias_table`, [side * side, heads])
  return transpose(g, g.node('Gather', [table, positionIndex(g, window, keyWindow)], { axis: 0 }), [2, 0, 1])
}

const indices = new WeakMap<GraphBuilder, Map<string, Value>>()

/** One constant for all layers of a graph. */
function positionIndex(g: GraphBuilder, window: number, keyWindow: number): Value {
  const known = indices.get(g) ?? new Map<string, Value>()
  indices.set(g, known)
  const key = `${window} ${keyWindow}`
  const index = known.get(key) ?? g.constant(relativePositions(window, keyWindow), [window ** 2, keyWindow ** 2])
  known.set(key, index)
  return index
}

function relativePositions(window: number, keyWindow: number): BigInt64Array {
  const [queries, keys] = [window ** 2, keyWindow ** 2]
  const side = window + keyWindow - 1
  const overlapping = keyWindow !== window
  const index = new BigInt64Array(queries * keys)
  for (let i = 0; i < queries; i++) {
    for (let j = 0; j < keys; j++) {
      const rows = Math.floor(i / window) - Math.floor(j / keyWindow)
      const columns = (i % window) - (j % keyWindow)
      const offset = window - keyWindow + 1
      const place = overlapping
        ? (-rows + offset) * side - columns + offset
        : (rows + window - 1) * side + columns + window - 1
      index[i * keys + j] = BigInt(place < 0 ? place + side * side : place)
    }
  }
  return index
}
