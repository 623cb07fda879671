import {
  defineNode,
  type Image,
  type ModelRunner,
  type NodeContext,
  type Static,
  Type,
  tileParams,
  tileSettings,
} from '@kintsugi/core'
import { premultiplied, unpremultiply } from '../image/opacity.js'
import { addTurnedBack, orientations, oriented } from '../image/orientations.js'
import { resamplePlane } from '../image/resample.js'

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
/** What a tile takes at most unless its size is set. */
const LARGEST_WORKING_SET = 768 * 2 ** 20
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
    const job = new Restoration(network, image, settings, context)
    return { image: job.resized(await job.run()) }
  },
})

/** The passes over one image. */
class Restoration {
  private readonly alphaIsFlat: boolean
  private done = 0
  private readonly planes: number

  constructor(
    private readonly network: ModelRunner,
    private readonly image: Image,
    private readonly settings: Static<typeof params>,
    private readonly context: NodeContext,
  ) {
    this.alphaIsFlat = image.alpha === null || isFlat(image.alpha)
    this.planes = image.channels + (this.restoresAlpha ? 1 : 0)
  }

  /** The image at the network's scale; colour premultiplied if `multiplies`. */
  async run(): Promise<Image> {
    const { image, context } = this
    const held = 4 * (this.restoresAlpha || !this.alphaIsFlat ? this.outputPlane : 0)
    if (this.multiplies) {
      const input = premultiplied(image, context)
      const colour = await this.restore(input, held + input.data.byteLength)
      const alpha = await this.restoreAlpha(colour)
      return { ...colour, alpha }
    }
    const colour = await this.restore(image, held)
    if (image.alpha === null) return colour
    if (this.restoresAlpha) return { ...colour, alpha: await this.restoreAlpha(colour) }
    const { data } = context.createImage({ width: colour.width, height: colour.height, channels: 1 })
    if (this.alphaIsFlat) data.fill(image.alpha[0]!)
    else resamplePlane(image.alpha, image, colour, 'bilinear', data)
    return { ...colour, alpha: data }
  }

  /** The result at the scale that is asked for, colour no longer premultiplied. */
  resized(restored: Image): Image {
    const { scale = this.network.facts.scale } = this.settings
    const width = Math.max(1, Math.floor(this.image.width * scale))
    const height = Math.max(1, Math.floor(this.image.height * scale))
    let result = restored
    if (scale !== this.network.facts.scale) {
      const { channels, metadata, alpha } = restored
      result = this.context.createImage({ width, height, channels, alpha: alpha !== null, metadata })
      const [before, after] = [restored.width * restored.height, width * height]
      for (let c = 0; c < channels; c++) {
        this.context.throwIfCancelled()
        const target = result.data.subarray(c * after, (c + 1) * after)
        resamplePlane(restored.data.subarray(c * before, (c + 1) * before), restored, result, 'lanczos4', target)
      }
      if (alpha !== null && result.alpha !== null) {
        resamplePlane(alpha, restored, result, 'lanczos4', result.alpha)
        clip(result.alpha)
      }
    }
    if (this.multiplies && result.alpha !== null) unpremultiply(result.data, result.alpha)
    return result
  }

  private get restoresAlpha(): boolean {
    return !this.alphaIsFlat && this.settings.alpha !== 'resize'
  }

  private get multiplies(): boolean {
    return this.restoresAlpha && this.settings.alpha === 'premultiplied'
  }

  /** Samples of a plane of the network's output. */
  private get outputPlane(): number {
    return this.image.width * this.image.height * this.network.facts.scale ** 2
  }

  /** The alpha plane as the network restores a gray image, clipped to 0..1. */
  private async restoreAlpha(colour: Image): Promise<Float32Array> {
    const { width, height, metadata } = this.image
    const plane: Image = { width, height, channels: 1, data: this.image.alpha!, alpha: null, metadata }
    const { data } = await this.restore(plane, colour.data.byteLength + 4 * this.image.data.length)
    clip(data)
    return data
  }

  private async restore(image: Image, besides: number): Promise<Image> {
    const { ensemble } = this.settings
    if (!ensemble) return this.pass(image, besides, 1)
    const sum = await this.pass(image, besides + 2 * 4 * this.outputPlane * image.channels, 1 / orientations.length)
    for (let i = 0; i < sum.data.length; i++) sum.data[i] = sum.data[i]! / orientations.length
    for (const orientation of orientations.slice(1)) {
      const turned = oriented(image, orientation, this.context)
      const restored = await this.pass(turned, besides + sum.data.byteLength, 1 / orientations.length)
      addTurnedBack(restored, orientation, 1 / orientations.length, sum)
    }
    return sum
  }

  /** One run of the network over an image; `share` of the work on its planes. */
  private async pass(image: Image, besides: number, share: number): Promise<Image> {
    const weight = (image.channels / this.planes) * share
    const progress = (part: number) => this.context.progress(Math.min(1, this.done + part * weight))
    const restored = await this.network.restore(image, { tiles: tileSettings(this.settings), besides, progress })
    this.done += weight
    return restored
  }
}

function clip(plane: Float32Array): void {
  for (let i = 0; i < plane.length; i++) plane[i] = Math.min(1, Math.max(0, plane[i]!))
}

function isFlat(plane: Float32Array): boolean {
  return plane.every((value) => value === plane[0])
}
