import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { KintsugiError } from '../src/errors/error.js'
import { decodeImage } from '../src/image/decode.js'
import type { Image } from '../src/image/image.js'
import { imageHeader } from '../src/image/source.js'

const fails = (code: string, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof KintsugiError, String(error))
  assert.equal(error.code, code)
  assert.match(`${error.message} | ${error.expected} | ${error.found} | ${error.fix}`, pattern)
  return true
}

/** A small picture in which every pixel differs: 5 x 3 RGB. */
const width = 5
const height = 3
const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + 11) % 256)
const raw = (bytes: Uint8Array | Uint16Array, channels: 1 | 2 | 3 | 4) =>
  sharp(bytes, { raw: { width, height, channels } })

/** Sample of a channel at a place, in units of 1/255 or 1/65535. */
function at(image: Image, c: number, x: number, y: number): number {
  const max = image.metadata.bitDepth === 16 ? 65535 : 255
  return Math.fround(image.data[(c * image.height + y) * image.width + x]! * max)
}

function assertPixels(image: Image, samples: Uint8Array | Uint16Array, bands: number): void {
  const max = samples.BYTES_PER_ELEMENT === 1 ? 255 : 65535
  const plane = image.width * image.height
  for (let p = 0; p < plane; p++) {
    for (let c = 0; c < image.channels; c++)
      assert.equal(image.data[c * plane + p], Math.fround(samples[p * bands + c]! / max), `channel ${c} of pixel ${p}`)
    if (bands % 2 === 0)
      assert.equal(image.alpha![p], Math.fround(samples[p * bands + bands - 1]! / max), `alpha of pixel ${p}`)
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** A PNG written by hand: colour type and depth as given, rows unfiltered. */
function png(
  size: [number, number],
  depth: number,
  colourType: number,
  rows: number[][],
  extra: Buffer[] = [],
): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size[0], 0)
  header.writeUInt32BE(size[1], 4)
  header[8] = depth
  header[9] = colourType
  const data = deflateSync(Buffer.from(rows.flatMap((row) => [0, ...row])))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...extra,
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('image: decodeImage', () => {
  it('reads 8-bit gray, gray and alpha, RGB, RGBA as sample / 255', async () => {
    for (const bands of [1, 2, 3, 4] as const) {
      const samples = Uint8Array.from({ length: width * height * bands }, (_, i) => (i * 41 + 3) % 256)
      for (const format of ['png', 'tiff'] as const) {
        const pipeline = raw(samples, bands).toColourspace(bands < 3 ? 'b-w' : 'srgb')
        const bytes = await (format === 'png' ? pipeline.png() : pipeline.tiff({ compression: 'lzw' })).toBuffer()
        const image = await decodeImage(bytes)
        assert.deepEqual([image.width, image.height, image.channels], [width, height, bands < 3 ? 1 : 3])
        assert.equal(image.alpha === null, bands % 2 === 1)
        assert.equal(image.metadata.bitDepth, 8)
        assert.equal(image.metadata.format, format)
        assertPixels(image, samples, bands)
      }
    }
  })

  it('reads 16-bit files as sample / 65535', async () => {
    for (const bands of [1, 2, 3, 4] as const) {
      const samples = Uint16Array.from({ length: width * height * bands }, (_, i) => (i * 9973 + 1) % 65536)
      for (const format of ['png', 'tiff'] as const) {
        const pipeline = raw(samples, bands).toColourspace(bands < 3 ? 'grey16' : 'rgb16')
        const bytes = await (format === 'png' ? pipeline.png() : pipeline.tiff({ compression: 'deflate' })).toBuffer()
        const image = await decodeImage(bytes)
        assert.equal(image.metadata.bitDepth, 16)
        assert.equal(image.channels, bands < 3 ? 1 : 3)
        assertPixels(image, samples, bands)
      }
    }
  })

  it('reads 1-bit gray, palettes and transparent palettes as their colours', async () => {
    const bits = await decodeImage(png([3, 2], 1, 0, [[0b10100000], [0b01000000]]))
    assert.equal(bits.channels, 1)
    assert.deepEqual([...bits.data], [1, 0, 1, 0, 1, 0])
    const palette = chunk('PLTE', Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 51]))
    const colours = await decodeImage(png([3, 1], 8, 3, [[2, 1, 0]], [palette]))
    assert.deepEqual([...colours.data], [0, 0, 1, 0, 1, 0, Math.fround(0.2), 0, 0])
    const seeThrough = await decodeImage(png([2, 1], 8, 3, [[0, 1]], [palette, chunk('tRNS', Buffer.from([0]))]))
    assert.deepEqual([...seeThrough.alpha!], [0, 1])
  })

  it('reads lossy formats close to their originals and keeps a gray JPEG gray', async () => {
    const side = 32
    const smooth = Uint8Array.from(
      { length: side * side * 3 },
      (_, i) => 40 + ((Math.floor(i / 3) % side) + Math.floor(i / 3 / side)) * 3,
    )
    const source = () => sharp(smooth, { raw: { width: side, height: side, channels: 3 } })
    for (const bytes of [
      await source().jpeg({ quality: 95 }).toBuffer(),
      await source().webp({ quality: 95 }).toBuffer(),
      await source().avif({ quality: 90 }).toBuffer(),
      await source().gif().toBuffer(),
    ]) {
      const image = await decodeImage(bytes)
      assert.deepEqual([image.width, image.height, image.channels], [side, side, 3])
      for (const [x, y] of [
        [0, 0],
        [16, 16],
        [31, 31],
      ] as const)
        assert.ok(Math.abs(at(image, 1, x, y) - smooth[(y * side + x) * 3 + 1]!) < 6, image.metadata.format)
    }
    assert.equal((await decodeImage(await source().toColourspace('b-w').jpeg().toBuffer())).channels, 1)
  })

  it('reads the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(48, 250), Buffer.alloc(48, 5)])
    for (const format of ['gif', 'webp'] as const) {
      const stack = sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } })
      const bytes = await (format === 'gif' ? stack.gif() : stack.webp({ lossless: true })).toBuffer()
      assert.equal((await sharp(bytes).metadata()).pages, 2)
      const image = await decodeImage(bytes)
      assert.deepEqual([image.width, image.height], [4, 4])
      assert.equal(at(image, 0, 0, 0), 250)
    }
  })

  it('applies each of the eight orientations once, to alpha too, and takes it out of the EXIF', async () => {
    // Where the pixel shown at (x, y) lies in the file; w and h are the file's. Exif 2.3, table 6.
    const places: Record<number, (x: number, y: number, w: number, h: number) => [number, number]> = {
      1: (x, y) => [x, y],
      2: (x, y, w) => [w - 1 - x, y],
      3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
      4: (x, y, _w, h) => [x, h - 1 - y],
      5: (x, y) => [y, x],
      6: (x, y, _w, h) => [y, h - 1 - x],
      7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
      8: (x, y, w) => [w - 1 - y, x],
    }
    const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) => (i * 29 + 7) % 256)
    for (let orientation = 1; orientation <= 8; orientation++) {
      const bytes = await raw(rgba, 4)
        .withExif({ IFD0: { Make: 'Kintsugi' } })
        .withMetadata({ orientation })
        .png()
        .toBuffer()
      assert.equal((await sharp(bytes).metadata()).orientation, orientation)
      const image = await decodeImage(bytes)
      const turned = orientation >= 5
      assert.deepEqual([image.width, image.height], turned ? [height, width] : [width, height])
      const header = await imageHeader(bytes)
      assert.deepEqual([header.width, header.height], [image.width, image.height])
      for (let y = 0; y < image.height; y++)
        for (let x = 0; x < image.width; x++) {
          const [fx, fy] = places[orientation]!(x, y, width, height)
          assert.equal(at(image, 2, x, y), rgba[(fy * width + fx) * 4 + 2], `orientation ${orientation} at ${x},${y}`)
          assert.equal(image.alpha![y * image.width + x], Math.fround(rgba[(fy * width + fx) * 4 + 3]! / 255))
        }
      const kept = Buffer.from(image.metadata.exif!, 'base64')
      assert.ok(kept.includes('Kintsugi'))
      const again = await sharp(png([1, 1], 8, 0, [[0]], [chunk('eXIf', kept)])).metadata()
      assert.equal(again.orientation, undefined)
    }
  })

  it('keeps the ICC profile bit for bit, without changing a sample, and the density', async () => {
    const bytes = await raw(rgb, 3).withIccProfile('p3').png().withDensity(300).toBuffer()
    const { icc } = await sharp(bytes).metadata()
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer()
    const image = await decodeImage(bytes)
    assert.equal(image.metadata.icc, icc!.toString('base64'))
    assert.equal(image.metadata.density, 300)
    assertPixels(image, stored, 3)
  })

  it('converts CMYK to sRGB and drops its profile', async () => {
    const flat = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c04040' } })
    const bytes = await flat.toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 100 }).toBuffer()
    assert.equal((await sharp(bytes).metadata()).space, 'cmyk')
    const image = await decodeImage(bytes)
    assert.equal(image.channels, 3)
    assert.equal(image.metadata.icc, undefined)
    assert.ok(Math.abs(at(image, 0, 4, 4) - 0xc0) < 20 && Math.abs(at(image, 1, 4, 4) - 0x40) < 20)
  })

  it('takes bytes in shared memory and gives samples from the allocator', async () => {
    const bytes = await raw(rgb, 3).png().toBuffer()
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
    shared.set(bytes)
    const lengths: number[] = []
    const allocate = (length: number) => {
      lengths.push(length)
      return new Float32Array(length)
    }
    assertPixels(await decodeImage(shared, { allocate }), rgb, 3)
    assert.deepEqual(lengths, [width * height * 3])
    assert.ok((await decodeImage(bytes)).data.buffer instanceof SharedArrayBuffer)
  })
})

