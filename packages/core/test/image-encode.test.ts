import assert from 'node:assert/strict'
import fc from 'fast-check'
import sharp from 'sharp'
import { KintsugiError } from '../src/errors/error.js'
import { decodeImage } from '../src/image/decode.js'
import { encodeImage } from '../src/image/encode.js'
import { encodeOptionNames } from '../src/image/encode-options.js'
import { cleanExif } from '../src/image/exif.js'
import { formatOfPath, type ImageFormat, imageFormats } from '../src/image/format.js'
import { createImage, type Image, type ImageMetadata } from '../src/image/image.js'
import { toInterleaved } from '../src/image/interleaved.js'
import { hashEncodedSamples, samplesEqual } from '../src/image/samples.js'
import { lineageOfXmp, lineageToXmp, MAX_EMBEDDED_LINEAGE, readLineage } from '../src/image/xmp.js'

const formats = Object.keys(imageFormats) as ImageFormat[]

const fails = (code: string, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof KintsugiError, String(error))
  assert.equal(error.code, code)
  assert.match(`${error.message} | ${error.expected} | ${error.found} | ${error.fix}`, pattern)
  return true
}

/** An image whose samples are exact at the depth, all different as far as they go. */
function exactImage(
  channels: 1 | 3,
  alpha: boolean,
  bitDepth: 8 | 16,
  size = [7, 5],
  metadata: ImageMetadata = {},
): Image {
  const max = bitDepth === 8 ? 255 : 65535
  const image = createImage({ width: size[0]!, height: size[1]!, channels, alpha, metadata: { bitDepth, ...metadata } })
  for (let i = 0; i < image.data.length; i++) image.data[i] = ((i * 40503 + 17) % (max + 1)) / max
  for (let i = 0; i < (image.alpha?.length ?? 0); i++) image.alpha![i] = ((i * 30011 + 5) % (max + 1)) / max
  return image
}

/** A gray image of these samples in one row. */
function row(values: readonly number[], metadata: ImageMetadata = {}): Image {
  const image = createImage({ width: values.length, height: 1, channels: 1, metadata })
  image.data.set(values)
  return image
}

describe('image: toInterleaved', () => {
  it('clips to 0..1', () => {
    assert.deepEqual([...toInterleaved(row([-3, -1e-9, -0, 0, 1, 1.0001, 1e30]), 8)], [0, 0, 0, 0, 255, 255, 255])
    assert.deepEqual([...toInterleaved(row([-1, 2]), 16)], [0, 65535])
  })

  it('rounds half to even', () => {
    // 1/2 is the only float32 in 0..1 that falls half-way between two samples, of either depth: 127.5 and 32767.5 go to the even neighbour.
    assert.deepEqual([...toInterleaved(row([0.5]), 8)], [128])
    assert.deepEqual([...toInterleaved(row([0.5, 0.25]), 16)], [32768, 16384])
    assert.deepEqual([...toInterleaved(row([0.5 - 2 ** -24, 0.5 + 2 ** -23]), 8)], [127, 128])
  })

  it('returns every 8 and 16 bit sample to itself', () => {
    for (const [depth, max] of [
      [8, 255],
      [16, 65535],
    ] as const) {
      const all = Array.from({ length: max + 1 }, (_, i) => i)
      assert.deepEqual([...toInterleaved(row(all.map((v) => v / max)), depth)], all)
    }
  })

  it('refuses NaN and infinities, naming the first', () => {
    const image = exactImage(3, true, 8)
    image.data[7 * 5 * 2 + 7 * 3 + 4] = NaN
    assert.throws(() => toInterleaved(image, 8), fails('E_IMAGE_FORMAT', /x 4, y 3 of channel 2.*NaN/))
    assert.throws(
      () => toInterleaved(row([0, -Infinity]), 8),
      fails('E_IMAGE_FORMAT', /x 1, y 0 of channel 0.*-Infinity/),
    )
    const clear = exactImage(1, true, 8)
    clear.alpha![9] = Infinity
    assert.throws(() => toInterleaved(clear, 8), fails('E_IMAGE_FORMAT', /x 2, y 1 of the alpha plane/))
  })
})

