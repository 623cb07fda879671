import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createImage, createStream, type Image } from '@kintsugi/core'
import { readCheckpoint, type Tensor, writeSafetensors } from '@kintsugi/nn'
import { goldenCase, readNpy, requireShared } from '../../nn/test/golden.js'
import plugin, { materialise, restore } from '../src/index.js'
import { builtin, modelAt, NodeRun, readImages } from './node-run.js'

const golden = 'golden/hypernet/hyperres-denoise'

/** A smooth picture. */
function smooth(width: number, height: number, channels: 1 | 3, alpha = false): Image {
  const image = createImage({ width, height, channels, alpha, metadata: { bitDepth: 16 } })
  const plane = width * height
  for (let i = 0; i < image.data.length; i++) {
    const [x, y, c] = [i % width, Math.floor((i % plane) / width), Math.floor(i / plane)]
    image.data[i] = 0.5 + 0.3 * Math.sin(x / 7 + c) * Math.cos(y / 9)
  }
  image.alpha?.forEach((_, i, values) => (values[i] = (i % 7) / 7))
  return image
}

function noisy(image: Image, sigma: number): Image {
  const stream = createStream(new Uint8Array(16).fill(1))
  return { ...image, data: image.data.map((value) => value + (sigma / 255) * stream.normal()) }
}

function rootMeanSquare(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length)
}