describe('image: files that are no whole image', () => {
  const noisy = Uint8Array.from({ length: 48 * 48 * 3 }, (_, i) => (i * i * 31 + i * 7) % 251)
  const source = () => sharp(noisy, { raw: { width: 48, height: 48, channels: 3 } })
  const encoders: Record<string, () => Promise<Buffer>> = {
    png: () => source().png().toBuffer(),
    jpeg: () => source().jpeg().toBuffer(),
    'progressive jpeg': () => source().jpeg({ progressive: true }).toBuffer(),
    webp: () => source().webp().toBuffer(),
    tiff: () => source().tiff({ compression: 'lzw' }).toBuffer(),
    gif: () => source().gif().toBuffer(),
    avif: () => source().avif({ effort: 0 }).toBuffer(),
  }
  for (const [format, encode] of Object.entries(encoders))
    it(`${format}: a file cut anywhere is an error or still the whole picture`, async () => {
      const bytes = await encode()
      const whole = await decodeImage(bytes)
      let refused = 0
      const cuts = [
        ...Array.from({ length: 24 }, (_, i) => Math.floor((bytes.length * (i + 1)) / 25)),
        ...Array.from({ length: 24 }, (_, i) => bytes.length - 1 - i),
      ]
      for (const cut of cuts) {
        const image = await decodeImage(bytes.subarray(0, cut), { name: 'cut.img' }).catch((error: unknown) => {
          fails('E_IMAGE_FORMAT', /cut\.img is (damaged or cut short|no image)/)(error)
          refused++
        })
        if (image) assert.deepEqual(image.data, whole.data, `cut at ${cut} of ${bytes.length}`)
      }
      assert.ok(refused >= 24, `${refused} of ${cuts.length} cuts were refused`)
    })

  it('refuses a PNG and a JPEG with a damaged middle', async () => {
    for (const format of ['png', 'jpeg']) {
      const bytes = Buffer.from(await encoders[format]!())
      bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 40)
      await assert.rejects(decodeImage(bytes), fails('E_IMAGE_FORMAT', /damaged or cut short/))
    }
  })

  it('says what it found instead of an image', async () => {
    const cases: [Uint8Array | string, RegExp][] = [
      ['', /an empty file/],
      ['hello, this is text', /text that begins "hello, this is text"/],
      ['<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>', /an SVG drawing/],
      ['<?xml version="1.0"?><!-- x --><svg width="4"/>', /an SVG drawing/],
      ['%PDF-1.7', /a PDF document/],
      [Buffer.from('0000001866747970686569630000000068656963', 'hex'), /a HEIC image/],
      [Buffer.from([1, 2, 3, 0, 255]), /bytes 01 02 03 00 ff/],
      [Buffer.from('89504e470d0a1a0a', 'hex'), /a PNG image that ends in an error/],
    ]
    for (const [bytes, pattern] of cases) {
      const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
      await assert.rejects(decodeImage(buffer, { name: 'photo.png' }), fails('E_IMAGE_FORMAT', pattern))
      await assert.rejects(decodeImage(buffer, { name: 'photo.png' }), fails('E_IMAGE_FORMAT', /photo\.png/))
      await assert.rejects(imageHeader(buffer), fails('E_IMAGE_FORMAT', pattern))
    }
  })

  it('refuses float samples', async () => {
    const bytes = await raw(rgb, 3).tiff({ compression: 'none', predictor: 'float' }).toBuffer()
    await assert.rejects(decodeImage(bytes), fails('E_IMAGE_FORMAT', /3 bands of float/))
  })

  it('refuses an image beyond the pixel limit before decoding it', async () => {
    const bomb = png([60_000, 60_000], 8, 2, [[0]])
    const limited = (options: { limitPixels?: number }) => decodeImage(bomb, { name: 'bomb.png', ...options })
    await assert.rejects(limited({}), fails('E_IMAGE_SIZE', /bomb\.png.*268435456.*60000 x 60000/))
    const small = await raw(rgb, 3).png().toBuffer()
    await assert.rejects(decodeImage(small, { limitPixels: 14 }), fails('E_IMAGE_SIZE', /at most 14 pixels/))
    assert.equal((await decodeImage(small, { limitPixels: 15 })).width, 5)
  })
})

