import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { createImage, decodeImage, encodeImage, type Image } from '@kintsugi/core'
import { architectures } from '@kintsugi/nn'
import { resamplePlane } from '../src/image/resample.js'
import { hasShared, modelAt, RestoreRun, shared } from './node-run.js'

type Settings = Parameters<RestoreRun['restore']>[2]

/** Files in, files out of `RealESRGANer.enhance` with realesr-animevideov3-x4: xinntao/Real-ESRGAN a4abfb2, realesrgan/utils.py. */
describe('esrgan/restore against the helper of Real-ESRGAN', () => {
  const node = new RestoreRun()
  const folder = new URL('golden/esrgan/realesrganer-end-to-end/', shared)
  const file = (name: string) => decodeImage(fileURLToPath(new URL(name, folder)))
  before(function () {
    if (hasShared && architectures.some(({ name }) => name === 'SRVGGNetCompact')) return
    console.log('    skipped: the reference data or the architecture SRVGGNetCompact is not here')
    this.skip()
  })
  after(() => node.models.close())

  /** What a file of the restoration holds. */
  async function restored(name: string, settings: Settings): Promise<Image> {
    const model = await modelAt(new URL('weights/realesr-animevideov3-x4.pth', shared))
    const image = await node.restore(await file(name), model, settings)
    return decodeImage(await encodeImage(image, { format: 'png' }))
  }

  /** Differences in steps of the files' depth: the largest, and the share of samples that differ. */
  function steps(a: ArrayLike<number>, b: ArrayLike<number>, white: number): { largest: number; share: number } {
    assert.equal(a.length, b.length)
    let [largest, count] = [0, 0]
    for (let i = 0; i < a.length; i++) {
      const step = Math.round(Math.abs(a[i]! - b[i]!) * white)
      largest = Math.max(largest, step)
      if (step > 0) count++
    }
    return { largest, share: count / Math.max(a.length, 1) }
  }

  for (const [title, input, output, settings] of [
    ['an RGB file', 'rgb8.png', 'plain.png', { tiles: 'whole' }],
    ['an RGB file, in tiles', 'rgb8.png', 'plain.png', { tiles: 'exact', tile_size: 32 }],
    ['a gray file', 'gray8.png', 'gray.png', { tiles: 'whole' }],
    ['a 16-bit file', 'rgb16.png', 'sixteen.png', { tiles: 'whole' }],
    ['colour and alpha by the network', 'rgba8.png', 'rgba_net.png', { tiles: 'whole', alpha: 'separate' }],
    ['colour by the network, alpha resized', 'rgba8.png', 'rgba_resize.png', { tiles: 'whole', alpha: 'resize' }],
  ] as const) {
    it(`equals it for ${title}`, async () => {
      const [ours, theirs] = [await restored(input, settings), await file(output)]
      assert.deepEqual([ours.channels, ours.metadata.bitDepth], [theirs.channels, theirs.metadata.bitDepth])
      const white = theirs.metadata.bitDepth === 16 ? 65535 : 255
      for (const [a, b] of [
        [ours.data, theirs.data],
        [ours.alpha ?? [], theirs.alpha ?? []],
      ] as const) {
        const { largest, share } = steps(a, b, white)
        // One step where rounding falls the other way. What is made gray theirs clips before, ours not.
        const clips = output === 'gray.png' || (output === 'rgba_net.png' && a === ours.alpha)
        assert(clips ? largest <= 8 && share < 0.05 : largest <= 1 && share < 0.01, `${largest} in ${share}`)
      }
    })
  }

  it('comes near its tiles, whose overlap is less than the network sees: ours are exact', async () => {
    const [whole, theirs] = [await restored('rgb8.png', { tiles: 'whole' }), await file('tile32.png')]
    const { largest, share } = steps(whole.data, theirs.data, 255)
    assert(largest > 1 && largest <= 8 && share < 0.1, `${largest} in ${share}`)
  })

  it('resizes as it does to another scale, but floats that are not clipped', async () => {
    for (const [output, scale] of [
      ['outscale2.png', 2],
      ['outscale3p5.png', 3.5],
    ] as const) {
      const [theirs, plain] = [await file(output), await file('plain.png')]
      const ours = await restored('rgb8.png', { tiles: 'whole', scale })
      assert.deepEqual([ours.width, ours.height], [theirs.width, theirs.height])
      // Of what theirs resizes, which is rounded to 8 bits, our resize makes the same to a step: OpenCV's weights for such files have 11 bits.
      const plane = plain.width * plain.height
      const resized = createImage({ width: theirs.width, height: theirs.height, channels: 3 })
      for (let c = 0; c < 3; c++) {
        const target = resized.data.subarray((c * resized.data.length) / 3, ((c + 1) * resized.data.length) / 3)
        resamplePlane(plain.data.subarray(c * plane, (c + 1) * plane), plain, resized, 'lanczos4', target)
      }
      const clipped = resized.data.map((value) => Math.min(1, Math.max(0, value)))
      const same = steps(clipped, theirs.data, 255)
      assert(same.largest <= 1 && same.share < 0.25, `${output}: ${same.largest} in ${same.share}`)
      const { largest } = steps(ours.data, theirs.data, 255)
      assert(largest <= 24, `${output}: ${largest}`)
    }
  })
})
