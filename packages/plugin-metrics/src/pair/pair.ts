import { type Image, KintsugiError, Type } from '@kintsugi/core'
import { type ColorSpace, colorSpaces, type PlaneOptions, type Planes, planesOf } from './planes.js'

const meanings: Readonly<Record<ColorSpace, string>> = {
  rgb: '`rgb`: all colour channels.',
  y: '`y`: luma of YCbCr (BT.601 studio range, not rounded), as BasicSR `test_y_channel`.',
  y_rounded: '`y_rounded`: the same rounded to whole levels, as MATLAB and KAIR.',
  yiq: '`yiq`: 0.299 R + 0.587 G + 0.114 B, full range, not rounded, as pyiqa, piq and DASR.',
  yiq_rounded: '`yiq_rounded`: that rounded to whole levels, as pyiqa except for PSNR.',
}

/** What the values of `color_space` mean. */
export function colorSpaceMeanings(spaces: readonly ColorSpace[]): string {
  return `${spaces.map((space) => meanings[space]).join(' ')} Gray images are compared as they are.`
}

/** The parameter `color_space` with some of its values; the first is the default. */
export function colorSpaceParam<const S extends ColorSpace>(spaces: readonly [S, ...S[]]) {
  return Type.Enum([...spaces], { default: spaces[0], description: colorSpaceMeanings(spaces) })
}

/** Parameters of metrics that compare an image with its reference, whatever their colour space. */
export const protocolParams = {
  border: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 1024,
    'x-unit': 'px',
    description: 'Pixels cut off on each side before comparing; super-resolution papers cut off the scale.',
  }),
  quantize: Type.Boolean({
    default: true,
    description: 'Clip both images to 0..1 and round them to 8 bits (halves to even) first, as if they had been saved.',
  }),
}

/** Parameters of metrics that compare an image with its reference channel by channel, or by luma. */
export const pairParams = {
  border: protocolParams.border,
  color_space: colorSpaceParam(colorSpaces as unknown as readonly ['rgb', ...ColorSpace[]]),
  quantize: protocolParams.quantize,
}

/** Parameters of metrics that compare luma. */
export const lumaParams = (first: Exclude<ColorSpace, 'rgb'>) => ({
  border: protocolParams.border,
  color_space: colorSpaceParam<Exclude<ColorSpace, 'rgb'>>([
    first,
    ...(['y', 'y_rounded', 'yiq', 'yiq_rounded'] as const).filter((space) => space !== first),
  ]),
  quantize: protocolParams.quantize,
})

/** Input ports of metrics that compare an image with its reference. */
export const pairInputs = {
  image: { type: 'image', description: 'The image to score. No alpha.' },
  reference: { type: 'image', description: 'What it should be: same size, same number of channels, no alpha.' },
} as const

/**
 * Checks that two images can be compared. Throws `E_IMAGE_ALPHA`, `E_IMAGE_SIZE` (sizes differ, or less than `minSize` pixels
 * are left inside the border) or `E_METRIC_CHANNELS`.
 */
export function checkPair(metric: string, image: Image, reference: Image, border: number, minSize: number): void {
  const size = (of: Image) => `${of.width}x${of.height}`
  for (const [port, of] of [
    ['image', image],
    ['reference', reference],
  ] as const) {
    if (of.alpha === null) continue
    throw new KintsugiError('E_IMAGE_ALPHA', {
      message: `${metric} cannot compare images with alpha: \`${port}\` has an alpha plane`,
      expected: 'two opaque images',
      found: `a ${size(of)} image with alpha`,
      fix: 'remove the alpha plane of both images with core/convert',
    })
  }
  if (image.width !== reference.width || image.height !== reference.height) {
    throw new KintsugiError('E_IMAGE_SIZE', {
      message: `${metric} needs two images of the same size`,
      expected: `${size(reference)} px, the size of \`reference\``,
      found: `${size(image)} px`,
      fix: 'crop the original to a multiple of the scale with core/mod-crop before degrading it, and compare with the cropped one',
    })
  }
  if (image.channels !== reference.channels) {
    throw new KintsugiError('E_METRIC_CHANNELS', {
      message: `${metric} cannot compare a gray image with a colour image`,
      expected: `${reference.channels} channel${reference.channels === 1 ? '' : 's'}, as \`reference\` has`,
      found: `${image.channels}`,
      fix: 'make both gray or both colour with core/convert',
    })
  }
  if (Math.min(image.width, image.height) - 2 * border < minSize) {
    throw new KintsugiError('E_IMAGE_SIZE', {
      message: `${metric} has too few pixels left inside the border`,
      expected: `at least ${minSize}x${minSize} px after cutting off ${border} px on each side`,
      found: `${size(image)} px`,
      fix: 'use larger images or a smaller `border`',
    })
  }
}

/** Both images as planes ready to compare. Throws as `checkPair`. */
export function comparablePlanes(
  metric: string,
  image: Image,
  reference: Image,
  options: PlaneOptions,
  minSize: number,
): [Planes, Planes] {
  checkPair(metric, image, reference, options.border, minSize)
  return [planesOf(image, options), planesOf(reference, options)]
}
