import assert from 'node:assert/strict'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createImage, decodeImage, encodeImage, readLineage, samplesEqual } from '@kintsugi/core'
import { lineageToXmp } from '../../core/src/image/xmp.js'
import { picture, savePicture, Workplace } from './workplace.js'

describe('kintsugi replay', function () {
  this.timeout(120_000)
  const place = new Workplace()
  const saved = place.path('out/noisy/a.png')

  before(async () => {
    place.write(
      'noise.yaml',
      `kintsugi: 1
seed: 5
inputs:
  photo: { type: image, each: 'photos/*.png' }
nodes:
  soft: { use: degrade/gaussian-blur, in: photo, with: { sigma: { $uniform: [0.5, 2] } } }
  noisy: { use: degrade/gaussian-noise, in: soft, with: { sigma: 20 } }
outputs:
  noisy: { from: noisy, save: 'noisy/{photo}.png' }
  lossy: { from: noisy, save: 'lossy/{photo}.jpg', encode: { quality: 60 } }
`,
    )
    // A picture of this process alone: the search for sources looks around, where an earlier run may have left its own.
    await savePicture(place.path('photos/a.png'), picture(24, 20, process.pid / 97))
    await savePicture(place.path('stranger.png'), picture(24, 20, 13))
    const { code, stderr } = await place.kintsugi('run', 'noise.yaml', '--out', 'out', '--jobs', '1')
    assert.equal(code, 0, stderr)
  })
  after(() => place.remove())

  it('says identical, and writes the same pixels', async () => {
    const { code, stdout } = await place.kintsugi('replay', 'out/noisy/a.png', '--out', 'again.png', '--jobs', '1')
    assert.match(stdout, /^out\/noisy\/a\.png: identical \(3 tasks made again\)/)
    assert.equal(code, 0)
    assert.ok(samplesEqual(await decodeImage(place.path('again.png')), await decodeImage(saved)))
  })

  it('takes the encoder settings of a lossy file from run.json', async () => {
    const { code, stdout } = await place.kintsugi('replay', 'out/lossy/a.jpg', '--jobs', '1')
    assert.match(stdout, /identical/)
    assert.equal(code, 0)
  })

  it('tells by how much a changed file differs, and that it is not as it was saved', async () => {
    const image = await decodeImage(saved)
    const changed = createImage({ ...image, alpha: false })
    changed.data.set(image.data)
    changed.data[30] =
      (Math.round((changed.data[30] ?? 0) * 255) +
        (changed.data[30] === 1 ? -51 : 51) * ((changed.data[30] ?? 0) > 0.5 ? -1 : 1)) /
      255
    const xmp = lineageToXmp((await readLineage(saved)) ?? '')
    const original = await readFile(saved)
    await writeFile(saved, await encodeImage(changed, { format: 'png', xmp }))
    const { code, stdout } = await place.kintsugi('replay', 'out/noisy/a.png', '--jobs', '1')
    await writeFile(saved, original)
    assert.equal(code, 1)
    assert.match(
      stdout,
      /different: 1 of 1440 samples \(0\.069\d* %\), by at most 0\.2 where white is 1 \(51 of 255\); PSNR 45\.56\d* dB/,
    )
    assert.match(stdout, /not as the run saved it/)
  })

  it('refuses a named source of other content, and an image without lineage', async () => {
    const wrong = await place.kintsugi('replay', 'out/noisy/a.png', '--input', 'stranger.png', '--jobs', '1')
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /E_REPLAY[\s\S]*"stranger\.png" is no source[\s\S]*SHA-256 [0-9a-f]{64}/)
    const none = await place.kintsugi('replay', 'photos/a.png')
    assert.equal(none.code, 2)
    assert.match(none.stderr, /E_REPLAY[\s\S]*does not tell how it was made/)
  })

  it('finds a renamed source by its content, and says which one is missing', async () => {
    await rename(place.path('photos/a.png'), place.path('renamed.png'))
    assert.equal((await place.kintsugi('replay', 'out/noisy/a.png', '--jobs', '1')).code, 0)
    await rename(place.path('renamed.png'), place.path('photos/elsewhere.png'))
    const { code, stderr } = await place.kintsugi('replay', 'out/noisy/a.png')
    assert.equal(code, 2)
    assert.match(stderr, /The source "a\.png" is not there[\s\S]*--input/)
    const named = await place.kintsugi(
      'replay',
      'out/noisy/a.png',
      '--input',
      'photos/elsewhere.png',
      '--jobs',
      '1',
      '--json',
    )
    assert.equal(named.code, 0)
    assert.equal((JSON.parse(named.stdout) as { identical: boolean }).identical, true)
  })
})
