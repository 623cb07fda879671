import { KintsugiError, type MadeModel, type Model, type ModelFacts, type ModelMaker, makeModel } from '@kintsugi/core'
import { decodeModel, encodeModel, readPartialFacts, subgraph, writeFacts } from '@kintsugi/core/onnx'

/** Name and version; the number changes with what it makes. */
const MAKER = 'dasr/mapping@1'
/** Input and output of the network that `mappingMaker` makes, batch x numbers. */
export const DEGRADATION = 'degradation'
export const MAPPED = 'weights'

/**
 * Takes out of a predictor what maps a degradation to the weights of experts: two linear layers (DASR), which need no image. Throws
 * `E_MODEL_FORM` for a model without such a part.
 */
export const mappingMaker: ModelMaker = {
  name: MAKER,
  async make(members, _params, name) {
    const [predictor] = members
    if (predictor === undefined || members.length > 1) throw noMapping(name, `${members.length} models`)
    const model = decodeModel(await predictor.onnx(), predictor.name)
    const graph = model.graph!
    const facts = readPartialFacts(model, predictor.name)
    const first = graph.node.find(({ opType }) => opType === 'Gemm')
    if (facts.family !== 'dasr' || first === undefined || !graph.output.some((output) => output.name === MAPPED))
      throw noMapping(predictor.name, facts.architecture ?? 'another network')
    const node = graph.node.map((one) =>
      one === first ? { ...one, input: [DEGRADATION, ...one.input.slice(1)] } : one,
    )
    const part = subgraph({ ...model, graph: { ...graph, node } }, { feeds: [DEGRADATION], outputs: [MAPPED] })
    const described = { ...facts, channels: { input: facts.channels!.output, output: 1 }, source: name } as ModelFacts
    writeFacts(part, described)
    return { onnx: encodeModel(part), facts: described }
  },
}

/** The mapping of a predictor as a model value. */
export function mappingOf(predictor: Model): MadeModel {
  return makeModel(`mapping of ${predictor.name}`, { maker: MAKER, members: [predictor], params: {} })
}

function noMapping(name: string, found: string): KintsugiError {
  return new KintsugiError('E_MODEL_FORM', {
    message: `${name} maps no degradation to weights of experts.`,
    expected: 'a predictor of DASR (net_p)',
    found,
    fix: 'Name the checkpoint of the predictor, net_p.pth.',
  })
}
