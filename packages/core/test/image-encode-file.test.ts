import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { decodeImage } from '../src/image/decode.js'
import { encodeImage, encodeImageFile } from '../src/image/encode.js'
import { createImage, type Image, type ImageMetadata } from '../src/image/image.js'
import { hashEncodedSamples, samplesEqual } from '../src/image/samples.js'
import { lineageToXmp, readLineage } from '../src/image/xmp.js'

/** An image of more than one strip of 4 MiB where it has 16 bits, smooth enough for lossy formats. */
function waves(channels: 1 | 3, alpha: boolean, bitDepth: 8 | 16, metadata: ImageMetadata = {}, size = 800): Image {
  const shape = { width: size + 1, height: size, channels, alpha, metadata: { bitDepth, ...metadata } }
  const image = createImage(shape)
  for (let i = 0; i < image.data.length; i++) image.data[i] = 0.5 + 0.6 * Math.sin(i / 97)
  for (let i = 0; i < (image.alpha?.length ?? 0); i++) image.alpha![i] = 0.5 + 0.5 * Math.sin(i / 331)
  return image
}

describe('image: encodeImageFile', () => {
  let folder: string
  let profiles: ImageMetadata
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'encode-file-'))
    const blank = sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
    const tagged = await blank
      .withIccProfile('p3')
      .withExif({ IFD0: { Artist: 'Ada' } })
      .png()
      .toBuffer()
    const { icc, exif } = (await decodeImage(tagged)).metadata
    assert(icc !== undefined && exif !== undefined)
    profiles = { icc, exif, density: 300 }
  })
  after(() => rm(folder, { recursive: true }))

  for (const [name, image] of [
    ['RGBA, 16 bit, in several strips', () => waves(3, true, 16)],
    ['gray with alpha, 8 bit', () => waves(1, true, 8, {}, 90)],
    ['gray, 16 bit', () => waves(1, false, 16, {}, 90)],
    ['RGB with profile, EXIF and density, 16 bit', () => waves(3, false, 16, profiles, 90)],
  ] as const) {
    for (const format of ['png', 'tiff'] as const) {
      it(`writes what encodeImage gives: ${name} as ${format}`, async () => {
        const [path, original] = [join(folder, `out.${format}`), image()]
        const lineage = JSON.stringify({ of: name })
        const { pixels } = await encodeImageFile(original, { format, xmp: () => lineageToXmp(lineage) }, path)
        const expected = await decodeImage(await encodeImage(original, { format, xmp: lineageToXmp(lineage) }))
        const found = await decodeImage(path)
        assert(samplesEqual(found, expected))
        assert.deepEqual(found.metadata, expected.metadata)
        assert.equal(await readLineage(path), lineage)
        assert.equal(pixels, hashEncodedSamples(original))
        assert.deepEqual(await readdir(folder), [`out.${format}`])
        await rm(path)
      })
    }
  }

  it('writes lossy formats too, and knows the hash before the packet is made', async () => {
    const image = waves(3, true, 16, {}, 60)
    image.alpha!.fill(1)
    const path = join(folder, 'out.jpg')
    const { pixels } = await encodeImageFile(image, { format: 'jpeg', xmp: lineageToXmp }, path)
    assert.equal(pixels, hashEncodedSamples(image, 8))
    assert.equal(await readLineage(path), pixels)
    const expected = await decodeImage(await encodeImage(image, { format: 'jpeg' }))
    assert(samplesEqual(await decodeImage(await readFile(path)), expected))
    await rm(path)
  })

  it('refuses what encodeImage refuses and leaves nothing behind', async () => {
    const image = waves(3, true, 8, {}, 20)
    await assert.rejects(encodeImageFile(image, { format: 'jpeg' }, join(folder, 'a.jpg')), { code: 'E_IMAGE_ALPHA' })
    image.data[5] = Number.NaN
    await assert.rejects(encodeImageFile(image, { format: 'png' }, join(folder, 'a.png')), { code: 'E_IMAGE_FORMAT' })
    assert.deepEqual(await readdir(folder), [])
  })
})
