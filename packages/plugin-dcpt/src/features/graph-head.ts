import { KintsugiError } from '@kintsugi/core'
import { type ModelProto, subgraph } from '@kintsugi/core/onnx'
import { GraphBuilder, type Value } from '@kintsugi/nn'

/** Sums along axes given as an input, which `ReduceSum` takes since operator set 13. */
const FIRST_OPSET = 13n

/** What the image is called in every graph that this plugin makes, as in those that `@kintsugi/nn` builds. */
export const INPUT = 'input'

/** Prefix of the names that a head adds to a graph. */
const PREFIX = 'dcpt.'

/**
 * A graph up to some of its values, with a head that reads them. `build` gets the values, in the order of their names, and names the
 * outputs of the result. Weights are shared with the model. Throws `E_DCPT_MODEL` for graphs of old operator sets.
 */
export function putHead(
  model: ModelProto,
  values: readonly string[],
  network: string,
  build: (graph: GraphBuilder, values: readonly Value[]) => void,
): ModelProto {
  const opset = model.opsetImport.find(({ domain }) => domain === '')?.version ?? 0n
  if (opset < FIRST_OPSET) {
    throw new KintsugiError('E_DCPT_MODEL', {
      message: `The inner values of ${network} cannot be read.`,
      expected: `an ONNX graph of operator set ${FIRST_OPSET} or later`,
      found: `operator set ${opset}`,
      fix: 'Export the network again, with a later operator set.',
    })
  }
  const names = [...new Set(values)]
  const trunk = subgraph(model, { outputs: names })
  const g = new GraphBuilder('head')
  const taken = new Map(names.map((name) => [name, g.input(name, [])]))
  build(
    g,
    values.map((name) => taken.get(name)!),
  )
  const head = g.model().graph!
  const kept = new Set([...names, ...head.output.map(({ name }) => name), ''])
  const rename = (name: string) => (kept.has(name) ? name : PREFIX + name)
  const graph = withInput(trunk, network)
  return {
    ...trunk,
    graph: {
      ...graph,
      node: [
        ...graph.node,
        ...head.node.map((node) => ({
          ...node,
          name: PREFIX + node.name,
          input: node.input.map(rename),
          output: node.output.map(rename),
        })),
      ],
      initializer: [
        ...graph.initializer,
        ...head.initializer.map((tensor) => ({ ...tensor, name: rename(tensor.name) })),
      ],
      output: head.output,
    },
  }
}

/** The graph with its one input under the name `input`. */
function withInput(model: ModelProto, network: string): NonNullable<ModelProto['graph']> {
  const graph = model.graph!
  const weights = new Set(graph.initializer.map(({ name }) => name))
  const inputs = graph.input.filter(({ name }) => !weights.has(name))
  if (inputs.length !== 1) {
    throw new KintsugiError('E_DCPT_MODEL', {
      message: `The inner values of ${network} cannot be read.`,
      expected: 'a network that takes one image',
      found: inputs.length === 0 ? 'layers that depend on no input' : inputs.map(({ name }) => name).join(', '),
      fix: 'Use a network from one image, and layers that depend on it.',
    })
  }
  const old = inputs[0]!.name
  if (old === INPUT) return graph
  const rename = (name: string) => (name === old ? INPUT : name)
  return {
    ...graph,
    node: graph.node.map((node) => ({ ...node, input: node.input.map(rename) })),
    input: graph.input.map((input) => ({ ...input, name: rename(input.name) })),
  }
}
