import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { root, Workshop } from './workshop.js'

describe('run: defaults of inputs in nested files', function () {
  this.timeout(120_000)
  let shop: Workshop
  beforeEach(async () => {
    shop = new Workshop()
    await shop.photo('photos/a.png', 0)
    await shop.photo('parts/other.png', 3)
    mkdirSync(shop.path('elsewhere'))
  })
  afterEach(() => shop.remove())

  const blended = (rest: string): string => `
kintsugi: 1
inputs:
  image: { type: image }
  other: { type: image, default: ${rest} }
nodes:
  both: { use: esrgan/blend, in: { from: image, to: other } }
outputs:
  both: both
`
  const outer = `
kintsugi: 1
inputs:
  photo: { type: image, default: photos/a.png }
  same: { type: image, default: parts/other.png }
nodes:
  inside: { use: ./parts/blended.yaml, in: { image: photo } }
  outside: { use: esrgan/blend, in: { from: photo, to: same } }
outputs:
  inside: { from: inside, save: inside.png }
  outside: { from: outside, save: outside.png }
`

  it('an image is read from the path that the nested file names, relative to that file', async () => {
    shop.write('parts/blended.yaml', blended('other.png'))
    shop.write('outer.yaml', outer)
    const { result } = await shop.run('outer.yaml', { kintsugi: { cwd: root } })
    assert.deepEqual(result.failures, [])
    const [inside, outside] = ['inside.png', 'outside.png'].map((path) =>
      result.saved.find((file) => file.path === path),
    )
    assert.equal(inside?.pixels, outside?.pixels)
    assert.notEqual(inside?.pixels, undefined)
  })

  it('what the caller gives goes before it', async () => {
    shop.write('parts/blended.yaml', blended('missing.png'))
    shop.write('outer.yaml', outer.replace('image: photo }', 'image: photo, other: same }'))
    const { result } = await shop.run('outer.yaml')
    assert.deepEqual(result.failures, [])
  })

  it('a file that is not there is named', async () => {
    shop.write('parts/blended.yaml', blended('missing.png'))
    shop.write('outer.yaml', outer)
    const { result } = await shop.run('outer.yaml')
    const [failure] = result.failures
    assert.equal(failure?.output, 'inside')
    assert.equal(failure.error.code, 'E_FILE')
    assert.match(failure.error.message, /missing\.png/)
    assert.equal(failure.error.place?.node, 'inside/other')
  })
})
