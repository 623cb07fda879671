import { KintsugiError, type Model, type ModelMaker, makeModel } from '@kintsugi/core'
import { decodeModel, encodeModel, type ModelFacts, readPartialFacts, writeFacts } from '@kintsugi/core/onnx'
import { putHead } from './graph-head.js'
import { findLayers } from './layers.js'
import { pool, type Statistic } from './pool.js'

const MAKER = 'dcpt/features@1'

interface FeatureParams {
  readonly layers: readonly string[]
  readonly statistics: readonly Statistic[]
}

/** The network that gives the pooled features of `layers` of another. */
export function featureModel(model: Model, layers: readonly string[], statistics: readonly Statistic[]): Model {
  return makeModel(`features of ${model.name}`, { maker: MAKER, members: [model], params: { layers, statistics } })
}

/**
 * Hooks a network: its outputs are, for each named layer in the order of the graph, `LAYER.mean` and so on, lists of one number a channel. What comes after the last hooked layer is left out. The number in its name changes with what it makes.
 */
export const featureMaker: ModelMaker = {
  name: MAKER,
  async make([member], params, name) {
    if (member === undefined)
      throw new KintsugiError('E_DCPT_MODEL', { message: 'A recipe of features has no network.' })
    const { layers: wanted, statistics } = params as FeatureParams
    const source = decodeModel(await member.onnx(), member.name)
    const layers = findLayers(source, wanted, member.name)
    const values = layers.map(({ value }) => value)
    const model = putHead(source, values, member.name, (g, hooked) => {
      for (const [i, value] of hooked.entries()) {
        for (const [j, list] of pool(g, value, statistics).entries())
          g.output(`${layers[i]!.name}.${statistics[j]!}`, list, [`${layers[i]!.name}.channels`])
      }
    })
    const facts = {
      ...trunkFacts(readPartialFacts(source, member.name)),
      source: name,
      output: 'features',
    } as ModelFacts
    const described = { ...model, metadataProps: [] }
    writeFacts(described, facts)
    return { onnx: encodeModel(described), facts }
  },
}

/** What a network's facts say of anything that is put on its inner values. */
export function trunkFacts({
  architecture = 'unknown',
  sizeMultiple = 1,
  channels = { input: 3, output: 3 },
  inputRange = [0, 1],
  licence,
}: Partial<ModelFacts>): ModelFacts {
  return {
    family: 'dcpt',
    architecture,
    scale: 1,
    sizeMultiple,
    halo: 'global',
    channels,
    inputRange,
    ...(licence !== undefined && { licence }),
  }
}
