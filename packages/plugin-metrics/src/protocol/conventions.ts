import { type ProtocolFacts, Type } from '@kintsugi/core'
import { type PresetName, type PsnrConventions, presetNames, presets, type SsimConventions } from './presets.js'

/** Parameters of `metrics/psnr`: a preset, and what differs from it. */
export const psnrParams = {
  preset: Type.Enum([...presetNames], {
    default: 'basicsr',
    description: `Whose conventions: ${presetNames.map((name) => `\`${name}\`: ${presets[name].title}`).join('. ')}.`,
  }),
  border: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1024,
      'x-unit': 'px',
      description:
        'Pixels cut off on each side before comparing; super-resolution papers cut off the scale. Default: that of the preset.',
    }),
  ),
  color_space: Type.Optional(
    Type.Enum(['rgb', 'y'], {
      description:
        '`rgb`: all colour channels. `y`: luma alone. Gray images are compared as they are. Default: that of the preset.',
    }),
  ),
  luma: Type.Optional(
    Type.Enum(['studio', 'studio-rounded', 'full', 'full-rounded'], {
      description:
        'BT.601 luma for `y`: `studio`, 16..235, or `full`, 0..255; `rounded` to whole levels or not. Default: that of the preset.',
    }),
  ),
  quantize: Type.Optional(
    Type.Boolean({
      description:
        'Clip both images to 0..1 and round them to 8 bits (halves to even) first, as if they had been saved. Default: that of the preset, true in all.',
    }),
  ),
  epsilon: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 0.001,
      description:
        'Added to the mean squared error where white is 1, so that identical images give a number: 1e-8 gives 80 dB. Default: that of the preset.',
    }),
  ),
}

/** Parameters of `metrics/ssim`: a preset, and what differs from it. */
export const ssimParams = {
  preset: psnrParams.preset,
  border: psnrParams.border,
  color_space: psnrParams.color_space,
  luma: psnrParams.luma,
  quantize: psnrParams.quantize,
  window: Type.Optional(
    Type.Enum(['gaussian', 'uniform'], {
      description:
        '`gaussian`: 11 x 11 px, sigma 1.5. `uniform`: 7 x 7 px, equal weights. Default: that of the preset.',
    }),
  ),
  covariance: Type.Optional(
    Type.Enum(['population', 'sample'], {
      description:
        'Variances in a window: `population`, or `sample`, which is n / (n - 1) of it. Default: that of the preset.',
    }),
  ),
  downsample: Type.Optional(
    Type.Boolean({
      description:
        'Average and thin out both images by round(min(width, height) / 256) first, where that exceeds 1, as the original program does. Default: that of the preset.',
    }),
  ),
  clamp: Type.Optional(
    Type.Boolean({
      description: 'Count windows of negative contrast-structure as 0. Default: that of the preset.',
    }),
  ),
}

type Settings<C> = { readonly preset?: PresetName } & { readonly [K in keyof C]?: C[K] | undefined }

/** The conventions that parameters of `metrics/psnr` stand for. */
export function psnrConventions({ preset, ...own }: Settings<PsnrConventions>): PsnrConventions {
  return settled(presets[preset ?? 'basicsr'].psnr, own)
}

/** The conventions that parameters of `metrics/ssim` stand for. */
export function ssimConventions({ preset, ...own }: Settings<SsimConventions>): SsimConventions {
  return settled(presets[preset ?? 'basicsr'].ssim, own)
}

function settled<C extends object>(conventions: C, own: { readonly [K in keyof C]?: C[K] | undefined }): C {
  const given = Object.entries(own).filter(([name, value]) => name in conventions && value !== undefined)
  return { ...conventions, ...Object.fromEntries(given) }
}

/** Conventions as facts of a protocol: luma only where luma is compared. */
export function factsOf(conventions: PsnrConventions | SsimConventions): ProtocolFacts {
  const { luma, ...rest } = conventions
  return rest.color_space === 'y' ? { ...rest, luma } : { ...rest }
}
