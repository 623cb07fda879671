import assert from 'node:assert/strict'
import { createImage, type Image, KintsugiError } from '@kintsugi/core'
import { ciede2000, fsim, gmsd, mae, mse, msSsim, psnr, rmse, ssim, vif, weightedPsnr } from '../src/index.js'
import { imageOf, scoreOf } from './context.js'
import { goldenImage, goldenValues } from './golden.js'
import { levels, type Pattern, pattern } from './patterns.js'

const pairs = {
  P1: ['A', 'B', 64, 64],
  P2: ['S', 'T', 96, 128],
  P3: ['S', 'T', 256, 320],
  P4: ['A', 'B', 48, 80],
  P5: ['S', 'T', 192, 192],
  P6: ['N', 'M', 288, 384],
  large: ['N', 'M', 480, 576],
} as const satisfies Record<string, readonly [Pattern, Pattern, number, number]>

const imagesOf = (pair: keyof typeof pairs) => {
  const [reference, image, height, width] = pairs[pair]
  return { image: pattern(image, height, width), reference: pattern(reference, height, width) }
}

const nodes = { psnr, ssim, mse, rmse, mae, msSsim, gmsd, fsim, vif, ciede2000, weightedPsnr }

/** What the reference implementations give, `metric | parameters | tolerance`, by pair. */
const answers: readonly [
  metric: keyof typeof nodes,
  source: string,
  params: Readonly<Record<string, unknown>>,
  tolerance: number,
  values: Readonly<Partial<Record<keyof typeof pairs, number>>>,
][] = [
  ['mse', 'numpy', {}, 1e-9, { P1: 43.0465494792, P2: 79.9618326823, P3: 79.8290364583, P6: 6.5236997251 }],
  ['rmse', 'numpy', {}, 1e-9, { P1: 6.5609869287, P2: 8.9421380375, P4: 6.565297023, P6: 2.5541534263 }],
  ['mae', 'numpy', {}, 1e-9, { P1: 5.6510416667, P2: 7.7404785156, P4: 5.6565972222, P6: 2.0707736545 }],
  ['psnr', 'BasicSR, RGB', {}, 1e-9, { P6: 39.9858639788 }],
  ['psnr', 'BasicSR, Y', { color_space: 'y' }, 1e-9, { P6: 41.366394984 }],
  [
    'psnr',
    'KAIR, rounded Y',
    { color_space: 'y_rounded' },
    1e-9,
    { P1: 38.933614581, P2: 33.2323078349, P3: 33.2507648499, P4: 38.9180041399, P6: 41.2215543299 },
  ],
  [
    'psnr',
    'KAIR, rounded Y, border 4',
    { color_space: 'y_rounded', border: 4 },
    1e-9,
    { P1: 38.9398224677, P2: 33.2320707063, P3: 33.2482219059, P4: 38.9269611869 },
  ],
  ['psnr', 'pyiqa', { epsilon: 1e-8 }, 1e-9, { P1: 31.7913545552, P2: 29.1019408984, P6: 39.9854311172 }],
  [
    'psnr',
    'pyiqa psnry',
    { epsilon: 1e-8, color_space: 'yiq' },
    1e-6,
    { P1: 37.6990761415, P2: 31.9321198356, P3: 31.9523610551 },
  ],
  [
    'ssim',
    'BasicSR on rounded Y',
    { color_space: 'y_rounded' },
    1e-9,
    { P1: 0.9922738871, P2: 0.8206321257, P3: 0.8677146392, P4: 0.9921718817 },
  ],
  [
    'ssim',
    'pyiqa',
    { color_space: 'yiq_rounded', clamp_contrast: true },
    1e-6,
    { P1: 0.9918439626, P2: 0.7992867537, P3: 0.8571842335, P6: 0.9415265199 },
  ],
  [
    'ssim',
    'pyiqa ssimc',
    { clamp_contrast: true },
    1e-6,
    { P1: 0.9752786032, P2: 0.6953519677, P3: 0.7675428631, P6: 0.9416701872 },
  ],
  [
    'ssim',
    'scikit-image',
    { window: 'uniform', covariance: 'sample' },
    1e-9,
    { P1: 0.9854408997, P2: 0.7471145779, P3: 0.7931203277, P4: 0.9854184385, P6: 0.9503057917 },
  ],
  ['ssim', 'scikit-image, Gaussian', { covariance: 'sample' }, 1e-9, { P1: 0.9752690926, P2: 0.6947000445 }],
  ['ssim', 'BasicSR', {}, 1e-9, { large: 0.9417256896 }],
  ['ssim', 'piq', { downsample: 'piq' }, 1e-6, { large: 0.9929119208 }],
  ['msSsim', 'pyiqa', { color_space: 'yiq_rounded' }, 1e-7, { P3: 0.9826577029, P5: 0.9842961501, P6: 0.9949942719 }],
  ['msSsim', 'pyiqa, RGB', {}, 1e-7, { P3: 0.9699010861, P5: 0.9718200516, P6: 0.9950207399 }],
  [
    'gmsd',
    'pyiqa',
    {},
    1e-8,
    { P1: 0.00078208078, P2: 0.00668342808, P3: 0.02966966248, P5: 0.0270687506, P6: 0.00344721815 },
  ],
  ['fsim', 'pyiqa, FSIMc', {}, 1e-6, { P1: 0.9917794904, P2: 0.9542787692, P3: 0.9417362731, P5: 0.9336562863 }],
  ['fsim', 'pyiqa, FSIM', { chromatic: false }, 1e-6, { P1: 0.995220865, P2: 0.957090017 }],
  [
    'vif',
    'piq vif_p',
    { domain: 'pixel', color_space: 'yiq' },
    1e-7,
    { P1: 0.7809103632, P2: 0.4735094083, P3: 0.4869383026, P5: 0.4853479122, P6: 0.6933600589 },
  ],
  [
    'vif',
    'pyiqa (float32)',
    {},
    1e-4,
    { P1: 0.9188094735, P2: 0.8427609205, P3: 0.7678129077, P5: 0.7775543332, P6: 0.7974523306 },
  ],
  ['ciede2000', 'scikit-image', {}, 1e-8, { P1: 5.5488293807, P2: 4.0950380974, P3: 4.1001879792, P6: 0.8560039888 }],
  [
    'weightedPsnr',
    'its formula on float32 YCbCr',
    {},
    1e-6,
    { P1: 38.3603301789, P2: 33.5180843444, P6: 46.3206995604 },
  ],
  [
    'weightedPsnr',
    'its formula on float32 YCbCr (errors)',
    { weighting: 'component_error' },
    1e-6,
    { P1: 38.1643296529, P2: 33.4949811583, P6: 42.6006906575 },
  ],
  [
    'weightedPsnr',
    'its formula on float32 Y (visibility)',
    { weighting: 'visibility' },
    2e-6,
    { P1: 59.8236936469, P2: 41.1233985092, P6: 51.2091979778 },
  ],
  [
    'weightedPsnr',
    'its formula on float32 Y (squared visibility)',
    { weighting: 'visibility_squared' },
    2e-6,
    { P2: 45.3046175556 },
  ],
]

