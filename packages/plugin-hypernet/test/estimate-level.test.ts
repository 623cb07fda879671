import assert from 'node:assert/strict'
import { createImage, createStream, type Image } from '@kintsugi/core'
import { goldenCase, readNpy, requireShared } from '../../nn/test/golden.js'
import { estimateLevel } from '../src/index.js'
import { builtin, modelAt, NodeRun, readImages } from './node-run.js'

/** A smooth picture with noise, more of it in the right half. */
function noisy(width: number, height: number, sigma: number, right = sigma): Image {
  const image = createImage({ width, height, channels: 3 })
  const stream = createStream(new Uint8Array(16).fill(2))
  const plane = width * height
  for (let i = 0; i < image.data.length; i++) {
    const [x, y] = [i % width, Math.floor((i % plane) / width)]
    const value = 0.5 + 0.2 * Math.sin(x / 11) * Math.cos(y / 13)
    image.data[i] = value + ((x < width / 2 ? sigma : right) / 255) * stream.normal()
  }
  return image
}

describe('hypernet/estimate-level', () => {
  const node = new NodeRun()
  after(() => node.models.close())
  const run = async (image: Image, grid = 1, model = builtin('noise-level')): Promise<number> =>
    (await estimateLevel.run({ image, model: await model }, { grid }, node.context)).level

  for (const [name, file, runs] of [
    ['noisenet-published', 'noise_detect.pth', ['sigma15', 'sigma40']],
    ['noisenet-random', 'noisenet.pth', ['a']],
  ] as const) {
    it(`equals the authors' NoiseNet on ${name}`, async function () {
      requireShared(this, `golden/hypernet/${name}`)
      // ifryed/HyperRes be1bb57, PyTorch 1.13 float32; an estimate is clipped to 0..255.
      const { folder } = goldenCase(`hypernet/${name}`)
      for (const one of runs) {
        const [image] = readImages(new URL(`${one}.input.npy`, folder))
        const expected = readNpy(new URL(`${one}.output.npy`, folder)).data[0]!
        const found = await run(image!, 1, modelAt(new URL(file, folder)))
        assert.ok(Math.abs(found - Math.min(255, Math.max(0, expected))) < 1e-4, `${found} instead of ${expected}`)
      }
    })
  }

  it('tells the sigma of noise in the middle, or the mean over a grid', async () => {
    for (const sigma of [15, 40, 70]) {
      const found = await run(noisy(150, 140, sigma))
      assert.ok(Math.abs(found - sigma) < 3, `${found} for sigma ${sigma}`)
    }
    const uneven = noisy(384, 128, 10, 50)
    const [middle, grid] = [await run(uneven), await run(uneven, 2)]
    assert.notEqual(middle, grid)
    assert.ok(Math.abs(grid - 30) < 4, `${grid} for the mean of 10 and 50`)
    assert.equal(await run(uneven, 2), grid)
  })

  it('takes images smaller than its square, gray ones and ones with alpha, and says so where it matters', async () => {
    node.warnings.length = 0
    const small = noisy(60, 50, 30)
    assert.ok(Math.abs((await run(small)) - 30) < 5)
    assert.match(node.warnings.join(), /128 x 128 px.*60 x 50 px/)
    node.warnings.length = 0
    const image = noisy(130, 130, 30)
    assert.equal(await run({ ...image, alpha: new Float32Array(130 * 130) }), await run(image))
    const gray = createImage({ width: 130, height: 130, channels: 1 })
    gray.data.set(image.data.subarray(0, 130 * 130))
    const found = await run(gray)
    assert.ok(Math.abs(found - 30) < 6, `${found} for gray noise of 30`)
    assert.deepEqual(node.warnings, [])
  })

  it('refuses networks that estimate no level', async () => {
    const model = modelAt(new URL('../../plugin-esrgan/models/x4.onnx', import.meta.url))
    await assert.rejects(run(noisy(128, 128, 5), 1, model), { code: 'E_MODEL_FORM', found: /RRDBNet/ })
  })
})
