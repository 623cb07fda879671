import { defineNode, KintsugiError, type MetricDescriptor, Type } from '@kintsugi/core'
import { featureMaps, rgbMap } from '../deep/features.js'
import { readHeads } from '../deep/heads.js'
import { lpipsLayer } from '../deep/lpips.js'
import { comparablePlanes, pairInputs, protocolParams } from '../pair/pair.js'
import { weightsName } from '../protocol/describe.js'

/** The smallest side that leaves features at every layer of the usual trunks. */
const LEAST = 32

/** What `metrics/lpips` measures. */
export const lpipsMetric: MetricDescriptor = {
  name: 'LPIPS',
  direction: 'lower',
  unit: '',
  // The heads fit one network alone, and their file is named after it.
  protocol: ({ heads, ...shared }: { border: number; quantize: boolean; heads: string }) => ({
    ...shared,
    backbone: /alex|vgg|squeeze/.exec(weightsName(heads))?.[0] ?? weightsName(heads),
    color_space: 'rgb',
    version: '0.1',
  }),
}

/** `metrics/lpips`: learned perceptual image patch similarity. */
export const lpips = defineNode({
  name: 'metrics/lpips',
  title: 'LPIPS',
  description:
    'Learned perceptual image patch similarity 0.1 (Zhang et al. 2018), 0 to about 1, lower is better, identical images 0: feature vectors of a network, each divided by its length, ' +
    'squared differences weighted by a linear head for each layer, mean over positions, sum over layers. ' +
    'Kintsugi ships no weights: `trunk` is an AlexNet, VGG16 or SqueezeNet 1.1 of torchvision, `heads` the file of the same network in the original release. ' +
    'Scores of different networks cannot be compared. Gray images go in as three equal planes. Sides must be at least 32 px.',
  params: Type.Object(
    {
      ...protocolParams,
      heads: Type.String({
        minLength: 1,
        description: 'Path of the linear heads: `alex.pth`, `vgg.pth` or `squeeze.pth` of version 0.1.',
        'x-kintsugi': 'file',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    ...pairInputs,
    trunk: {
      type: 'model',
      description:
        'The network whose features are compared: torchvision weights, or an ONNX file with the feature maps as outputs in order.',
    },
  },
  outputs: { score: { type: 'number', description: 'Sum over the layers.', metric: lpipsMetric } },
  memory: ({ image }) => 2500 * image!.width * image!.height,
  limits: { alpha: false, minSize: LEAST },
  async run({ image, reference, trunk }, { heads, ...options }, context) {
    context.throwIfCancelled()
    const pair = comparablePlanes('metrics/lpips', image, reference, { ...options, color_space: 'rgb' }, LEAST)
    const weights = await readHeads(heads)
    const runner = await context.openModel(trunk)
    const [tested, truth] = [await featureMaps(runner, rgbMap(pair[0])), await featureMaps(runner, rgbMap(pair[1]))]
    const channels = tested.map((layer) => layer.channels).join(', ')
    const expected = weights.map((head) => head.length).join(', ')
    if (channels !== expected) {
      throw new KintsugiError('E_METRIC_PARAMETERS', {
        message: 'metrics/lpips has heads of another network than `trunk`',
        expected: `features of ${expected} channels, as the heads have`,
        found: channels === '' ? 'a network without feature maps' : channels,
        fix: 'take trunk and heads of the same network',
      })
    }
    context.throwIfCancelled()
    return { score: weights.reduce((sum, head, k) => sum + lpipsLayer(tested[k]!, truth[k]!, head), 0) }
  },
})