function largest(a: Float32Array, b: Float32Array): number {
  assert.equal(a.length, b.length)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

describe('hypernet/restore', () => {
  const node = new NodeRun()
  const run = async (image: Image, level: number, model: Parameters<typeof restore.run>[0]['model'], unit = 'sigma') =>
    (await restore.run({ image, level, model }, { unit, tiles: 'auto' } as never, node.context)).image
  after(() => node.models.close())

  it("equals the authors' outputs at trained and untrained levels, and so does the network of hypernet/materialise", async function () {
    requireShared(this, golden)
    // ifryed/HyperRes be1bb57, PyTorch 1.13 float32; outputs reach 1.8.
    const { folder } = goldenCase(golden.replace('golden/', ''))
    const model = await modelAt(new URL('hyperres.pth', folder))
    const runs = [
      ['trained15.input', 'trained15.output', 15],
      ['untrained48.input', 'untrained48.output', 48],
      ['pair15_62p5.input0', 'pair15_62p5.output0', 15],
      ['pair15_62p5.input1', 'pair15_62p5.output1', 62.5],
    ] as const
    for (const [input, output, level] of runs) {
      const [image] = readImages(new URL(`${input}.npy`, folder))
      const expected = readNpy(new URL(`${output}.npy`, folder)).data
      const restored = await run(image!, level, model)
      assert.ok(largest(restored.data, expected) < 1e-4)
      const made = (await materialise.run({ level, model }, { unit: 'sigma' }, node.context)).model
      const network = await node.context.openModel(made)
      assert.deepEqual((await network.restore(image!)).data, restored.data)
    }
  })

  it('takes the level in its unit, never by its magnitude, and gives the same weights for the same number', async function () {
    requireShared(this, golden)
    const [image, model] = [smooth(12, 10, 3), await builtin('denoise')]
    const half = await run(image, 0.5, model)
    const one = await run(image, 1, model)
    assert.ok(largest(half.data, one.data) > 0)
    assert.ok(largest(half.data, (await run(image, 127.5, model)).data) > 1e-3)
    const quality = await run(image, 50, model, 'jpeg-quality')
    assert.deepEqual(quality.data, (await run(image, 50, model)).data)
  })

  it('removes noise best at about its true level, also between the trained ones', async () => {
    const model = await builtin('denoise')
    const clean = smooth(96, 96, 3)
    const error = async (sigma: number, level: number) =>
      rootMeanSquare((await run(noisy(clean, sigma), level, model)).data, clean.data) * 255
    for (const [sigma, bound] of [
      [25, 5],
      [65, 11],
    ] as const) {
      const best = await error(sigma, sigma)
      assert.ok(best < bound, `sigma ${sigma}: ${best}`)
      assert.ok((await error(sigma, sigma / 4)) > 1.3 * best && (await error(sigma, Math.min(255, 3 * sigma))) > best)
    }
  })

  it('warns beyond the trained levels, which the weights state, and refuses what is no level', async () => {
    const model = await builtin('denoise')
    const image = smooth(8, 8, 3)
    node.warnings.length = 0
    for (const level of [15, 40, 75]) await run(image, level, model)
    assert.deepEqual(node.warnings, [])
    await run(image, 90, model)
    await run(image, 5, model)
    assert.match(node.warnings.join('\n'), /^sigma 90 is beyond .* 15 to 75.*\nsigma 5 is beyond/)
    for (const [level, unit, expected] of [
      [-1, 'sigma', /0 to 255/],
      [Number.NaN, 'sigma', /0 to 255/],
      [256, 'sigma', /0 to 255/],
      [101, 'jpeg-quality', /0 to 100/],
      [0.5, 'scale', /1 to 16/],
    ] as const) {
      await assert.rejects(run(image, level, model, unit), { code: 'E_PARAM', expected })
      assert.throws(() => materialise.run({ level, model }, { unit }, node.context), { code: 'E_PARAM', expected })
    }
    node.warnings.length = 0
    await materialise.run({ level: 85, model }, { unit: 'jpeg-quality' }, node.context)
    assert.match(node.warnings.join(), /quality 85 is beyond .* 10 to 80/)
    await assert.rejects(run(image, 20, await builtin('noise-level')), {
      code: 'E_COEFFICIENTS',
      found: 'an ONNX file',
    })
  })

  it('keeps sizes, gray, alpha and metadata', async () => {
    const model = await builtin('denoise')
    for (const [width, height, channels] of [
      [1, 1, 3],
      [13, 7, 1],
      [9, 14, 3],
    ] as const) {
      const image = smooth(width, height, channels, true)
      const restored = await run(image, 20, model)
      assert.deepEqual([restored.width, restored.height, restored.channels], [width, height, channels])
      assert.deepEqual([restored.metadata, restored.alpha], [image.metadata, image.alpha])
    }
  })

  it('runs a gray network over gray images, and over colour plane by plane', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kintsugi-gray-'))
    try {
      const path = join(folder, 'gray.safetensors')
      await writeFile(path, await grayWeights())
      const model = await modelAt(pathToFileURL(path))
      const colour = smooth(11, 8, 3)
      const restored = await run(colour, 30, model)
      for (const c of [0, 1, 2]) {
        const gray = createImage({ width: 11, height: 8, channels: 1 })
        gray.data.set(colour.data.subarray(c * 88, c * 88 + 88))
        assert.deepEqual((await run(gray, 30, model)).data, restored.data.slice(c * 88, c * 88 + 88))
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('makes a network once for each level', async () => {
    const model = await builtin('denoise')
    const image = smooth(8, 8, 3)
    const other = new NodeRun()
    let made = 0
    const maker = plugin.modelMakers![0]!
    const original = maker.make.bind(maker)
    maker.make = (...recipe) => {
      made++
      return original(...recipe)
    }
    try {
      for (const level of [20, 21, 20, 20])
        await restore.run({ image, level, model }, { unit: 'sigma', tiles: 'auto' }, other.context)
    } finally {
      maker.make = original
      await other.models.close()
    }
    assert.equal(made, 2)
  })
})

/** The first colour channel of the shipped weights as a network from gray to gray. */
async function grayWeights(): Promise<Uint8Array> {
  const { tensors } = await readCheckpoint(((await builtin('denoise')) as { path: string }).path)
  const first = tensors.get('conv1.module.weight')!
  const last = tensors.get('conv5.module.weight')!
  const bias = tensors.get('conv5.module.bias')!
  const float = (shape: number[], data: Float32Array): Tensor => ({ dtype: 'float32', shape, data })
  const features = first.shape[0]!
  const source = first.data as Float32Array
  const narrow = Float32Array.from({ length: features * 9 }, (_, i) => source[Math.floor(i / 9) * 27 + (i % 9)]!)
  return writeSafetensors(
    new Map([
      ...tensors,
      ['conv1.module.weight', float([features, 1, 3, 3], narrow)],
      ['conv5.module.weight', float([1, features, 3, 3], (last.data as Float32Array).slice(0, features * 9))],
      ['conv5.module.bias', float([1], (bias.data as Float32Array).slice(0, 1))],
    ]),
  )
}
