import type { Image, ModelRunner, NodeContext, RestoreOptions } from '@kintsugi/core'
import { premultiplied, unpremultiply } from './image/opacity.js'
import { addTurnedBack, orientations, oriented } from './image/orientations.js'
import { resamplePlane } from './image/resample.js'

/** How an image is restored; see the parameters of `esrgan/restore`. */
export interface RestoreImageSettings {
  /** How an alpha plane that is not the same everywhere is enlarged. Default: `premultiplied`. */
  readonly alpha?: 'premultiplied' | 'separate' | 'resize'
  /** Output size divided by input size, above 0. Default: the scale of the network. */
  readonly scale?: number | undefined
  /** Mean over all eight flips and rotations. Default: no. */
  readonly ensemble?: boolean
  readonly tiles?: RestoreOptions['tiles']
}

/**
 * Runs an image-to-image network over an image as `esrgan/restore` does: colour in its own range, an alpha plane that varies restored on its own
 * as a gray image and clipped to 0..1, by default with premultiplied colour, one that is the same everywhere kept. Gives an image of the
 * channels and metadata of the input. Throws what `network.restore` throws.
 */
export async function restoreImage(
  network: ModelRunner,
  image: Image,
  settings: RestoreImageSettings,
  context: NodeContext,
): Promise<Image> {
  const job = new Restoration(network, image, settings, context)
  return job.resized(await job.run())
}

/** The passes over one image. */
class Restoration {
  private readonly alphaIsFlat: boolean
  private done = 0
  private readonly planes: number

  constructor(
    private readonly network: ModelRunner,
    private readonly image: Image,
    private readonly settings: RestoreImageSettings,
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
    return this.restoresAlpha && (this.settings.alpha ?? 'premultiplied') === 'premultiplied'
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
    const { ensemble = false } = this.settings
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
    const restored = await this.network.restore(image, {
      ...(this.settings.tiles && { tiles: this.settings.tiles }),
      besides,
      progress,
    })
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
