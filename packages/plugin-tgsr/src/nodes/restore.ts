import { defineNode, LARGEST_WORKING_SET, Type } from '@kintsugi/core'
import { restoreImage } from '@kintsugi/plugin-esrgan'

/** Bytes that a pixel of the input takes in the networks of TGSR at most: 64 features at the output's size, in and out, 2.2 times for the runtime. */
const BYTES_PER_PIXEL = 2 * 64 * 16 * 4 * 2.2

/** `tgsr/restore`: runs one of the backbones of TGSR over an image. */
export const restore = defineNode({
  name: 'tgsr/restore',
  title: 'Restore by a network of TGSR',
  description:
    'Runs an image-to-image network over the image: RRDBNet (RealESRGAN-TG), MSRResNet (RealSRGAN-TG), SwinIR (RealSwinIR-TG) and HAT (RealHAT-TG) as they were released, plain backbones that enlarge ' +
    'four times, or any other. What grouping changes is how they are trained, nothing about how they run. Colour is not clipped. A gray image comes back as the luma of three equal planes. ' +
    'An alpha plane is treated as esrgan/restore does: restored on its own as a gray image and clipped to 0..1, with premultiplied colour; one that is the same everywhere stays as it is.',
  inputs: {
    image: { type: 'image', description: 'What to restore.' },
    model: {
      type: 'model',
      description: 'The network: a checkpoint (.pth), .safetensors, an ONNX file, or a `builtin:` one.',
    },
  },
  outputs: {
    image: { type: 'image', description: 'The restored image, with the channels and metadata of the input.' },
  },
  params: Type.Object(
    {
      tiles: Type.Enum(['auto', 'exact', 'bounded', 'frozen', 'whole'], {
        default: 'auto',
        description:
          'How the image is cut for the network: `exact` tiles give what the whole would, `bounded` ones overlap less, `frozen` ones share what the network sums up of the whole image; `whole`: not at all. `auto` chooses by the network.',
      }),
    },
    { additionalProperties: false },
  ),
  memory: ({ image }) => {
    const area = image!.width * image!.height
    return Math.min(area * BYTES_PER_PIXEL, LARGEST_WORKING_SET) + 4 * (16 + 1) * area * image!.channels
  },
  async run({ image, model }, { tiles }, context) {
    const network = await context.openModel(model)
    return { image: await restoreImage(network, image, { tiles: { mode: tiles } }, context) }
  },
})
