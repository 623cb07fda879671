import {
  defineNode,
  KintsugiError,
  LARGEST_WORKING_SET,
  type Model,
  type NodeContext,
  Type,
  tileParams,
  tileSettings,
  type Vector,
} from '@kintsugi/core'
import { basisModel } from '@kintsugi/nn'
import { restoreImage } from '@kintsugi/plugin-esrgan'
import { codecOf } from '@kintsugi/vectors'
import { DEGRADATION, MAPPED, mappingOf } from '../mapping.js'
import { weightsOf } from '../weights.js'

/** Of an MSRResNet of 64 features: 64 channels in and out at the output's size, 4 bytes each, 2.2 times for the runtime's arena. */
const BYTES_PER_TILE_PIXEL = 2 * 64 * 16 * 4 * 2.2
const SCALE = 4

/** `dasr/restore`: restoration by a mixture of experts. */
export const restore = defineNode({
  name: 'dasr/restore',
  title: 'Restore by a mixture of experts',
  description:
    'Mixes the experts of DASR (Liang et al. 2022; `net_g`, csjliang/DASR) into one network, W = sum of w_k W_k and likewise the biases, with the same weights in every convolution, and restores the image by it; the result is four times as large for released checkpoints. ' +
    'The weights are those of dasr/estimate, or follow from a degradation, such as one that dasr/adjust changed, by the two linear layers of the `predictor`. The network is made once for each set of weights and kept; all tiles are restored by the same. ' +
    'Values are not clipped. A gray image passes as three equal planes and comes back as their luma. An alpha plane is restored on its own as a gray image by the same network and clipped to 0..1; one that is the same everywhere stays as it is.',
  params: Type.Object({ ...tileParams }, { additionalProperties: false }),
  inputs: {
    image: { type: 'image', description: 'What to restore.' },
    weights: {
      type: 'vector',
      optional: true,
      description: 'Weights of the experts, under the codec `dasr/weights@1`. Instead of `vector`.',
    },
    vector: {
      type: 'vector',
      optional: true,
      description: 'A degradation of 33 numbers, from which `predictor` gives the weights.',
    },
    model: { type: 'model', description: 'The experts: a checkpoint of DASR (net_g.pth).' },
    predictor: {
      type: 'model',
      optional: true,
      description: 'The predictor (net_p.pth), whose linear layers map `vector` to weights.',
    },
  },
  outputs: {
    image: { type: 'image', description: 'The restored image, with the channels and metadata of the input.' },
  },
  memory: ({ image }, { tile_size }) => {
    const { width, height, channels } = image!
    const tile = Math.min(width * height, ((tile_size ?? Infinity) + 2 * 64) ** 2) * BYTES_PER_TILE_PIXEL
    const working = tile_size === undefined ? Math.min(tile, LARGEST_WORKING_SET) : tile
    // With an alpha plane the colour is held twice.
    return working + 4 * (2 * SCALE ** 2 + 1) * width * height * channels
  },
  async run({ image, weights, vector, model, predictor }, tiles, context) {
    const mixing = weightsOf(await chooseWeights(weights, vector, predictor, context))
    const network = await context.openModel(basisModel(model, mixing, `${model.name}, experts mixed`))
    return { image: await restoreImage(network, image, { alpha: 'separate', tiles: tileSettings(tiles) }, context) }
  },
})

async function chooseWeights(
  weights: Vector | undefined,
  vector: Vector | undefined,
  predictor: Model | undefined,
  context: NodeContext,
): Promise<Vector> {
  if (weights !== undefined && vector === undefined) return weights
  if (weights === undefined && vector !== undefined && predictor !== undefined) {
    codecOf(vector)
    const network = await context.openModel(mappingOf(predictor))
    const { input } = network.facts.channels
    const data = Float32Array.from(vector.values)
    if (input !== data.length) throw unfit(`a vector of ${input} numbers`, `one of ${data.length}`)
    const mapped = (await network.run({ [DEGRADATION]: { data, shape: [1, data.length] } }))[MAPPED]!
    return { codec: 'dasr/weights@1', names: [], values: [...mapped.data] }
  }
  const given = Object.entries({ weights, vector, predictor }).flatMap(([name, value]) => (value ? [name] : []))
  throw unfit('either `weights`, or `vector` and `predictor`', given.join(' and ') || 'none of them')
}

function unfit(expected: string, found: string): KintsugiError {
  return new KintsugiError('E_PORT', {
    message: 'dasr/restore cannot tell how to weigh the experts.',
    expected,
    found,
    fix: 'Wire the output `weights` of dasr/estimate, or an adjusted degradation together with the predictor.',
  })
}
