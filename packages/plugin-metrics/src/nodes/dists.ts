import { defineNode, KintsugiError, type MetricDescriptor, Type } from '@kintsugi/core'
import { channelSimilarities, distsScore } from '../deep/dists.js'
import { readDistsWeights } from '../deep/dists-weights.js'
import { featureMaps, rgbMap } from '../deep/features.js'
import { comparablePlanes, pairInputs, protocolParams } from '../pair/pair.js'
import { weightsName } from '../protocol/describe.js'

/** The smallest side that leaves more than one position at every layer. */
const LEAST = 32

/** What `metrics/dists` measures. */
export const distsMetric: MetricDescriptor = {
  name: 'DISTS',
  direction: 'lower',
  unit: '',
  protocol: ({ weights, ...shared }: { border: number; quantize: boolean; weights: string }) => ({
    ...shared,
    color_space: 'rgb',
    resize: 'none',
    weights: weightsName(weights),
  }),
}

/** `metrics/dists`: deep image structure and texture similarity. */
export const dists = defineNode({
  name: 'metrics/dists',
  title: 'DISTS',
  description:
    'Deep image structure and texture similarity (Ding et al. 2020), 0..1, lower is better, identical images 0: global means (texture) and covariances (structure) of each channel of the image ' +
    'and of the features of VGG16, weighted by `weights`. Kintsugi ships no weights: `trunk` is VGG16 with the pooling of DISTS, ' +
    'a checkpoint of the whole metric or an ONNX file made of torchvision weights by `kintsugi convert --set pooling=l2`. ' +
    'Images are not resized, as the usual loader does not. Gray images go in as three equal planes. Sides must be at least 32 px.',
  params: Type.Object(
    {
      ...protocolParams,
      weights: Type.String({
        minLength: 1,
        description:
          'Path of the weights `alpha` and `beta`: `weights.pt` of the original release, or a checkpoint with both.',
        'x-kintsugi': 'file',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    ...pairInputs,
    trunk: { type: 'model', description: 'The network whose features are compared.' },
  },
  outputs: { score: { type: 'number', description: '1 minus the weighted similarity.', metric: distsMetric } },
  memory: ({ image }) => 2500 * image!.width * image!.height,
  limits: { alpha: false, minSize: LEAST },
  async run({ image, reference, trunk }, { weights, ...options }, context) {
    context.throwIfCancelled()
    const pair = comparablePlanes('metrics/dists', image, reference, { ...options, color_space: 'rgb' }, LEAST)
    const { alpha, beta } = await readDistsWeights(weights)
    const runner = await context.openModel(trunk)
    if (runner.facts.hyperParameters?.pooling === 'max') {
      throw new KintsugiError('E_METRIC_PARAMETERS', {
        message: 'metrics/dists has a trunk with another pooling than DISTS',
        expected: 'VGG16 with pooling l2',
        found: 'pooling max',
        fix: 'convert the weights with `kintsugi convert --set pooling=l2` and use the ONNX file',
      })
    }
    const [tested, truth] = pair.map(rgbMap) as [ReturnType<typeof rgbMap>, ReturnType<typeof rgbMap>]
    const [a, b] = [
      [tested, ...(await featureMaps(runner, tested))],
      [truth, ...(await featureMaps(runner, truth))],
    ]
    const channels = a.reduce((sum, layer) => sum + layer.channels, 0)
    if (channels !== alpha.length) {
      throw new KintsugiError('E_METRIC_PARAMETERS', {
        message: 'metrics/dists has weights of another network than `trunk`',
        expected: `${alpha.length} channels, those of the image included, as the weights have`,
        found: `${channels}`,
        fix: 'use VGG16 with its features after ReLU, and the weights made for it',
      })
    }
    const similarities = a.flatMap((layer, k) => {
      context.throwIfCancelled()
      return channelSimilarities(layer, b[k]!)
    })
    return { score: distsScore(similarities, alpha, beta) }
  },
})
