import { defineNode, Type } from '@kintsugi/core'
import { untrainedModel } from '../untrained-maker.js'

/** `dcpt/untrained`: a network as it was before its training. */
export const untrained = defineNode({
  name: 'dcpt/untrained',
  title: 'Draw the weights of a network anew',
  description:
    'Gives the network with random weights, for comparison with the trained one: networks tell degradations apart even so (Hu et al. 2025, DCPT, preliminary study). Kernels and biases of convolutions and linear layers are drawn as PyTorch does ' +
    'before training, uniform within 1/sqrt(n) for n numbers that go into an output of the layer; all else stays, such as scales of normalisations. The authors of a network may start from other weights: those of RRDBNet are a tenth as large inside of its blocks. ' +
    'Each instance is another network; `along` an axis gives several.',
  params: Type.Object({}, { additionalProperties: false }),
  random: true,
  inputs: { model: { type: 'model', description: 'The network whose shape it has.' } },
  outputs: { model: { type: 'model', description: 'The network with random weights.' } },
  runs: 'inline',
  examples: [
    {
      title: 'The network of builtin:kinds without its training',
      in: { model: { value: 'builtin:kinds' } },
      expect: {},
    },
  ],
  run({ model }, _params, { random }) {
    const words = Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0'))
    return { model: untrainedModel(model, words.join('')) }
  },
})