describe('image: encodeImage', () => {
  it('round-trips 8 and 16 bit gray, RGB and alpha exactly through PNG and TIFF', async () => {
    for (const format of ['png', 'tiff'] as const)
      for (const bitDepth of [8, 16] as const)
        for (const channels of [1, 3] as const)
          for (const alpha of [false, true]) {
            const image = exactImage(channels, alpha, bitDepth)
            const bytes = await encodeImage(image, { format })
            const again = await decodeImage(bytes)
            assert.ok(samplesEqual(again, image), `${format} ${bitDepth} ${channels} ${alpha}`)
            assert.equal(again.metadata.bitDepth, bitDepth)
            assert.equal(again.metadata.format, format)
          }
  })

  it('round-trips RGB and alpha exactly through lossless WebP, colours under transparency too', async () => {
    const image = exactImage(3, true, 8)
    image.alpha!.fill(0, 0, 10)
    assert.ok(
      samplesEqual(await decodeImage(await encodeImage(image, { format: 'webp', options: { lossless: true } })), image),
    )
  })

  it('keeps lossy formats close and gray JPEG gray', async () => {
    const image = createImage({ width: 40, height: 24, channels: 3 })
    for (let i = 0; i < image.data.length; i++)
      image.data[i] = 0.2 + 0.5 * ((i % 40) / 40) + 0.2 * (Math.floor(i / 40) / 72)
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      const again = await decodeImage(await encodeImage(image, { format }))
      const worst = Math.max(...again.data.map((v, i) => Math.abs(v - image.data[i]!)))
      assert.ok(worst < 0.04, `${format}: ${worst}`)
    }
    assert.equal((await decodeImage(await encodeImage(exactImage(1, false, 8), { format: 'jpeg' }))).channels, 1)
  })

  it('takes the bit depth from the option, the metadata, then 8', async () => {
    const bits = async (image: Image, options = {}, format: ImageFormat = 'png') =>
      (await sharp(await encodeImage(image, { format, options })).metadata()).depth
    assert.equal(await bits(row([0.3])), 'uchar')
    assert.equal(await bits(row([0.3], { bitDepth: 16 })), 'ushort')
    assert.equal(await bits(row([0.3], { bitDepth: 16 }), { bitDepth: 8 }), 'uchar')
    assert.equal(await bits(row([0.3]), { bitDepth: 16 }, 'tiff'), 'ushort')
    assert.equal(await bits(row([0.3], { bitDepth: 16 }), {}, 'jpeg'), 'uchar')
  })

  it('writes JPEG of an opaque image without its alpha, and refuses a transparent one', async () => {
    const image = exactImage(3, true, 8)
    image.alpha!.fill(0.999)
    assert.equal((await decodeImage(await encodeImage(image, { format: 'jpeg' }))).alpha, null)
    image.alpha![3] = 0.9
    await assert.rejects(encodeImage(image, { format: 'jpeg' }), fails('E_IMAGE_ALPHA', /jpeg.*PNG, WebP/))
  })

  it('writes full chroma unless told otherwise', async () => {
    const chroma = async (options: Record<string, unknown>) =>
      (await sharp(await encodeImage(exactImage(3, false, 8, [32, 32]), { format: 'jpeg', options })).metadata())
        .chromaSubsampling
    assert.equal(await chroma({}), '4:4:4')
    assert.equal(await chroma({ subsampling: '4:2:0' }), '4:2:0')
  })

  it('gives the same bytes for the same image, also later', async () => {
    const images = formats.map((format) => [format, exactImage(3, false, 8, [32, 32], { density: 300 })] as const)
    const request = (format: ImageFormat) => ({ format, xmp: lineageToXmp('{}') })
    const first = await Promise.all(images.map(([format, image]) => encodeImage(image, request(format))))
    await new Promise((resolve) => setTimeout(resolve, 1100))
    for (const [i, [format, image]] of images.entries())
      assert.ok(first[i]!.equals(await encodeImage(image, request(format))), format)
  })

  it('refuses options that a format does not have or cannot take', async () => {
    const encode = (format: ImageFormat, options: Record<string, unknown>) => encodeImage(row([0]), { format, options })
    await assert.rejects(
      encode('png', { quality: 90 }),
      fails('E_PARAM', /PNG has no option "quality".*compression, bitDepth/),
    )
    await assert.rejects(encode('jpeg', { quality: 101 }), fails('E_PARAM', /quality.*1 to 100.*101/))
    await assert.rejects(encode('jpeg', { constructor: 1 }), fails('E_PARAM', /no option "constructor"/))
    await assert.rejects(encode('tiff', { compression: 'jpeg' }), fails('E_PARAM', /none, lzw, deflate, zstd/))
    await assert.rejects(encode('bmp' as ImageFormat, {}), fails('E_IMAGE_FORMAT', /png, jpeg, webp, tiff, avif/))
  })

  it('takes each option that it lists', async () => {
    const values: Record<string, unknown> = {
      quality: 50,
      effort: 1,
      lossless: true,
      subsampling: '4:2:0',
      bitDepth: 8,
    }
    for (const format of formats)
      for (const name of encodeOptionNames(format)) {
        const value = name === 'compression' ? (format === 'png' ? 0 : 'lzw') : values[name]
        assert.ok((await encodeImage(exactImage(3, false, 8), { format, options: { [name]: value } })).length > 0)
      }
  })

  it('refuses sizes beyond the format', async () => {
    await assert.rejects(
      encodeImage(createImage({ width: 16_384, height: 1, channels: 1 }), { format: 'webp' }),
      fails('E_IMAGE_SIZE', /16383 x 16383.*16384 x 1.*PNG or TIFF/),
    )
  })
})

