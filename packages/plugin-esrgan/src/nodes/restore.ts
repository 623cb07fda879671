import { defineNode, type Image, type ModelRunner, type RestoreOptions, type Static, Type } from '@kintsugi/core'

const params = Type.Object(
  {
    tiles: Type.Enum(['auto', 'exact', 'bounded', 'frozen', 'whole'], {
      default: 'auto',
      description:
        'How the image is cut for the network. `exact`: overlapping tiles that give what the whole image would. `bounded`: less overlap, ' +
        'with a small error. `frozen`: what the network sums up of the whole image is worked out once and fed to overlapping tiles. ' +
        '`whole`: one run over the whole image. `auto`: `exact` where the overlap is at most 64 px, else `bounded`; for networks with ' +
        'global operations `whole`, or `frozen` where that would take more than 2.5 GiB.',
    }),
    tile_size: Type.Optional(
      Type.Integer({
        minimum: 16,
        maximum: 16384,
        'x-unit': 'px',
        description:
          'Largest width and height of a tile in the input image, without overlap. Default: chosen from the network; images up to 512 x 512 stay whole.',
      }),
    ),
    tile_pad: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4096,
        'x-unit': 'px',
        description:
          'Overlap of `bounded` and `frozen` tiles on each side. Default: the one stored with the model, else 32.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Of the shipped RRDBNet: 32 channels in and out at the output's size, 4 bytes each, 2.2 times for the runtime's arena. */
const BYTES_PER_TILE_PIXEL = 2 * 32 * 16 * 4 * 2.2
const LARGEST_TILE_AREA = 512 * 512
const LARGEST_USUAL_HALO = 64
const USUAL_SCALE = 4

/** `esrgan/restore`: runs an image-to-image network over an image. */
export const restore = defineNode({
  name: 'esrgan/restore',
  title: 'Restore by an ESRGAN network',
  description:
    'Runs a super-resolution network, such as RRDBNet of ESRGAN and Real-ESRGAN, over the image; the result is larger by the scale of the network. ' +
    'Values are not clipped. A gray image passes as three equal planes and comes back as their mean. Alpha passes the network on its ' +
    'own as a gray image, is clipped to 0..1, and stays as it is where it is the same everywhere; colour is not premultiplied. ' +
    'A tile that fails or is not finite fails the node.',
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
  memory: ({ image }, { tiles, tile_size }) => {
    const area = image!.width * image!.height
    const largest = tile_size === undefined ? LARGEST_TILE_AREA : (tile_size + 2 * LARGEST_USUAL_HALO) ** 2
    const tile = tiles === 'whole' ? area : Math.min(area, largest)
    return tile * BYTES_PER_TILE_PIXEL + 4 * USUAL_SCALE ** 2 * area * (image!.channels + 1)
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
  ],
  async run({ image, model }, settings, context) {
    const network = await context.openModel(model)
    const tiles = tileSettings(settings)
    const alphaIsFlat = image.alpha === null || isFlat(image.alpha)
    const share = alphaIsFlat ? 1 : image.channels / (image.channels + 1)
    const colour = await network.restore(image, { tiles, progress: (done) => context.progress(done * share) })
    if (image.alpha === null) return { image: colour }
    if (alphaIsFlat) {
      const { data } = context.createImage({ width: colour.width, height: colour.height, channels: 1 })
      return { image: { ...colour, alpha: data.fill(image.alpha[0]!) } }
    }
    const alpha = await restoreAlpha(network, image, {
      tiles,
      progress: (done) => context.progress(share + done * (1 - share)),
    })
    return { image: { ...colour, alpha } }
  },
})

function tileSettings({ tiles, tile_size, tile_pad }: Static<typeof params>): NonNullable<RestoreOptions['tiles']> {
  return {
    mode: tiles,
    ...(tile_size !== undefined && { size: tile_size }),
    ...(tile_pad !== undefined && { halo: tile_pad }),
  }
}

/** The alpha plane as the network restores a gray image, clipped to 0..1. */
async function restoreAlpha(network: ModelRunner, image: Image, options: RestoreOptions): Promise<Float32Array> {
  const { width, height, metadata } = image
  const plane: Image = { width, height, channels: 1, data: image.alpha!, alpha: null, metadata }
  const { data } = await network.restore(plane, options)
  for (let i = 0; i < data.length; i++) data[i] = Math.min(1, Math.max(0, data[i]!))
  return data
}

function isFlat(plane: Float32Array): boolean {
  return plane.every((value) => value === plane[0])
}
