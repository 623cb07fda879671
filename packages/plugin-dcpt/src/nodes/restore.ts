import { defineNode, KintsugiError, LARGEST_WORKING_SET, Type } from '@kintsugi/core'

/** What a network of the size of the test networks takes for each pixel of a tile, in bytes; the runner counts the network's own. */
const BYTES_PER_TILE_PIXEL = 4096

/** `dcpt/restore`: runs a restoration network of DCPT over an image. */
export const restore = defineNode({
  name: 'dcpt/restore',
  title: 'Restore by a network of DCPT',
  description:
    'Runs an all-in-one restoration network over the image: NAFNet, SwinIR, Restormer or PromptIR in the versions of DCPT (Hu et al. 2025, MILab-PKU/dcpt), by themselves or with their classifier (dcpt/join). ' +
    'The image is filled up by reflection to a multiple of the network’s size (16 for NAFNet, 8 for Restormer and PromptIR, the window for SwinIR) and cut back, so that any size goes. Colour values are not clipped. ' +
    'A gray image passes as three equal planes and comes back as their luma (BT.601). Alpha stays as it is, for which the network must keep the size. These networks sum up the whole image or look far: `whole` and `frozen` tiles ' +
    'keep that, `bounded` ones come near.',
  params: Type.Object(
    {
      tiles: Type.Enum(['auto', 'exact', 'bounded', 'frozen', 'whole'], {
        default: 'auto',
        description:
          'How the image is cut, as in esrgan/restore. `auto`: `whole`, or `frozen` where that takes more than 768 MiB; `exact` or `bounded` for networks without global operations.',
      }),
      tile_size: Type.Optional(
        Type.Integer({
          minimum: 16,
          maximum: 16384,
          'x-unit': 'px',
          description: 'Largest side of a tile, without overlap. Default: chosen from the network.',
        }),
      ),
      tile_pad: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 4096,
          'x-unit': 'px',
          description: 'Overlap of `bounded` and `frozen` tiles. Default: the one stored with the model, else 32.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: {
    image: { type: 'image', description: 'What to restore.' },
    model: { type: 'model', description: 'The network: a checkpoint, an ONNX file, or what dcpt/join made.' },
  },
  outputs: { image: { type: 'image', description: 'The restored image, with the metadata of the input.' } },
  memory: ({ image }) => {
    const area = image!.width * image!.height
    return Math.min(area * BYTES_PER_TILE_PIXEL, LARGEST_WORKING_SET) + 8 * area * image!.channels
  },
  async run({ image, model }, { tiles: mode, tile_size: size, tile_pad: halo }, context) {
    const network = await context.openModel(model)
    if (image.alpha !== null && network.facts.scale !== 1) {
      throw new KintsugiError('E_IMAGE_ALPHA', {
        message: 'dcpt/restore cannot enlarge an alpha plane.',
        expected: 'an image without alpha, or a network that keeps the size',
        found: `alpha, and ${model.name}, which makes images ${network.facts.scale} times as large`,
        fix: 'Use esrgan/restore.',
      })
    }
    const tiles = { mode, ...(size !== undefined && { size }), ...(halo !== undefined && { halo }) }
    const restored = await network.restore(image, { tiles })
    if (image.alpha === null) return { image: restored }
    const result = context.createImage({ ...restored, alpha: true })
    result.data.set(restored.data)
    result.alpha!.set(image.alpha)
    return { image: result }
  },
})