describe('image: metadata of saved files', () => {
  let icc: Buffer
  let exif: Buffer
  before(async () => {
    const bytes = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
      .withMetadata({ icc: 'p3', exif: { IFD0: { Make: 'Kintsugi' }, IFD2: { LensModel: 'fifty' } }, orientation: 6 })
      .jpeg()
      .toBuffer()
    const metadata = await sharp(bytes).metadata()
    icc = metadata.icc!
    exif = cleanExif(metadata.exif!)!
  })

  for (const bitDepth of [8, 16] as const)
    it(`keeps ICC bit for bit, EXIF and density in every format, samples unchanged (${bitDepth} bit)`, async () => {
      const metadata = { icc: icc.toString('base64'), exif: exif.toString('base64'), density: 240 }
      const image = exactImage(3, true, bitDepth, [9, 6], metadata)
      for (const format of formats) {
        const subject = format === 'jpeg' ? { ...image, alpha: null } : image
        const options = format === 'webp' ? { lossless: true } : {}
        const again = await decodeImage(await encodeImage(subject, { format, options }))
        assert.equal(again.metadata.icc, metadata.icc, `${format} ICC`)
        assert.equal(again.metadata.density, 240, `${format} density`)
        if (format !== 'tiff') {
          const kept = Buffer.from(again.metadata.exif!, 'base64')
          assert.ok(kept.includes('Kintsugi') && kept.includes('fifty'), `${format} EXIF`)
        }
        if (format === 'png' || format === 'tiff') assert.ok(samplesEqual(again, image), format)
      }
    })

  it('keeps a gray profile with gray pixels and drops a profile of other channels', async () => {
    const gray = Buffer.from(icc)
    gray.write('GRAY', 16, 'latin1')
    const profileOf = async (channels: 1 | 3, profile: Buffer) =>
      (
        await decodeImage(
          await encodeImage(exactImage(channels, false, 8, [4, 4], { icc: profile.toString('base64') }), {
            format: 'tiff',
          }),
        )
      ).metadata.icc
    assert.equal(await profileOf(1, icc), undefined)
    assert.equal(await profileOf(3, gray), undefined)
  })

  it('writes density without EXIF or ICC', async () => {
    for (const format of formats) {
      const again = await decodeImage(await encodeImage(exactImage(3, false, 8, [4, 4], { density: 300 }), { format }))
      assert.equal(again.metadata.density, 300, format)
    }
  })

  it('takes orientation and thumbnail out of an EXIF block of either byte order, and nothing else', () => {
    for (const little of [true, false]) {
      const w16 = (b: Buffer, v: number, at: number) => (little ? b.writeUInt16LE(v, at) : b.writeUInt16BE(v, at))
      const w32 = (b: Buffer, v: number, at: number) => (little ? b.writeUInt32LE(v, at) : b.writeUInt32BE(v, at))
      const entry = (b: Buffer, at: number, tag: number, type: number, count: number, value: number) => {
        w16(b, tag, at)
        w16(b, type, at + 2)
        w32(b, count, at + 4)
        if (type === 3) w16(b, value, at + 8)
        else w32(b, value, at + 8)
      }
      const block = Buffer.alloc(100, 0xee)
      block.write(little ? 'II*\0' : 'MM\0*', 0, 'latin1')
      w32(block, 8, 4)
      w16(block, 3, 8)
      entry(block, 10, 0x0100, 3, 1, 640)
      entry(block, 22, 0x0112, 3, 1, 6)
      entry(block, 34, 0x0131, 2, 4, 0x41424300)
      w32(block, 50, 46)
      w16(block, 2, 50)
      entry(block, 52, 0x0201, 4, 1, 80)
      entry(block, 64, 0x0202, 4, 1, 20)
      w32(block, 0, 76)
      const before = Buffer.from(block)
      const cleaned = cleanExif(Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]))!
      assert.ok(block.equals(before), 'the block itself is untouched')
      assert.equal(cleaned.length, 80)
      assert.equal(little ? cleaned.readUInt16LE(8) : cleaned.readUInt16BE(8), 2)
      assert.ok(cleaned.subarray(10, 22).equals(before.subarray(10, 22)))
      assert.ok(cleaned.subarray(22, 34).equals(before.subarray(34, 46)))
      assert.ok(cleaned.subarray(34, 50).every((byte) => byte === 0))
    }
    for (const broken of ['', 'II*\0', 'XX*\0\b\0\0\0', 'II*\0\xff\xff\0\0'])
      assert.equal(cleanExif(Buffer.from(broken, 'latin1')), undefined)
  })
})

