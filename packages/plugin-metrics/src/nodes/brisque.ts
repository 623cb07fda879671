import { defineNode, type Image, type MetricDescriptor, Type } from '@kintsugi/core'
import { readSupportVectors, regression } from '../files/support-vectors.js'
import { colorSpaceParam, protocolParams } from '../pair/pair.js'
import { weightsName } from '../protocol/describe.js'
import { brisqueNames, brisqueFeatures as featuresOf, scaledFeatures } from '../scene/brisque-features.js'
import { scorablePlanes, singleInput } from '../single/single.js'

const LEAST = 16

/** What `metrics/brisque` measures. */
export const brisqueMetric: MetricDescriptor = {
  name: 'BRISQUE',
  direction: 'lower',
  unit: '',
  protocol: ({ model, ...shared }: BrisqueProtocol & { model: string }) => ({
    ...shared,
    implementation: 'original',
    model: weightsName(model),
  }),
}

interface BrisqueProtocol {
  readonly border: number
  readonly color_space: 'yiq_rounded' | 'y_rounded'
  readonly quantize: boolean
}

const params = { ...protocolParams, color_space: colorSpaceParam(['yiq_rounded', 'y_rounded']) }

/** `metrics/brisque-features`: the statistics that BRISQUE rests on. */
export const brisqueFeatures = defineNode({
  name: 'metrics/brisque-features',
  title: 'BRISQUE features',
  description:
    'The 36 natural scene statistics of BRISQUE (Mittal et al. 2012), `original` of pyiqa: at two scales the shape and variance of contrast-normalised luma, ' +
    'and shape, mean and the two variances of the products of neighbours. Luma is rounded to whole levels; zeros lie outside the image.',
  params: Type.Object(params, { additionalProperties: false }),
  inputs: singleInput,
  outputs: { features: { type: 'vector', description: '36 numbers of the codec `brisque/features@1`.' } },
  memory: ({ image }) => 40 * image!.width * image!.height,
  limits: { alpha: false, minSize: LEAST },
  examples: [{ title: 'Uniform noise', in: { image: { pattern: 'noise', width: 32, height: 32 } } }],
  run({ image }, options, context) {
    const values = features('metrics/brisque-features', image, options, () => context.throwIfCancelled())
    return { features: { codec: 'brisque/features@1', names: brisqueNames, values } }
  },
})

/** `metrics/brisque`: blind image spatial quality evaluator. */
export const brisque = defineNode({
  name: 'metrics/brisque',
  title: 'BRISQUE',
  description:
    'Blind image spatial quality evaluator (Mittal et al. 2012), about 0 to 100, lower is better: a support vector regression on `metrics/brisque-features`, ' +
    'scaled by the ranges of the original release. The support vectors are a file of their authors, which Kintsugi does not ship.',
  params: Type.Object(
    {
      ...params,
      model: Type.String({
        minLength: 1,
        description:
          'Path of the regression: `allmodel` of the original release (libsvm), or a `.npz` with `sv_coef` and `sv` for gamma 0.05 and rho -153.591.',
        'x-kintsugi': 'file',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: singleInput,
  outputs: { score: { type: 'number', description: 'Value of the regression.', metric: brisqueMetric } },
  memory: ({ image }) => 40 * image!.width * image!.height,
  limits: { alpha: false, minSize: LEAST },
  async run({ image }, { model, ...options }, context) {
    const vectors = await readSupportVectors(model, brisqueNames.length)
    return {
      score: regression(
        vectors,
        scaledFeatures(features('metrics/brisque', image, options, () => context.throwIfCancelled())),
      ),
    }
  },
})

function features(metric: string, image: Image, options: BrisqueProtocol, step: () => void): number[] {
  step()
  const { width, height, planes } = scorablePlanes(metric, image, options, LEAST)
  // Gray planes are not rounded with luma.
  return featuresOf({ width, height, data: Float64Array.from(planes[0]!) }, step)
}
