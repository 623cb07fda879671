import { create } from '@bufbuild/protobuf'
import { type ModelProto, TensorProto_DataType, type ValueInfoProto, ValueInfoProtoSchema } from './onnx_pb.js'

/** Which part of a graph is meant. */
export interface SubgraphRequest {
  /** Float32 values that the part takes as inputs instead of working them out. */
  readonly feeds?: readonly string[]
  /** Float32 values that the part gives, instead of the graph's outputs. */
  readonly outputs?: readonly string[]
}

/** The part of a model that leads to some values, without what leads to the fed ones. Weights are shared with the model. */
export function subgraph(model: ModelProto, { feeds = [], outputs }: SubgraphRequest): ModelProto {
  const graph = model.graph!
  const given = outputs?.map(floatValue) ?? graph.output
  const fed = new Set(feeds)
  const needed = new Set(given.map(({ name }) => name))
  const node = [...graph.node].reverse().filter((candidate) => {
    if (!candidate.output.some((name) => needed.has(name) && !fed.has(name))) return false
    for (const name of candidate.input) if (!fed.has(name)) needed.add(name)
    return true
  })
  return {
    ...model,
    graph: {
      ...graph,
      node: node.reverse(),
      initializer: graph.initializer.filter(({ name }) => needed.has(name)),
      input: [...graph.input.filter(({ name }) => needed.has(name)), ...feeds.map(floatValue)],
      output: given,
    },
  }
}

function floatValue(name: string): ValueInfoProto {
  const tensor = { case: 'tensorType' as const, value: { elemType: TensorProto_DataType.FLOAT } }
  return create(ValueInfoProtoSchema, { name, type: { value: tensor } })
}