describe('image: lineage', () => {
  const text = JSON.stringify({
    quotes: `"'`,
    tags: '<a b="c">&amp;]]>',
    emoji: '🏺 金継ぎ',
    lines: 'a\r\n\tb',
    spaces: '  two  ',
  })

  it('is embedded in and read from every format exactly', async () => {
    for (const format of formats) {
      const bytes = await encodeImage(exactImage(3, false, 8, [16, 16], { density: 300 }), {
        format,
        xmp: lineageToXmp(`${text}\n`),
      })
      assert.equal(await readLineage(bytes), `${text}\n`, format)
    }
  })

  it('fits every format up to the limit', async () => {
    const base = Buffer.byteLength(lineageToXmp(''))
    const xmp = lineageToXmp('x'.repeat(MAX_EMBEDDED_LINEAGE - base))
    assert.equal(Buffer.byteLength(xmp), MAX_EMBEDDED_LINEAGE)
    for (const format of formats) {
      const bytes = await encodeImage(exactImage(3, false, 8, [16, 16]), { format, xmp })
      assert.equal((await readLineage(bytes))!.length, MAX_EMBEDDED_LINEAGE - base, format)
    }
  })

  it('is refused, not lost, where it does not fit', async () => {
    const xmp = lineageToXmp('x'.repeat(MAX_EMBEDDED_LINEAGE))
    await assert.rejects(
      encodeImage(row([0]), { format: 'jpeg', xmp }),
      fails('E_IMAGE_FORMAT', /XMP packet.*60000 bytes/),
    )
    assert.ok(await readLineage(await encodeImage(row([0]), { format: 'png', xmp })))
  })

  it('comes back for every Unicode text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const json = JSON.stringify([value])
        assert.deepEqual(JSON.parse(lineageOfXmp(lineageToXmp(json))!), [value])
        if (!/[\ufffe\uffff]/.test(json)) assert.equal(lineageOfXmp(lineageToXmp(json)), json)
      }),
    )
    const rough = '["\ufffe\uffff\ud800"]'
    assert.equal(lineageOfXmp(lineageToXmp(rough)), '["\\ufffe\\uffff\\ud800"]')
  })

  it('is found under another prefix, as an attribute, and not where there is none', async () => {
    const ns = 'https://kintsugi.dev/ns/lineage/1/'
    assert.equal(
      lineageOfXmp(`<r:D xmlns:ns1='${ns}'><ns1:lineage>&quot;&#x1F600;&amp;lt;</ns1:lineage></r:D>`),
      '"😀&lt;',
    )
    assert.equal(lineageOfXmp(`<r:D xmlns:k="${ns}" k:lineage="{&quot;a&quot;:1}"/>`), '{"a":1}')
    assert.equal(
      lineageOfXmp('<r:D xmlns:kintsugi="http://example.org/"><kintsugi:lineage>{}</kintsugi:lineage></r:D>'),
      undefined,
    )
    assert.equal(await readLineage(await encodeImage(row([0]), { format: 'png' })), undefined)
    await assert.rejects(readLineage(Buffer.from('text')), fails('E_IMAGE_FORMAT', /no image/))
  })
})

