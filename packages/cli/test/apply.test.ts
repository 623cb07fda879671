import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { decodeImage, readLineage } from '@kintsugi/core'
import { picture, savePicture, Workplace } from './workplace.js'

describe('kintsugi apply', function () {
  this.timeout(120_000)
  const place = new Workplace()

  before(async () => {
    await savePicture(place.path('in/a.png'), picture(24, 20, 7))
    await savePicture(place.path('in/b.png'), picture(19, 23, 11))
    place.write(
      'gray.yaml',
      `kintsugi: 1
inputs: { photo: { type: image } }
nodes: { gray: { use: core/convert, in: photo, with: { color: gray } } }
outputs: { gray: gray }
`,
    )
  })
  after(() => place.remove())

  it('saves an image under the given name and in its format, with its lineage and nothing beside it', async () => {
    const { code, stdout, stderr } = await place.kintsugi(
      'apply',
      'degrade/gaussian-blur',
      'in/a.png',
      '--with',
      'sigma=2',
      '-o',
      'one/soft.webp',
      '-j',
      '1',
    )
    assert.equal(stderr, '')
    assert.deepEqual([code, stdout], [0, 'one/soft.webp\n'])
    assert.deepEqual(await readdir(place.path('one')), ['soft.webp'])
    const { width, height, metadata } = await decodeImage(place.path('one/soft.webp'))
    assert.deepEqual([width, height, metadata.format], [24, 20, 'webp'])
    assert.match((await readLineage(place.path('one/soft.webp'))) ?? '', /"use":"degrade\/gaussian-blur"/)
  })

  it('keeps to the memory that it is given', async () => {
    const args = ['apply', 'degrade/gaussian-blur', 'in/a.png', '-o', 'tight/soft.png', '--memory', '1KiB']
    const { code, stderr } = await place.kintsugi(...args)
    assert.equal(code, 1)
    assert.match(stderr, /E_MEMORY[^]*--memory/)
    assert(!existsSync(place.path('tight/soft.png')))
  })

  it('saves several images in a folder, and takes references of the same name for a metric', async () => {
    const blur = await place.kintsugi(
      'apply',
      'degrade/gaussian-blur',
      'in/a.png',
      'in/b.png',
      '--out',
      'soft',
      '-j',
      '1',
    )
    assert.equal(blur.code, 0)
    assert.deepEqual((await readdir(place.path('soft'))).sort(), ['a.gaussian-blur.png', 'b.gaussian-blur.png'])
    const psnr = await place.kintsugi(
      'apply',
      'metrics/psnr',
      'soft/a.gaussian-blur.png',
      'soft/b.gaussian-blur.png',
      '--in',
      'reference=in',
      '-j',
      '1',
    )
    assert.equal(psnr.code, 0)
    assert.match(psnr.stdout, /^soft\/a\.gaussian-blur\.png\t\d+\.\d+\nsoft\/b\.gaussian-blur\.png\t\d+\.\d+\n$/)
    const same = await place.kintsugi('apply', 'metrics/psnr', 'in/a.png', '--in', 'reference=in/a.png', '-j', '1')
    assert.equal(same.stdout, 'in/a.png\tInfinity\n')
  })

  it('runs a degradation model of a plugin, and repeats it on another image from the saved one', async () => {
    const first = await place.kintsugi('apply', 'degrade/real-esrgan', 'in/a.png', '-o', 'model/', '-j', '1')
    assert.equal(first.code, 0)
    assert.match(first.stdout, /^model\/a\.real-esrgan\.png\nmodel\/a\.real-esrgan\.hq\.png\nin\/a\.png\torder=/)
    const { width, height } = await decodeImage(place.path('model/a.real-esrgan.png'))
    assert.deepEqual([width, height], [6, 5])
    const record = 'record=model/a.real-esrgan.png'
    const again = await place.kintsugi(
      'apply',
      'core/replay',
      'in/a.png',
      'in/b.png',
      '--with',
      record,
      '-o',
      'model/',
      '-j',
      '1',
    )
    assert.deepEqual([again.code, again.stdout], [0, 'model/a.replay.png\nmodel/b.replay.png\n'])
    const [same, other] = [
      await decodeImage(place.path('model/a.replay.png')),
      await decodeImage(place.path('model/b.replay.png')),
    ]
    assert.deepEqual(same.data, (await decodeImage(place.path('model/a.real-esrgan.png'))).data)
    assert.deepEqual([other.width, other.height], [4, 5])
  })

  it('runs a pipeline file as a node', async () => {
    const { code, stdout } = await place.kintsugi('apply', 'gray.yaml', 'in/b.png', '-j', '1')
    assert.deepEqual([code, stdout], [0, 'b.gray.png\n'])
    assert.equal((await decodeImage(place.path('b.gray.png'))).channels, 1)
  })

  it('refuses what cannot be applied, and fails with the node', async () => {
    const cases: [args: string[], code: number, expected: RegExp][] = [
      [['apply', 'degrade/gausian-blur', 'in/a.png'], 2, /E_NODE_UNKNOWN[\s\S]*degrade\/gaussian-blur/],
      [['apply', 'stats/mean', 'in/a.png'], 2, /reduces over an axis/],
      [['apply', 'degrade/gaussian-blur', 'in/a.png', '--with', 'sigmma=1'], 2, /sigmma[\s\S]*sigma/],
      [['apply', 'degrade/gaussian-blur', 'in/none.png'], 2, /no such file/],
      [['apply', 'metrics/psnr', 'in/a.png', '--in', 'refrence=in'], 2, /Write reference=/],
      [['apply', 'degrade/gaussian-blur', 'in/a.png', 'in/b.png', '-o', 'x.png'], 2, /Write --out x\//],
      [['apply', 'metrics/psnr', 'in/a.png', '--in', 'reference=in/b.png', '-j', '1'], 1, /E_IMAGE_SIZE/],
    ]
    await Promise.all(
      cases.map(async ([args, expectedCode, expected]) => {
        const { code, stderr } = await place.kintsugi(...args)
        assert.match(stderr, expected)
        assert.equal(code, expectedCode, args.join(' '))
      }),
    )
    assert.ok(!existsSync(place.path('x.png')))
  })
})
