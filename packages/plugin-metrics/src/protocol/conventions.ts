import { Type } from '@kintsugi/core'
import { colorSpaceMeanings } from '../pair/pair.js'
import { colorSpaces } from '../pair/planes.js'
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
    Type.Enum([...colorSpaces], { description: `${colorSpaceMeanings(colorSpaces)} Default: that of the preset.` }),
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
    Type.Enum(['none', 'ssim_index', 'piq'], {
      description:
        'Make both images smaller first, by f = round(min(width, height) / 256) where that exceeds 1: `ssim_index` as the original program, means of f x f px around every f-th pixel, mirrored at the edge; `piq`: means of squares side by side, the rest dropped. Default: that of the preset.',
    }),
  ),
  clamp_contrast: Type.Optional(
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
