import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import sharp, { type Sharp } from 'sharp'
import { type Image, readLineage } from '../../src/index.js'
import { probe, runJson, Workshop } from './workshop.js'

/** Passes an image through unchanged samples but a new value: cropped by nothing that matters. */
const pass = (save: string, encode = ''): string => `
kintsugi: 1
inputs:
  photo: { type: image, each: 'in/*' }
nodes:
  cropped: { use: core/crop, in: photo, with: { x: 0, y: 0, width: 8, height: 8 } }
outputs:
  cropped: { from: cropped, save: '${save}'${encode} }
`

describe('run: images', function () {
  this.timeout(120_000)
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })
  afterEach(() => shop.remove())

  /** An image of 8x8 px with samples of this depth, all different. */
  const encode = (channels: 1 | 2 | 3 | 4, depth: 8 | 16): Sharp => {
    const data = depth === 16 ? new Uint16Array(64 * channels) : new Uint8Array(64 * channels)
    for (let i = 0; i < data.length; i++) data[i] = (i * 40503 + 17) % (depth === 16 ? 65536 : 256)
    const picture = sharp(data, { raw: { width: 8, height: 8, channels } })
    return channels < 3
      ? picture.toColourspace(depth === 16 ? 'grey16' : 'b-w')
      : picture.toColourspace(depth === 16 ? 'rgb16' : 'srgb')
  }

  for (const [name, channels, depth] of [
    ['rgb8', 3, 8],
    ['rgb16', 3, 16],
    ['rgba8', 4, 8],
    ['rgba16', 4, 16],
    ['gray8', 1, 8],
    ['gray16', 1, 16],
  ] as const) {
    it(`${name}: PNG and TIFF come out as they went in`, async () => {
      const png = await encode(channels, depth).png().toBuffer()
      shop.write('in/x.png', png)
      for (const extension of ['png', 'tiff']) {
        shop.write('pass.yaml', pass(`{photo}.${extension}`))
        assert.deepEqual((await shop.run('pass.yaml')).result.failures, [])
        const [before, after] = [sharp(png), sharp(shop.path('out', `x.${extension}`))]
        const [was, is] = [await before.metadata(), await after.metadata()]
        assert.equal(is.channels, was.channels)
        assert.equal(is.depth, was.depth)
        const raw = (picture: Sharp): Promise<Buffer> =>
          picture.raw({ depth: depth === 16 ? 'ushort' : 'uchar' }).toBuffer()
        assert.deepEqual(await raw(after), await raw(before))
      }
    })
  }

  it('keeps the ICC profile, EXIF and density, and applies the orientation once', async () => {
    const tall = await encode(3, 8)
      .withIccProfile('p3')
      .withExif({ IFD0: { Copyright: 'somebody', Orientation: '6' } })
      .withMetadata({ density: 300, orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer()
    shop.write('in/x.jpg', tall)
    shop.write('pass.yaml', pass('{photo}.jpeg', ', encode: { quality: 95 }'))
    await shop.run('pass.yaml')
    const [was, is] = [await sharp(tall).metadata(), await sharp(shop.path('out/x.jpeg')).metadata()]
    assert.deepEqual(is.icc, was.icc)
    assert.ok(is.exif?.includes('somebody'))
    assert.equal(is.density, 300)
    assert.equal(is.format, 'jpeg')
    assert.ok(is.orientation === undefined || is.orientation === 1)
    const upright = await sharp(tall).rotate().raw().toBuffer()
    const saved = await sharp(shop.path('out/x.jpeg')).raw().toBuffer()
    const distance = saved.reduce((sum, value, i) => sum + Math.abs(value - upright[i]!), 0) / saved.length
    assert.ok(distance < 12, `mean distance ${distance}`)
  })

  it('embeds the lineage in every format', async () => {
    shop.write('in/x.png', await encode(3, 8).png().toBuffer())
    for (const extension of ['png', 'jpg', 'webp', 'tiff', 'avif']) {
      shop.write('pass.yaml', pass(`{photo}.${extension}`))
      await shop.run('pass.yaml', { out: shop.path(extension) })
      const text = await readLineage(shop.path(extension, `x.${extension}`))
      assert.ok(text !== undefined, extension)
      const lineage = JSON.parse(text) as {
        value: string
        complete: boolean
        records: { key: string; use: string; with: unknown }[]
      }
      assert.deepEqual(
        lineage.records.map(({ use }) => use),
        ['core/read-image', 'core/crop'],
      )
      assert.equal(lineage.complete, true)
      const json = runJson(shop.path(extension))
      assert.deepEqual(lineage.records, json.records)
      assert.equal(lineage.value, json.saved[0]!.value)
      assert.equal(text.includes(shop.folder), false, 'no absolute path')
      assert.equal(
        readFileSync(shop.path(extension, 'run.json'), 'utf8').includes(shop.folder),
        false,
        'no absolute path',
      )
    }
  })

  it('saves again when only the name of a node in the lineage changed', async () => {
    shop.write('in/x.png', await encode(3, 8).png().toBuffer())
    shop.write('pass.yaml', pass('{photo}.png'))
    await shop.run('pass.yaml')
    shop.write('pass.yaml', pass('{photo}.png').replaceAll('cropped', 'corner'))
    const { ran } = await shop.run('pass.yaml')
    assert.equal(ran.includes('corner'), false, 'served from the cache')
    assert.match((await readLineage(shop.path('out/x.png')))!, /"node":"corner"/)
  })

  it('gives the program copies in memory of their own', async () => {
    await shop.photo('in/a.png', 1)
    shop.write(
      'pass.yaml',
      `
kintsugi: 1
plugins: ['${probe}']
inputs:
  photo: { type: image, each: 'in/*' }
nodes:
  kind: { use: probe/kind, in: photo }
  mean: { use: probe/mean, in: photo }
outputs:
  first: photo
  again: photo
  kind: kind.label
  mean: mean
`,
    )
    const received: Record<string, unknown> = {}
    await shop.run('pass.yaml', {
      receive: (output, item, value) => {
        assert.deepEqual(item, { photo: 'a' })
        received[output] = value
        if (output === 'first') (value as Image).data.fill(-1)
      },
    })
    const { data, metadata } = received['again'] as Image
    assert.ok(data.buffer instanceof ArrayBuffer)
    assert.ok(data.every((sample) => sample >= 0))
    assert.equal(metadata.bitDepth ?? 8, 8)
    assert.equal((received['kind'] as { label: string }).label, 'dark')
    assert.equal(received['mean'], data.reduce((sum, sample) => sum + sample, 0) / data.length)
    assert.ok((received['first'] as Image).data.every((sample) => sample === -1))
  })
})
