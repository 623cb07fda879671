import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { createImage, createKintsugi, type Image } from '@kintsugi/core'
import esrgan from '@kintsugi/plugin-esrgan'
import tgsr from '../src/index.js'

const model = fileURLToPath(new URL('../../plugin-esrgan/models/x4.onnx', import.meta.url))

describe('tgsr/restore of images with alpha', function () {
  this.timeout(60_000)
  const restored = async (image: Image): Promise<Record<string, Image>> => {
    const got: Record<string, Image> = {}
    const { failures } = await createKintsugi({ cacheDir: false, plugins: [esrgan, tgsr] }).run(
      {
        kintsugi: 1,
        inputs: { image: { type: 'image' } },
        nodes: {
          tgsr: { use: 'tgsr/restore', in: 'image', with: { model } },
          esrgan: { use: 'esrgan/restore', in: 'image', with: { model } },
        },
        outputs: { tgsr: 'tgsr', esrgan: 'esrgan' },
      },
      { inputs: { image }, jobs: 1, receive: (output, _item, value) => void (got[output] = value as Image) },
    )
    for (const { error } of failures) throw error
    return got
  }

  for (const channels of [1, 3] as const) {
    it(`gives what esrgan/restore gives, ${channels === 1 ? 'gray' : 'colour'}`, async () => {
      const image = createImage({ width: 10, height: 8, channels, alpha: true })
      image.data.forEach((_, i) => (image.data[i] = ((i * 37) % 101) / 101))
      image.alpha!.forEach((_, i) => (image.alpha![i] = i % 10 < 4 ? 0 : 0.2 + 0.08 * (i % 10)))
      const { tgsr: ours, esrgan: theirs } = await restored(image)
      assert.deepEqual([ours!.width, ours!.height, ours!.channels], [40, 32, channels])
      assert.deepEqual(ours!.data, theirs!.data)
      assert.deepEqual(ours!.alpha, theirs!.alpha)
      assert.ok(ours!.alpha!.every((value) => value >= 0 && value <= 1))
      assert.ok(new Set(ours!.alpha).size > 100)
    })
  }

  it('keeps an alpha plane that is the same everywhere', async () => {
    const image = createImage({ width: 6, height: 6, channels: 3, alpha: true })
    image.alpha!.fill(0.5)
    assert.deepEqual(new Set((await restored(image))['tgsr']!.alpha), new Set([0.5]))
  })
})