const close = (found: number, expected: number, tolerance: number, of = '') =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${of}: ${found} instead of ${expected}`)
const code = (expected: string) => (error: unknown) => error instanceof KintsugiError && error.code === expected

describe('full-reference metrics', () => {
  for (const [metric, source, params, tolerance, values] of answers) {
    it(`${nodes[metric].name} equals ${source} to ${tolerance}`, () => {
      for (const [pair, expected] of Object.entries(values)) {
        close(scoreOf(nodes[metric], imagesOf(pair as keyof typeof pairs), params), expected, tolerance, pair)
      }
    })
  }

  it('equal the stored values of KAIR, scikit-image and pyiqa', async function () {
    const table: readonly [string, keyof typeof nodes, Readonly<Record<string, unknown>>, number][] = [
      ['mse.rgb', 'mse', {}, 1e-9],
      ['mae.rgb', 'mae', {}, 1e-9],
      ['kair.psnr.y8_border0', 'psnr', { color_space: 'y_rounded' }, 1e-9],
      ['kair.psnr.y8_border4', 'psnr', { color_space: 'y_rounded', border: 4 }, 1e-9],
      ['kair.ssim.y8_border0', 'ssim', { color_space: 'y_rounded' }, 1e-9],
      ['kair.ssim.y8_border4', 'ssim', { color_space: 'y_rounded', border: 4 }, 1e-9],
      ['skimage.ssim.rgb_default', 'ssim', { window: 'uniform', covariance: 'sample' }, 1e-9],
      ['skimage.ssim.rgb_gaussian', 'ssim', {}, 1e-9],
      // pyiqa computed these from float32 luma, where some halves round the other way.
      ['pyiqa.psnr', 'psnr', { epsilon: 1e-8 }, 1e-5],
      ['pyiqa.psnry_yiq', 'psnr', { epsilon: 1e-8, color_space: 'yiq' }, 1e-4],
      ['pyiqa.psnry_ycbcr', 'psnr', { epsilon: 1e-8, color_space: 'y' }, 1e-4],
      ['pyiqa.ssim_y_yiq', 'ssim', { color_space: 'yiq_rounded', clamp_contrast: true }, 5e-5],
      ['pyiqa.ssim_y_ycbcr', 'ssim', { color_space: 'y_rounded', clamp_contrast: true }, 2e-6],
      ['pyiqa.ssimc', 'ssim', { clamp_contrast: true }, 2e-6],
      ['pyiqa.ms_ssim', 'msSsim', { color_space: 'yiq_rounded' }, 1e-5],
      ['pyiqa.ms_ssim_ycbcr', 'msSsim', { color_space: 'y_rounded' }, 2e-6],
      ['pyiqa.gmsd', 'gmsd', {}, 2e-5],
      ['pyiqa.fsim', 'fsim', {}, 5e-6],
      ['pyiqa.vif', 'vif', {}, 1e-4],
    ]
    for (const { reference, distorted, values } of goldenValues(this).pairs) {
      const inputs = { image: await goldenImage(distorted), reference: await goldenImage(reference) }
      for (const [key, metric, params, tolerance] of table) {
        if (values[key] === undefined) continue
        const expected = Number(values[key])
        const found = scoreOf(nodes[metric], inputs, params)
        if (expected === Number.POSITIVE_INFINITY) assert.equal(found, expected)
        else close(found, expected, tolerance, `${key} of ${distorted}`)
      }
    }
  })

  it('give their best score, never NaN, for identical images, gray and flat ones included', () => {
    const gray = imageOf({ width: 170, height: 164, channels: 1 }, levels.S)
    const flat = imageOf({ width: 161, height: 161, channels: 3 }, () => 0)
    const best: Partial<Record<keyof typeof nodes, number>> = {
      mse: 0,
      rmse: 0,
      mae: 0,
      msSsim: 1,
      gmsd: 0,
      fsim: 1,
      ciede2000: 0,
    }
    for (const image of [gray, flat, pattern('S', 192, 192)]) {
      for (const [metric, score] of Object.entries(best)) {
        close(scoreOf(nodes[metric as keyof typeof nodes], { image, reference: image }), score, 1e-6, metric)
      }
    }
  })

  it('refuse images that differ in size, have alpha or are too small', () => {
    const least: Partial<Record<keyof typeof nodes, number>> = {
      mse: 1,
      rmse: 1,
      mae: 1,
      msSsim: 161,
      gmsd: 8,
      fsim: 16,
      vif: 64,
      ciede2000: 1,
      weightedPsnr: 1,
    }
    for (const [name, side] of Object.entries(least)) {
      const metric = nodes[name as keyof typeof nodes]
      const make = (width: number, more: { alpha?: boolean } = {}): Image =>
        createImage({ width, height: side, channels: 3, ...more })
      const run = (image: Image, reference: Image) => () => scoreOf(metric, { image, reference })
      assert.throws(run(make(side), make(side + 1)), code('E_IMAGE_SIZE'))
      assert.throws(run(make(side, { alpha: true }), make(side)), code('E_IMAGE_ALPHA'))
      if (side > 1) assert.throws(run(make(side - 1), make(side - 1)), code('E_IMAGE_SIZE'))
    }
  })
})
