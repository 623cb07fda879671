import { defineNode, LARGEST_WORKING_SET, Type, tileParams, tileSettings } from '@kintsugi/core'
import { restoreImage } from '../restore-image.js'

const params = Type.Object(
  {
    tiles: tileParams.tiles,
    scale: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 16,
        description:
          'Output size divided by input size, sides rounded down. Another scale than that of the network is reached by resizing the float result (Lanczos over 8 samples, ' +
          "OpenCV's `INTER_LANCZOS4`, as the helper of Real-ESRGAN does after rounding to 8 bits). Default: the scale of the network.",
      }),
    ),
    alpha: Type.Enum(['premultiplied', 'separate', 'resize'], {
      default: 'premultiplied',
      description:
        'How an alpha plane that is not the same everywhere is enlarged. `premultiplied`: by the network as a gray image, and colour multiplied by alpha before and divided after, so that what lies under ' +
        'transparent pixels does not bleed into edges. `separate`: the same, colour as it is (`alpha_upsampler` realesrgan of Real-ESRGAN). `resize`: bilinear, colour as it is (its other `alpha_upsampler`).',
    }),
    ensemble: Type.Boolean({
      default: false,
      description:
        'Restores all eight flips and rotations of the image and gives their mean, turned back (geometric self-ensemble, Lim et al. 2017): eight times the work.',
    }),
    tile_size: tileParams.tile_size,
    tile_pad: tileParams.tile_pad,
  },
  { additionalProperties: false },
)

/** Of an RRDBNet of 64 features: 64 channels in and out at the output's size, 4 bytes each, 2.2 times for the runtime's arena. */
const BYTES_PER_TILE_PIXEL = 2 * 64 * 16 * 4 * 2.2
const LARGEST_USUAL_HALO = 64
const USUAL_SCALE = 4

/** `esrgan/restore`: runs an image-to-image network over an image. */
export const restore = defineNode({
  name: 'esrgan/restore',
  title: 'Restore by an ESRGAN network',
  description:
    'Runs a super-resolution network, such as RRDBNet of ESRGAN and Real-ESRGAN, over the image; the result is larger by the scale of the network, or by `scale`. ' +
    'Colour values are not clipped. A gray image passes as three equal planes and comes back as their luma (BT.601). An alpha plane is restored on its ' +
    'own as a gray image and clipped to 0..1, by default with premultiplied colour; one that is the same everywhere stays as it is. 16-bit images stay 16-bit. ' +
    'A tile that fails or is not finite fails the node; an image that does not fit the memory is refused before the first tile.',
  params,
  inputs: {
    image: { type: 'image', description: 'What to restore.' },
    model: {
      type: 'model',
      default: 'builtin:x4',
      description: 'The network: an ONNX file, a PyTorch checkpoint (.pth, .pt), a .safetensors file, or `builtin:x4`.',
    },
  },
  outputs: {
    image: { type: 'image', description: 'The restored image, with the channels and metadata of the input.' },
  },
  memory: ({ image }, { tiles, tile_size, scale = USUAL_SCALE, ensemble }) => {
    const { width, height, channels } = image!
    const area = width * height
    const tile = tiles === 'whole' ? area : Math.min(area, ((tile_size ?? Infinity) + 2 * LARGEST_USUAL_HALO) ** 2)
    const working = tile * BYTES_PER_TILE_PIXEL
    const restored = 4 * USUAL_SCALE ** 2 * area * channels
    return (
      (tile_size === undefined && tiles !== 'whole' ? Math.min(working, LARGEST_WORKING_SET) : working) +
      restored * (ensemble ? 3 : 1) +
      4 * area * channels +
      (scale === USUAL_SCALE ? 0 : 4 * scale ** 2 * area * channels)
    )
  },
  examples: [
    {
      title: 'A flat image becomes four times as wide and as high and keeps its brightness',
      in: { image: { pattern: 'flat', width: 16, height: 12 } },
      expect: { image: { width: 64, height: 48, mean: 0.5, std: 0, tolerance: 5e-3 } },
    },
    {
      title: 'The same in exact tiles of at most 16 pixels',
      in: { image: { pattern: 'flat', width: 40, height: 24 } },
      with: { tiles: 'exact', tile_size: 16 },
      expect: { image: { width: 160, height: 96, mean: 0.5, std: 0, tolerance: 5e-3 } },
    },
    {
      title: 'Two and a half times as large, by a network that enlarges four times',
      in: { image: { pattern: 'flat', width: 15, height: 12 } },
      with: { scale: 2.5 },
      expect: { image: { width: 37, height: 30, mean: 0.5, std: 0, tolerance: 5e-3 } },
    },
  ],
  async run({ image, model }, settings, context) {
    const network = await context.openModel(model)
    return { image: await restoreImage(network, image, { ...settings, tiles: tileSettings(settings) }, context) }
  },
})
