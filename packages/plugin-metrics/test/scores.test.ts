import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createImage, type Image, KintsugiError } from '@kintsugi/core'
import sharp from 'sharp'
import { psnr, ssim } from '../src/index.js'
import { imageOf, levels, testContext } from './context.js'

type Params = Parameters<typeof psnr.run>[1]
const score = (metric: typeof psnr | typeof ssim, image: Image, reference: Image, params: Partial<Params> = {}) => {
  const all = { preset: 'basicsr', border: 0, color_space: 'rgb', quantize: true, ...params } as Params
  return (metric.run({ image, reference }, all, testContext) as { score: number }).score
}
const rgb = (name: keyof typeof levels, height: number, width: number) =>
  imageOf({ width, height, channels: 3 }, levels[name])
const close = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} instead of ${expected}`)
const code = (expected: string) => (error: unknown) => error instanceof KintsugiError && error.code === expected

/** calculate_psnr and calculate_ssim of BasicSR: crop 0 and 4 in RGB, crop 0 and 4 on Y. */
const answers = [
  {
    pair: ['A', 'B', 64, 64],
    psnr: [31.7914201581, 31.7886000447, 39.0212530774, 39.0189466657],
    ssim: [0.9752785987, 0.975397335, 0.9924329156, 0.9924969194],
  },
  {
    pair: ['S', 'T', 96, 128],
    psnr: [29.1019762151, 29.1028589884, 33.2541089076, 33.2542054006],
    ssim: [0.6953516703, 0.6942290193, 0.8212420852, 0.819837872],
  },
  {
    pair: ['S', 'T', 256, 320],
    psnr: [29.1091947353, 29.1091498719, 33.2743503969, 33.2716069068],
    ssim: [0.7675426947, 0.7683611805, 0.8682834429, 0.8686755207],
  },
  {
    pair: ['A', 'B', 48, 80],
    psnr: [31.7857160298, 31.7804364907, 39.0212205714, 39.0083618103],
    ssim: [0.9749909168, 0.974960882, 0.9923281999, 0.9923725578],
  },
] as const
const settings: readonly Partial<Params>[] = [
  { border: 0 },
  { border: 4 },
  { border: 0, color_space: 'y' },
  { border: 4, color_space: 'y' },
]

describe('metrics/psnr and metrics/ssim', () => {
  for (const {
    pair: [a, b, height, width],
    ...expected
  } of answers) {
    it(`equal BasicSR to 1e-9 on ${a} and ${b}, ${width}x${height}`, () => {
      const [reference, image] = [rgb(a, height, width), rgb(b, height, width)]
      settings.forEach((params, i) => {
        close(score(psnr, image, reference, params), expected.psnr[i]!, 1e-9)
        close(score(ssim, image, reference, params), expected.ssim[i]!, 1e-9)
      })
    })
  }

  it('give Infinity and 1 for identical images, gray ones and the smallest included', () => {
    const gray = imageOf({ width: 11, height: 11, channels: 1 }, levels.A)
    for (const image of [rgb('S', 20, 31), gray]) {
      assert.equal(score(psnr, image, image), Number.POSITIVE_INFINITY)
      close(score(ssim, image, image), 1, 1e-12)
    }
    const pixel = imageOf({ width: 1, height: 1, channels: 1 }, () => 7)
    assert.equal(score(psnr, pixel, pixel), Number.POSITIVE_INFINITY)
  })

  it('compare gray images as they are, whatever the colour space', () => {
    const [image, reference] = (['T', 'S'] as const).map((name) =>
      imageOf({ width: 40, height: 30, channels: 1 }, levels[name]),
    ) as [Image, Image]
    for (const metric of [psnr, ssim]) {
      assert.equal(score(metric, image, reference, { color_space: 'y' }), score(metric, image, reference))
    }
  })

  it('clip and round to 8 bits, halves to even, unless told not to', () => {
    const flat = (level: number) => imageOf({ width: 4, height: 4, channels: 1 }, () => level)
    assert.equal(score(psnr, flat(100.5), flat(100)), Number.POSITIVE_INFINITY)
    assert.equal(score(psnr, flat(300), flat(255)), Number.POSITIVE_INFINITY)
    close(score(psnr, flat(101.5), flat(101)), 20 * Math.log10(255), 1e-9)
    close(score(psnr, flat(101.5), flat(101), { quantize: false }), 20 * Math.log10(255 / 0.5), 1e-3)
  })

  it('refuse what cannot be compared', () => {
    const image = rgb('A', 20, 20)
    for (const metric of [psnr, ssim]) {
      assert.throws(
        () => score(metric, image, rgb('A', 20, 24)),
        (error) => code('E_IMAGE_SIZE')(error) && /core\/mod-crop/.test((error as KintsugiError).fix!),
      )
      assert.throws(
        () => score(metric, image, imageOf({ width: 20, height: 20, channels: 1 }, levels.A)),
        code('E_METRIC_CHANNELS'),
      )
      assert.throws(
        () => score(metric, image, createImage({ width: 20, height: 20, channels: 3, alpha: true })),
        code('E_IMAGE_ALPHA'),
      )
      assert.throws(() => score(metric, image, image, { border: 10 }), code('E_IMAGE_SIZE'))
    }
    assert.throws(() => score(ssim, image, image, { border: 5 }), code('E_IMAGE_SIZE'))
  })

  it('equal the stored values of BasicSR to 1e-9', async function () {
    const folder = new URL('../../../../shared/golden/metrics/', import.meta.url)
    if (!existsSync(folder)) {
      console.log('      reference values are not there')
      this.skip()
    }
    const load = async (file: string): Promise<Image> => {
      const { data, info } = await sharp(fileURLToPath(new URL(file, folder)))
        .raw()
        .toBuffer({ resolveWithObject: true })
      return imageOf(
        { width: info.width, height: info.height, channels: 3 },
        (c, y, x) => data[(y * info.width + x) * 3 + c]!,
      )
    }
    const { pairs } = JSON.parse(readFileSync(new URL('values.json', folder), 'utf8')) as {
      pairs: { reference: string; distorted: string; values: Record<string, number | string> }[]
    }
    for (const { reference, distorted, values } of pairs) {
      const [image, truth] = [await load(distorted), await load(reference)]
      for (const border of [0, 4]) {
        for (const color_space of ['rgb', 'y'] as const) {
          for (const [name, metric] of [
            ['psnr', psnr],
            ['ssim', ssim],
          ] as const) {
            const expected = Number(values[`basicsr.${name}.${color_space}_crop${border}`])
            const found = score(metric, image, truth, { border, color_space })
            if (expected === Number.POSITIVE_INFINITY) assert.equal(found, expected)
            else close(found, expected, 1e-9)
          }
        }
      }
    }
  })
})