describe('image: hashEncodedSamples and samplesEqual', () => {
  it('hash what is saved: the shape and the clipped, rounded samples', async () => {
    const image = exactImage(3, true, 8)
    const hash = hashEncodedSamples(image)
    assert.match(hash, /^[0-9a-f]{64}$/)
    assert.equal(hashEncodedSamples(await decodeImage(await encodeImage(image, { format: 'png' }))), hash)
    const nudged = { ...image, data: image.data.map((v) => v + 1e-5) }
    assert.equal(hashEncodedSamples(nudged), hash)
    assert.notEqual(hashEncodedSamples(nudged, 16), hashEncodedSamples(image, 16))
    assert.notEqual(hashEncodedSamples({ ...image, alpha: null }), hash)
    assert.notEqual(hashEncodedSamples({ ...image, width: 5, height: 7 }), hash)
    // printf '["kintsugi/samples@1",2,1,1,false,16]\001\000\377\377' | sha256sum
    assert.equal(
      hashEncodedSamples(row([1 / 65535, 1]), 16),
      'ffd7dd97b3c261649431777d9fe28474ec80c76b52d76290a52e1c4633e4bc91',
    )
  })

  it('compare shape and samples bit for bit', () => {
    const image = exactImage(3, true, 8)
    assert.ok(samplesEqual(image, exactImage(3, true, 8, [7, 5], { density: 72 })))
    assert.ok(!samplesEqual(image, { ...image, alpha: null }))
    assert.ok(!samplesEqual(image, { ...image, width: 5, height: 7 }))
    assert.ok(!samplesEqual(row([0]), row([-0])))
  })
})

describe('image: formatOfPath', () => {
  it('knows the format by extension, or lists those there are', () => {
    assert.equal(formatOfPath('a/b.c/photo.JPG'), 'jpeg')
    assert.equal(formatOfPath('x.tif'), 'tiff')
    assert.throws(
      () => formatOfPath('x.bmp'),
      fails('E_IMAGE_FORMAT', /"x\.bmp".*\.png, \.jpg, \.jpeg, \.webp, \.tif, \.tiff, \.avif.*\.bmp/),
    )
    assert.throws(() => formatOfPath('a.png/x'), fails('E_IMAGE_FORMAT', /no extension/))
  })
})
