import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { createImage, type Image } from '@kintsugi/core'
import { decodeModel, readFacts } from '@kintsugi/core/onnx'
import sharp from 'sharp'
import plugin from '../src/index.js'
import { bicubicQuarter, psnrY } from './benchmark.js'
import { builtin, hasShared, largestDifference, modelAt, RestoreRun, readImages, shared } from './node-run.js'

function rings(width: number, height: number, channels: 1 | 3, options: { alpha?: boolean } = {}): Image {
  const image = createImage({ width, height, channels, ...options, metadata: { bitDepth: 16, density: 300 } })
  for (const [plane, samples] of [image.data, image.alpha ?? []].entries()) {
    for (let i = 0; i < samples.length; i++) {
      const [x, y] = [i % width, Math.floor(i / width) % height]
      samples[i] = 0.5 + 0.4 * Math.sin(0.03 * ((x - 9) ** 2 + (y - 7) ** 2) + plane + Math.floor(i / (width * height)))
    }
  }
  return image
}

/** Rings, cut out by a disk. */
function cutOut(): Image {
  const image = rings(20, 15, 3, { alpha: true })
  image.alpha!.forEach((value, i, alpha) => (alpha[i] = value > 0.5 ? 1 : 0))
  return image
}

function weigh(at: (x: number, y: number) => number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [u, v] = [x - left, y - top]
  const row = (r: number) => (1 - u) * at(left, r) + u * at(left + 1, r)
  return (1 - v) * row(top) + v * row(top + 1)
}

