import { defineNode, type Image, type MetricDescriptor, Type } from '@kintsugi/core'
import { readNiqeModel } from '../files/niqe-file.js'
import type { Field } from '../filters/correlate.js'
import { KERNEL_BASE, kernels } from '../kernels/kernels.js'
import { colorSpaceParam, protocolParams } from '../pair/pair.js'
import { levelBytes, readLevels } from '../pair/planes.js'
import { weightsName } from '../protocol/describe.js'
import { niqeFeatures } from '../scene/niqe-features.js'
import { fitModel, modelDistance } from '../scene/niqe-model.js'
import { pristineModel } from '../scene/niqe-pristine.js'
import { modelOfVector } from '../scene/niqe-vector.js'
import { checkSingle, singleInput } from '../single/single.js'

/** Two blocks of 96 px side by side. */
const [LONG, SHORT] = [192, 96]

/** What `metrics/niqe` measures. */
export const niqeMetric: MetricDescriptor = {
  name: 'NIQE',
  direction: 'lower',
  unit: '',
  protocol: ({ parameters, ...shared }: NiqeProtocol & { parameters?: string }, connected) => ({
    ...shared,
    implementation: 'BasicSR',
    pristine: connected.includes('pristine')
      ? 'of the run'
      : parameters === undefined
        ? 'Kintsugi'
        : weightsName(parameters),
  }),
}

interface NiqeProtocol {
  readonly border: number
  readonly color_space: 'y' | 'yiq_rounded'
  readonly quantize: boolean
}

/** Parameters that say which luma NIQE sees. */
export const niqeParams = { ...protocolParams, color_space: colorSpaceParam(['y', 'yiq_rounded']) }

/** `metrics/niqe`: natural image quality evaluator. */
export const niqe = defineNode({
  name: 'metrics/niqe',
  title: 'NIQE',
  description:
    'Natural image quality evaluator (Mittal et al. 2013): how far the statistics of the image lie from those of good photographs. About 2 to 20, lower is better; ' +
    'compare only scores of equal size, border, luma and parameters. The algorithm is `calculate_niqe` of BasicSR: luma rounded to whole levels, blocks of 96 x 96 px (the rest at the right and bottom is dropped), ' +
    '36 features of each, the distance of their mean and covariance from those of pristine blocks. ' +
    'The pristine model is, in this order: the port `pristine`, as `metrics/niqe-fit` makes it; the file `parameters`, such as the official `niqe_pris_params.npz` or `niqe_modelparameters.mat`; ' +
    'otherwise one fitted by Kintsugi on public photographs, whose scores cannot be compared with published ones. ' +
    'Images must hold at least two blocks (192 x 96 px) with structure.',
  params: Type.Object(
    {
      ...niqeParams,
      parameters: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Path of a pristine model: `.npz` of BasicSR, or `.mat` of the original release and pyiqa.',
          'x-kintsugi': 'file',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: {
    ...singleInput,
    pristine: { type: 'vector', optional: true, description: 'A pristine model made by `metrics/niqe-fit`.' },
  },
  outputs: { score: { type: 'number', description: 'Distance from the pristine model.', metric: niqeMetric } },
  memory: ({ image }) => 32 * image!.width * image!.height,
  limits: { alpha: false, minSize: LONG },
  examples: [
    {
      title: 'Uniform noise is nothing like a photograph',
      in: { image: { pattern: 'noise', width: 192, height: 192 } },
    },
  ],
  async run({ image, pristine }, { parameters, ...options }, context) {
    const model =
      pristine !== undefined
        ? modelOfVector(pristine)
        : parameters !== undefined
          ? await readNiqeModel(parameters)
          : pristineModel()
    const { features } = niqeBlocks('metrics/niqe', image, options, () => context.throwIfCancelled())
    return { score: modelDistance(model, fitModel(features, 'metrics/niqe')) }
  },
})

/** The blocks of an image that NIQE looks at; `step` is called now and then. Throws `E_IMAGE_ALPHA` or `E_IMAGE_SIZE`. */
export function niqeBlocks(metric: string, image: Image, options: NiqeProtocol, step: () => void) {
  checkSingle(metric, image, options.border, LONG, SHORT)
  return niqeFeatures(wholeLevels(image, options), step)
}

/** Luma of an image, rounded, border cut off. */
function wholeLevels(image: Image, options: NiqeProtocol): Field {
  const { border } = options
  const [width, height] = [image.width - 2 * border, image.height - 2 * border]
  const data = new Float64Array(width * height)
  const run = kernels(KERNEL_BASE + levelBytes(width))
  const floats = new Float32Array(run.memory.buffer)
  const row = floats.subarray(KERNEL_BASE >> 2, (KERNEL_BASE >> 2) + width)
  for (let y = 0; y < height; y++) {
    readLevels(run, floats, KERNEL_BASE, image, 0, (border + y) * image.width + border, width, options)
    run.roundLevels(KERNEL_BASE, width)
    data.set(row, y * width)
  }
  return { width, height, data }
}
