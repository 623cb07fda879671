import { defineNode, Type } from '@kintsugi/core'
import { featureModel } from '../features/feature-maker.js'
import { imageTensor } from '../features/image-tensor.js'
import { statistics as known, LOGARITHM_FLOOR, WINDOW } from '../features/pool.js'
import { featureOrigin, features as pooledFeatures } from '../features/vector.js'

/** The crop of DCPT's study with nearest neighbours (MILab-PKU/dcpt, knn.py). */
export const STUDY_CROP = 128

export const cropDescription =
  'Side of the square in the middle of the image that the network looks at; smaller images are taken whole. 0: the whole image.'

/** `dcpt/features`: what layers inside of a network give for an image, pooled. */
export const features = defineNode({
  name: 'dcpt/features',
  title: 'Features of a network',
  description:
    'Hooks layers of any network from images, such as a restorer, and gives the mean and the standard deviation of each of their channels over the image: what tells kinds of degradation apart ' +
    '(Hu et al. 2025, DCPT, preliminary study; there the features before the restoration head, flattened). Entries are named `LAYER.mean.CHANNEL` and `LAYER.std.CHANNEL`, layers in the order of the graph. ' +
    'Layers are nodes or values of the ONNX graph; those of checkpoints have the names of the authors’ modules. The image is filled up by reflection to the network’s size multiple. A gray image goes ' +
    'in as three equal planes. Alpha is left aside. Vectors of the same network, crop and layers may be compared, and their codec says so.',
  params: Type.Object(
    {
      layers: Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description:
          'Names of layers, such as `conv_first` or `body.0.rdb1.conv5`; `*` stands for any characters, as in `decoder*.0`. An unknown name is told with the known ones.',
      }),
      statistics: Type.Array(Type.Enum([...known], { description: 'A statistic.' }), {
        default: ['mean', 'std'],
        minItems: 1,
        uniqueItems: true,
        description:
          `What is taken of each channel over the image: its \`mean\`; its standard deviation \`std\`; \`detail\` and \`spread\`, mean and deviation over windows of ${WINDOW} x ${WINDOW} places of ln(deviation in the window + ${LOGARITHM_FLOOR}). ` +
          'The latter two need layers of rows and columns, not lists of tokens.',
      }),
      crop: Type.Integer({
        default: STUDY_CROP,
        minimum: 0,
        maximum: 4096,
        'x-unit': 'px',
        description: `${cropDescription} DCPT’s study has ${STUDY_CROP}.`,
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    image: { type: 'image', description: 'What the network looks at.' },
    model: { type: 'model', description: 'The network whose layers are hooked.' },
  },
  outputs: { features: { type: 'vector', description: 'Two numbers for each channel of each layer.' } },
  examples: [
    {
      title: 'The first layer of the network behind builtin:kinds',
      in: { image: { pattern: 'photo', width: 32, height: 32 }, model: { value: 'builtin:kinds' } },
      with: { layers: ['conv_first'] },
    },
  ],
  async run({ image, model }, { layers, statistics, crop }, context) {
    const wanted = known.filter((one) => statistics.includes(one))
    const network = await context.openModel(featureModel(model, layers, wanted))
    const tensor = imageTensor(image, network.facts, crop, model.name)
    return { features: await pooledFeatures(network, tensor, featureOrigin(model.hash, crop), model.name) }
  },
})