describe('esrgan/restore', () => {
  const node = new RestoreRun()
  after(() => node.models.close())

  it('makes images four times as large with the shipped model, of any size and kind', async () => {
    const x4 = await builtin()
    for (const [width, height] of [
      [1, 1],
      [2, 5],
      [23, 17],
    ] as const) {
      for (const channels of [1, 3] as const) {
        const restored = await node.restore(rings(width, height, channels, { alpha: true }), x4)
        assert.deepEqual([restored.width, restored.height, restored.channels], [4 * width, 4 * height, channels])
        assert.equal(restored.data.length, channels * 16 * width * height)
        assert.equal(restored.alpha!.length, 16 * width * height)
        assert.deepEqual(restored.metadata, { bitDepth: 16, density: 300 })
      }
    }
  })

  it('gives the same in tiles as whole', async () => {
    const x4 = await builtin()
    const image = rings(90, 75, 3)
    const whole = await node.restore(image, x4, { tiles: 'whole' })
    const exact = await node.restore(image, x4, { tiles: 'exact', tile_size: 32 })
    assert.equal(largestDifference(whole.data, exact.data), 0)
    const close = await node.restore(image, x4, { tiles: 'bounded', tile_size: 32, tile_pad: 16 })
    const error = largestDifference(whole.data, close.data)
    assert(error > 0 && error < 1e-3, `error ${error}`)
  })

  it('restores a gray image as the luma of what it gives for three equal planes', async () => {
    const gray = rings(20, 15, 1)
    const colour = createImage({ width: 20, height: 15, channels: 3 })
    for (let c = 0; c < 3; c++) colour.data.set(gray.data, c * 300)
    const x4 = await builtin()
    const { data } = await node.restore(gray, x4)
    const planes = (await node.restore(colour, x4)).data
    const luma = data.map((_, i) => 0.299 * planes[i]! + 0.587 * planes[i + 4800]! + 0.114 * planes[i + 9600]!)
    assert(largestDifference(data, luma) < 1e-6)
  })

  it('restores alpha as a gray image of its own, clipped to 0..1, and with `separate` colour as without alpha', async () => {
    const x4 = await builtin()
    const image = cutOut()
    const { data, alpha } = await node.restore(image, x4, { alpha: 'separate' })
    assert.deepEqual(data, (await node.restore({ ...image, alpha: null }, x4)).data)
    const asGray = await node.restore({ ...image, channels: 1, data: image.alpha!, alpha: null }, x4)
    assert(asGray.data.some((value) => value > 1) && asGray.data.some((value) => value < 0))
    const clipped = asGray.data.map((value) => Math.min(1, Math.max(0, value)))
    assert.deepEqual(alpha, clipped)
    assert.deepEqual((await node.restore(image, x4)).alpha, clipped)
  })

  it('keeps colour under transparent pixels from bleeding into edges', async () => {
    const x4 = await builtin()
    // A dark disk on a background of any colour that cannot be seen.
    const [white, black] = [1, 0].map((background) => {
      const image = cutOut()
      image.data.forEach((_, i, data) => (data[i] = image.alpha![i % 300] === 0 ? background : 0.25))
      return image
    })
    const over = ({ data, alpha }: Image) => data.map((value, i) => value * alpha![i % alpha!.length]!)
    const [a, b] = [over(await node.restore(white!, x4)), over(await node.restore(black!, x4))]
    assert.equal(largestDifference(a, b), 0)
    const separate = { alpha: 'separate' } as const
    const [c, d] = [over(await node.restore(white!, x4, separate)), over(await node.restore(black!, x4, separate))]
    assert(largestDifference(c, d) > 0.1)
  })

  it('enlarges alpha bilinearly with `resize`', async () => {
    const image = cutOut()
    const { alpha } = await node.restore(image, await builtin(), { alpha: 'resize' })
    const at = (x: number, y: number) => image.alpha![y * 20 + x]!
    // Output pixel 4x + 1 lies at x - 1/8 of the input.
    assert(Math.abs(alpha![(4 * 7 + 1) * 80 + 4 * 9 + 1]! - weigh(at, 9 - 1 / 8, 7 - 1 / 8)) < 1e-6)
  })

  it('gives another scale than the network has by resizing its float result', async () => {
    const x4 = await builtin()
    const image = rings(15, 11, 3, { alpha: true })
    const restored = await node.restore(image, x4, { scale: 2.5 })
    assert.deepEqual([restored.width, restored.height, restored.metadata.bitDepth], [37, 27, 16])
    assert.deepEqual(await node.restore(image, x4, { scale: 4 }), await node.restore(image, x4))
  })

  it('gives the mean over flips and rotations as an ensemble, which turns with the image', async () => {
    const x4 = await builtin()
    const image = rings(12, 9, 3)
    const turned = createImage({ width: 9, height: 12, channels: 3 })
    for (let i = 0; i < 324; i++) {
      const [c, y, x] = [Math.floor(i / 108), Math.floor(i / 12) % 9, i % 12]
      turned.data[(c * 12 + (11 - x)) * 9 + y] = image.data[i]!
    }
    const ensemble = await node.restore(image, x4, { ensemble: true })
    assert.equal(node.progress.at(-1), 1)
    assert.equal(node.progress.length, 8)
    const ofTurned = await node.restore(turned, x4, { ensemble: true })
    const back = ensemble.data.map((_, i) => {
      const [c, y, x] = [Math.floor(i / 1728), Math.floor(i / 48) % 36, i % 48]
      return ofTurned.data[(c * 48 + (47 - x)) * 36 + y]!
    })
    assert(largestDifference(ensemble.data, back) < 1e-5)
    const plain = await node.restore(image, x4)
    const difference = largestDifference(ensemble.data, plain.data)
    assert(difference > 1e-4 && difference < 0.1, `difference ${difference}`)
  })

  it('leaves an alpha plane of one value as it is', async () => {
    const image = rings(6, 5, 3, { alpha: true })
    image.alpha!.fill(0.25)
    const { alpha } = await node.restore(image, await builtin())
    assert(alpha!.length === 480 && alpha!.every((value) => value === 0.25))
  })

  it('tells progress up to the end, over colour and alpha', async () => {
    await node.restore(rings(20, 15, 3, { alpha: true }), await builtin(), { tiles: 'exact', tile_size: 16 })
    assert.deepEqual(node.progress, [0.1875, 0.375, 0.5625, 0.75, 0.8125, 0.875, 0.9375, 1])
  })

  it('ships a model that says what it is', async () => {
    const facts = readFacts(decodeModel(await readFile(plugin.models!.x4!)))!
    assert.deepEqual(
      [facts.family, facts.architecture, facts.scale, facts.halo, facts.licence],
      ['esrgan', 'RRDBNet', 4, 34, 'MIT'],
    )
    assert.match(facts.training!, /BSDS500/)
    assert.match(facts.description!, /Set5 30\.55 dB/)
  })

  it("equals the authors' code on checkpoints of RRDBNet, also where the size must be padded", async function () {
    if (!hasShared) return this.skip()
    const cases = [
      ['rrdbnet-x4-basicsr', ['odd', 'batch2']],
      ['rrdbnet-x2-unshuffle', ['even', 'padded']],
      ['rrdbnet-x1-unshuffle', ['aligned', 'padded']],
    ] as const
    for (const [name, runs] of cases) {
      const folder = new URL(`golden/esrgan/${name}/`, shared)
      const model = await modelAt(new URL(`${name}.pth`, folder))
      for (const run of runs) {
        const inputs = await readImages(new URL(`${run}.input.npy`, folder))
        const expected = await readImages(new URL(`${run}.output.npy`, folder))
        for (const [i, input] of inputs.entries()) {
          const restored = await node.restore(input, model, { tiles: 'exact', tile_size: 20 })
          // 20 times the float32 noise floor of 4.2e-6 that the golden case states.
          assert(largestDifference(restored.data, expected[i]!.data) < 8.4e-5, `${name} ${run}`)
        }
      }
    }
  })

  it('restores Set5 from a quarter at the 30.55 dB on Y that the model states, to 0.1', async function () {
    this.timeout(120_000)
    if (!hasShared) return this.skip()
    const folder = new URL('data/test/set5/', shared)
    const x4 = await builtin()
    const scores: number[] = []
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.png'))) {
      const { data, info } = await sharp(await readFile(new URL(file, folder)))
        .toColourspace('srgb')
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
      const [width, height] = [info.width - (info.width % 4), info.height - (info.height % 4)]
      const reference = createImage({ width, height, channels: 3 })
      for (let i = 0; i < reference.data.length; i++) {
        const [c, y, x] = [Math.floor(i / (width * height)), Math.floor(i / width) % height, i % width]
        reference.data[i] = data[(y * info.width + x) * 3 + c]! / 255
      }
      scores.push(psnrY(await node.restore(bicubicQuarter(reference), x4), reference, 4))
    }
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
    assert.equal(scores.length, 5)
    assert(
      Math.abs(mean - 30.55) < 0.1,
      `mean ${mean.toFixed(3)}: ${scores.map((score) => score.toFixed(2)).join(', ')}`,
    )
  })
})
