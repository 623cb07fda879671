import {
  defineNode,
  type Image,
  LARGEST_WORKING_SET,
  type ModelRunner,
  type NodeContext,
  type RestoreOptions,
  Type,
  tileParams,
  tileSettings,
} from '@kintsugi/core'
import { extrapolation, networkAt, unitParam } from '../level.js'

/** Of a HyperRes of 64 features: 64 channels in and out at full size, 4 bytes each, 2.2 times for the runtime's arena. */
const BYTES_PER_PIXEL = 2 * 64 * 4 * 2.2

/** `hypernet/restore`: restoration of a chosen strength. */
export const restore = defineNode({
  name: 'hypernet/restore',
  title: 'Restore at a level',
  description:
    'Restores an image by a hypernetwork at a level: the network of that level, W = level/255 A + B in every generated layer (HyperRes, ifryed/HyperRes), run over the image, whose size stays. ' +
    'The network is made once for each level and kept. Levels between the trained ones interpolate; beyond them, as the weights state them or else those of the authors, the weights are extrapolated, with a warning. ' +
    'Of unit `scale` the image has been enlarged to its final size before. Values are not clipped. Sides that are odd are mirrored to even ones and cut again; the authors cut the image. A gray image passes a colour network as three equal planes and comes back as their luma; a colour image passes a gray network plane by plane. Alpha stays as it is.',
  params: Type.Object({ unit: unitParam, ...tileParams }, { additionalProperties: false }),
  inputs: {
    image: { type: 'image', description: 'What to restore.' },
    level: {
      type: 'number',
      description:
        'How strongly, in `unit`: a literal, an axis, or an estimate such as that of hypernet/estimate-level.',
    },
    model: {
      type: 'model',
      default: 'builtin:denoise',
      description: 'A checkpoint of HyperRes (.pth, .pt, .safetensors), or `builtin:denoise`.',
    },
  },
  outputs: { image: { type: 'image', description: 'The restored image, of the same size, channels and metadata.' } },
  memory: ({ image }, { tile_size }) => {
    const { width, height, channels } = image!
    const tile = Math.min(width * height, ((tile_size ?? Infinity) + 2 * 72) ** 2) * BYTES_PER_PIXEL
    return (tile_size === undefined ? Math.min(tile, LARGEST_WORKING_SET) : tile) + 8 * width * height * channels
  },
  examples: [
    {
      title: 'A flat image stays flat at a level between the trained ones',
      in: { image: { pattern: 'flat', width: 16, height: 12 }, level: { value: 25 } },
      expect: { image: { width: 16, height: 12, mean: 0.5, std: 0, tolerance: 2e-2 } },
    },
  ],
  async run({ image, level, model }, { unit, ...tiles }, context) {
    const network = await context.openModel(networkAt(model, level, unit))
    const warning = extrapolation(model, level, unit, network.facts.trainedLevels)
    if (warning !== undefined) context.warn(warning)
    const options = { tiles: tileSettings(tiles) }
    const isGray = network.facts.channels.input === 1
    const restored =
      isGray && image.channels === 3
        ? await restorePlanes(network, image, options, context)
        : await network.restore(image, options)
    return { image: withAlphaOf(image, restored, context) }
  },
})

/** Each plane of a colour image as a gray image. */
async function restorePlanes(
  network: ModelRunner,
  image: Image,
  options: RestoreOptions,
  context: NodeContext,
): Promise<Image> {
  const { width, height, metadata, channels } = image
  const plane = width * height
  const result = context.createImage({ width, height, channels, metadata })
  for (let c = 0; c < channels; c++) {
    const gray: Image = { ...image, channels: 1, alpha: null, data: image.data.subarray(c * plane, (c + 1) * plane) }
    const progress = (part: number) => context.progress((c + part) / channels)
    result.data.set((await network.restore(gray, { ...options, progress })).data, c * plane)
  }
  return result
}

function withAlphaOf({ alpha }: Image, restored: Image, context: NodeContext): Image {
  if (alpha === null) return restored
  const result = context.createImage({ ...restored, alpha: true })
  result.data.set(restored.data)
  result.alpha!.set(alpha)
  return result
}
