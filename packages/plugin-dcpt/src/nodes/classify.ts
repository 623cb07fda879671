import { defineNode, KintsugiError, type ModelFacts, Type } from '@kintsugi/core'
import { labelOf } from '../classes.js'
import { INPUT } from '../features/graph-head.js'
import { imageTensor } from '../features/image-tensor.js'
import { readCodec } from '../features/vector.js'
import { cropDescription } from './features.js'

/** Side of the pictures on which DCPT trains (methods of its successor MaskDCPT). */
const TRAINING_CROP = 256

/** `dcpt/classify`: which kind of degradation an image has. */
export const classify = defineNode({
  name: 'dcpt/classify',
  title: 'Classify the degradation',
  description:
    'The distribution over kinds of degradation of an image, by a network that gives scores of classes: one with the classifier of DCPT on its features (dcpt/join; Hu et al. 2025), or nearest neighbours of pooled features ' +
    '(dcpt/knn-fit), as `builtin:kinds` is: clean, noise, blur, jpeg, low-light, haze, rain. Softmax makes probabilities of the scores; with nearest neighbours they are the shares of votes. ' +
    '`select` routes by the label, with `min_confidence` where doubt shall count. Alpha is left aside; a gray image goes in as three equal planes.',
  params: Type.Object(
    {
      classes: Type.Optional(
        Type.Array(Type.String({ minLength: 1 }), {
          minItems: 1,
          uniqueItems: true,
          description:
            'What the classes are called, in the order of the classifier; needed where the model does not tell. Default: the names in the model.',
        }),
      ),
      crop: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 4096,
          'x-unit': 'px',
          description: `${cropDescription} Default: that on which nearest neighbours were fitted; else ${TRAINING_CROP}, on which DCPT trains.`,
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: {
    image: { type: 'image', description: 'Any image.' },
    model: { type: 'model', default: 'builtin:kinds', description: 'A network with scores of classes.' },
  },
  outputs: { label: { type: 'label', description: 'The kinds with their probabilities.' } },
  examples: [
    {
      title: 'Seven kinds, each with its share of the votes',
      in: { image: { pattern: 'noise', width: 32, height: 32 } },
      expect: {},
    },
  ],
  async run({ image, model }, { classes, crop }, context) {
    const network = await context.openModel(model)
    const names = classNames(network.facts, classes, model.name)
    const side = crop ?? fittedCrop(network.facts) ?? TRAINING_CROP
    const outputs = await network.run({ [INPUT]: imageTensor(image, network.facts, side, model.name) })
    return { label: labelOf(outputs[network.facts.classes!.output]!, names, model.name) }
  },
})

function fittedCrop({ hyperParameters }: ModelFacts): number | undefined {
  const codec = hyperParameters?.codec
  return typeof codec === 'string' ? readCodec(codec)?.crop : undefined
}

function classNames(
  { classes, architecture }: ModelFacts,
  stated: readonly string[] | undefined,
  model: string,
): readonly string[] {
  if (classes === undefined) {
    throw new KintsugiError('E_DCPT_MODEL', {
      message: `${model} is no classifier.`,
      expected: 'a network with scores of classes, such as builtin:kinds',
      found: architecture,
      fix: 'Join a restoration network with its classifier (dcpt/join), or fit nearest neighbours on its features (dcpt/knn-fit).',
    })
  }
  const names = stated ?? classes.names
  if (names?.length === classes.count) return names
  throw new KintsugiError('E_DCPT_CLASSES', {
    message:
      names === undefined
        ? `${model} does not tell what its classes are called.`
        : `${model} has another number of classes than names are given.`,
    expected: `${classes.count} names`,
    found: names === undefined ? 'none' : `${names.length}: ${names.join(', ')}`,
    fix: 'Name the classes in the order of the training data, with the parameter `classes` of dcpt/classify or of dcpt/join.',
  })
}
