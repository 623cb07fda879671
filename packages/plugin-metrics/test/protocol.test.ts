import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { type PresetName, presets, psnr, psnrMetric, ssim, ssimMetric } from '../src/index.js'
import { imageOf, testContext } from './context.js'
import { levels } from './patterns.js'

const rgb = (name: keyof typeof levels, height: number, width: number) =>
  imageOf({ width, height, channels: 3 }, levels[name])
const pairs: Readonly<Record<string, readonly [Image, Image]>> = {
  P1: [rgb('B', 64, 64), rgb('A', 64, 64)],
  P2: [rgb('T', 96, 128), rgb('S', 96, 128)],
  P3: [rgb('T', 256, 320), rgb('S', 256, 320)],
}
type Params = Partial<Parameters<typeof psnr.run>[1] & Parameters<typeof ssim.run>[1]>
const score = (node: typeof psnr | typeof ssim, pair: string, params: Params) => {
  const [image, reference] = pairs[pair]!
  return (node.run({ image, reference }, { preset: 'basicsr', ...params } as never, testContext) as { score: number })
    .score
}

// basicsr: BasicSR 8d56e3a. matlab: the same with luma rounded as rgb2ycbcr of uint8 does. skimage: 0.19.3. pyiqa: 01ae427.
// Pairs below 384 px are not downsampled.
const answers: readonly [PresetName, Params, Readonly<Record<string, readonly [psnr?: number, ssim?: number]>>][] = [
  ['basicsr', {}, { P1: [31.7914201581, 0.9752785987], P3: [29.1091947353, 0.7675426947] }],
  ['tgsr', {}, { P1: [39.0189466657, 0.9924969194], P3: [33.2716069068, 0.8686755207] }],
  ['dasr', {}, { P2: [33.2542054006, 0.819837872] }],
  [
    'matlab',
    {},
    { P1: [38.933614581, 0.9922738871], P2: [33.2323078349, 0.8206321257], P3: [33.2507648499, 0.8677146392] },
  ],
  ['matlab', { border: 4 }, { P1: [38.9398224677], P2: [33.2320707063] }],
  [
    'skimage',
    {},
    { P1: [31.7914201581, 0.9854408997], P2: [29.1019762151, 0.7471145779], P3: [29.1091947353, 0.7931203277] },
  ],
  [
    'pyiqa',
    {},
    { P1: [31.7913545552, 0.9918439626], P2: [29.1019408984, 0.7992867537], P3: [undefined, 0.8571842335] },
  ],
  ['pyiqa', { color_space: 'yiq' }, { P1: [37.6990761415], P2: [31.9321198356], P3: [31.9523610551] }],
  ['pyiqa', { color_space: 'rgb' }, { P1: [undefined, 0.9752786032], P2: [undefined, 0.6953519677] }],
]

describe('presets', () => {
  for (const [preset, params, expected] of answers) {
    it(`${preset} ${JSON.stringify(params)} equals its program to 1e-6`, () => {
      for (const [pair, [inDecibel, similarity]] of Object.entries(expected)) {
        for (const [node, wanted] of [
          [psnr, inDecibel],
          [ssim, similarity],
        ] as const) {
          if (wanted === undefined) continue
          const found = score(node, pair, { preset, ...params })
          assert.ok(Math.abs(found - wanted) < 1e-6, `${node.name} of ${pair}: ${found} instead of ${wanted}`)
        }
      }
    })
  }

  it('pyiqa caps the PSNR of identical images at 80 dB', () => {
    const image = pairs.P1![0]
    const params = { preset: 'pyiqa' } as const
    const { score: found } = psnr.run({ image, reference: image }, params, testContext) as { score: number }
    assert.ok(Math.abs(found - 80) < 1e-9)
  })

  it('downsampling averages 2 x 2 where the shorter side is 384 px or more, and leaves smaller images alone', () => {
    const run = (image: Image, reference: Image, downsample: 'none' | 'ssim_index' | 'piq') => {
      const params = { preset: 'basicsr', quantize: false, downsample } as const
      return (ssim.run({ image, reference }, params, testContext) as { score: number }).score
    }
    const gray = (name: 'S' | 'T', width: number, height: number) =>
      imageOf({ width, height, channels: 1 }, levels[name])
    const halved = (of: Image) =>
      imageOf({ width: of.width / 2, height: of.height / 2, channels: 1 }, (_c, y, x) => {
        const at = 2 * y * of.width + 2 * x
        return (255 * (of.data[at]! + of.data[at + 1]! + of.data[at + of.width]! + of.data[at + of.width + 1]!)) / 4
      })
    const [small, large] = [
      [gray('T', 500, 382), gray('S', 500, 382)],
      [gray('T', 500, 384), gray('S', 500, 384)],
    ] as const
    for (const how of ['ssim_index', 'piq'] as const) {
      assert.equal(run(...small, how), run(...small, 'none'))
      assert.ok(Math.abs(run(...large, how) - run(halved(large[0]), halved(large[1]), 'none')) < 1e-6)
      assert.ok(Math.abs(run(...large, how) - run(...large, 'none')) > 1e-3)
    }
    const odd = [gray('T', 501, 385), gray('S', 501, 385)] as const
    assert.notEqual(run(...odd, 'ssim_index'), run(...odd, 'piq'), 'piq drops what fills no square')
  })

  it('what is set wins over the preset, and the protocol tells what was used', () => {
    assert.deepEqual(psnrMetric.protocol({ preset: 'tgsr', border: 2 } as never, []), {
      border: 2,
      color_space: 'y',
      quantize: true,
      epsilon: 0,
    })
    const similarity = (preset: PresetName) => ssimMetric.protocol({ preset } as never, [])
    assert.deepEqual(similarity('tgsr'), similarity('dasr'))
    assert.equal(similarity('skimage').window, presets.skimage.ssim.window)
  })
})