describe('image: imageHeader and paths', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kintsugi-image-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('tells size, channels, alpha and depth of each format', async () => {
    const rgba16 = raw(new Uint16Array(width * height * 4), 4).toColourspace('rgb16')
    const cases: [string, Buffer, object][] = [
      ['a.png', await rgba16.png().toBuffer(), { channels: 3, alpha: true, bitDepth: 16, format: 'png' }],
      [
        'b.jpg',
        await raw(rgb, 3).toColourspace('b-w').jpeg().toBuffer(),
        { channels: 1, alpha: false, bitDepth: 8, format: 'jpeg' },
      ],
      ['c.tif', await raw(rgb, 3).tiff().toBuffer(), { channels: 3, alpha: false, bitDepth: 8, format: 'tiff' }],
      [
        'd.webp',
        await raw(rgb, 3).ensureAlpha(0.5).webp().toBuffer(),
        { channels: 3, alpha: true, bitDepth: 8, format: 'webp' },
      ],
      [
        'e.avif',
        await raw(rgb, 3).avif({ bitdepth: 10 }).toBuffer(),
        { channels: 3, alpha: false, bitDepth: 16, format: 'avif' },
      ],
    ]
    for (const [name, bytes, expected] of cases) {
      await writeFile(join(folder, name), bytes)
      const header = { width, height, ...expected }
      assert.deepEqual(await imageHeader(bytes), header)
      assert.deepEqual(await imageHeader(join(folder, name)), header)
      const image = await decodeImage(join(folder, name))
      assert.deepEqual(
        [image.channels, image.alpha !== null, image.metadata.bitDepth],
        [header, header, header].map((h, i) => Object.values(h)[i + 2]),
      )
    }
  })

  it('reads a file anew after it changed', async () => {
    const path = join(folder, 'changes.png')
    for (const value of [10, 200]) {
      await writeFile(path, await raw(new Uint8Array(rgb.length).fill(value), 3).png().toBuffer())
      assert.equal(at(await decodeImage(path), 0, 0, 0), value)
    }
  })

  it('finds a header behind a quarter of a megabyte of metadata', async () => {
    const comment = chunk('tEXt', Buffer.concat([Buffer.from('a\0', 'latin1'), Buffer.alloc(300_000, 65)]))
    const path = join(folder, 'long.png')
    await writeFile(path, png([2, 1], 8, 0, [[1, 2]], [comment]))
    assert.deepEqual(await imageHeader(path), {
      width: 2,
      height: 1,
      channels: 1,
      alpha: false,
      bitDepth: 8,
      format: 'png',
    })
  })

  it('says which file is not there', async () => {
    await assert.rejects(imageHeader(join(folder, 'none.png')), fails('E_FILE', /none\.png/))
    await assert.rejects(decodeImage(join(folder, 'none.png')), fails('E_FILE', /none\.png/))
  })
})
