import { defineNode, KintsugiError, Type } from '@kintsugi/core'
import { labelOf } from '../classes.js'
import { FEATURES, knnHead, LOGITS } from '../knn/knn-maker.js'

/** `dcpt/knn`: the class of a vector of features by its nearest neighbours. */
export const knn = defineNode({
  name: 'dcpt/knn',
  title: 'Classify features by nearest neighbours',
  description:
    'The distribution over classes of a vector of features: the share of each class among the `k` nearest items of a classifier that dcpt/knn-fit made. The confidence is the share of the most frequent class. ' +
    'dcpt/classify does the same for images.',
  params: Type.Object({}, { additionalProperties: false }),
  inputs: {
    features: { type: 'vector', description: 'Features of the codec that the classifier was fitted on.' },
    model: { type: 'model', default: 'builtin:kinds', description: 'What dcpt/knn-fit made, or a file of it.' },
  },
  outputs: { label: { type: 'label', description: 'The distribution over the classes.' } },
  async run({ features, model }, _params, context) {
    const network = await context.openModel(knnHead(model))
    const { codec } = network.facts.hyperParameters ?? {}
    if (features.codec !== codec) {
      throw new KintsugiError('E_DCPT_FEATURES', {
        message: `These features are not those that ${model.name} was fitted on.`,
        expected: String(codec),
        found: features.codec,
        fix: 'Take the features from the same network, with the same layers and crop; or fit a classifier on these.',
      })
    }
    const names = network.facts.classes?.names ?? []
    const size = features.values.length
    const outputs = await network.run({ [FEATURES]: { data: Float32Array.from(features.values), shape: [size] } })
    return { label: labelOf(outputs[LOGITS]!, names, model.name) }
  },
})
