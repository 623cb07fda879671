import type { ColorSpace } from '../pair/planes.js'
import type { Downsampling } from '../pair/pool.js'
import type { SsimOptions } from '../pair/ssim.js'

/** Conventions of PSNR: everything that can make two PSNRs of one pair differ. */
export interface PsnrConventions {
  /** Pixels cut off on each side. */
  readonly border: number
  readonly color_space: ColorSpace
  /** Clip to 0..1 and round to 8 bits first. */
  readonly quantize: boolean
  /** Added to the mean squared error where white is 1; 1e-8 caps PSNR at 80 dB. */
  readonly epsilon: number
}

/** Conventions of SSIM. */
export interface SsimConventions extends SsimOptions {
  readonly border: number
  readonly color_space: ColorSpace
  readonly quantize: boolean
  readonly downsample: Downsampling
}

/** Names of the presets. */
export const presetNames = ['basicsr', 'tgsr', 'dasr', 'matlab', 'skimage', 'pyiqa'] as const
export type PresetName = (typeof presetNames)[number]

/** What a program does when nothing is set, or a paper's scripts as they were published. */
export interface Preset {
  readonly title: string
  readonly psnr: PsnrConventions
  readonly ssim: SsimConventions
}

const basicsr: Preset = {
  title: 'BasicSR 8d56e3a, calculate_psnr and calculate_ssim: RGB, no border',
  psnr: { border: 0, color_space: 'rgb', quantize: true, epsilon: 0 },
  ssim: {
    border: 0,
    color_space: 'rgb',
    quantize: true,
    window: 'gaussian',
    covariance: 'population',
    downsample: 'none',
    clamp_contrast: false,
  },
}

/** The functions of BasicSR with the settings of x4 super-resolution papers. */
function superResolution(title: string): Preset {
  const settings = { border: 4, color_space: 'y' } as const
  return { title, psnr: { ...basicsr.psnr, ...settings }, ssim: { ...basicsr.ssim, ...settings } }
}

/** Conventions by preset. They do not change: a changed one would get a new name. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  basicsr,
  tgsr: superResolution('XPixelGroup/TGSR 39630ae, test options: BasicSR on unrounded luma, 4 px cut off'),
  dasr: superResolution('csjliang/DASR b2269e4, scripts: BasicSR on unrounded luma, 4 px cut off'),
  matlab: {
    title:
      'MATLAB rgb2ycbcr on uint8 (rounded luma), psnr, and ssim_index with its downsampling; add the border of the paper',
    psnr: { ...basicsr.psnr, color_space: 'y_rounded' },
    ssim: { ...basicsr.ssim, color_space: 'y_rounded', downsample: 'ssim_index' },
  },
  skimage: {
    title: 'scikit-image 0.19.3, peak_signal_noise_ratio and structural_similarity with their defaults on 8-bit RGB',
    psnr: basicsr.psnr,
    ssim: { ...basicsr.ssim, window: 'uniform', covariance: 'sample' },
  },
  pyiqa: {
    title:
      'chaofengc/IQA-PyTorch 01ae427, psnr (RGB, capped at 80 dB) and ssim (rounded full-range luma, no negative structure)',
    psnr: { ...basicsr.psnr, epsilon: 1e-8 },
    ssim: { ...basicsr.ssim, color_space: 'yiq_rounded', clamp_contrast: true },
  },
}
