import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createKintsugi } from '../../src/index.js'
import { probe, root, Workshop } from './workshop.js'

describe('run: threads', function () {
  this.timeout(120_000)
  const shop = new Workshop()
  before(async () => {
    await shop.photo('large/p.png', 1, 1024, 1024)
    // What follows the end of a PNG file is no part of its picture, but makes it another file.
    const png = readFileSync(shop.path('large/p.png'))
    for (let i = 0; i < 40; i++) shop.write(`large/p${i}.png`, Buffer.concat([png, Buffer.alloc(2 ** 20, i)]))
    await shop.photo('small/p.png', 1)
  })
  after(() => shop.remove())

  it('let go of files and pictures that codecs gave them, before V8 marks their heap for 8 MiB of them', async () => {
    shop.write(
      'coded.yaml',
      `kintsugi: 1
plugins: ['${probe}']
inputs:
  photo: { type: image, each: 'large/*.png' }
nodes:
  sharp: { use: degrade/usm-sharpen, in: photo }
  noisy: { use: degrade/gaussian-noise, in: sharp }
  coded: { use: degrade/jpeg, in: noisy }
  small: { use: degrade/resize, in: coded, with: { mode: area, factor: 0.8 } }
  again: { use: degrade/jpeg, in: small }
  external: { use: probe/external, in: again }
outputs:
  external: external
`,
    )
    const mebibytes: number[] = []
    const { ok } = await createKintsugi({ cwd: root, cacheDir: false }).run(shop.path('coded.yaml'), {
      jobs: 1,
      receive: (_output, _item, value) => void mebibytes.push(value as number),
    })
    assert.ok(ok)
    assert.equal(mebibytes.length, 41)
    const least = Math.min(...mebibytes)
    assert.ok(Math.max(...mebibytes) < least + 8, `${mebibytes}`)
  })

  it('take over what another one that is still at work was to do next', async () => {
    const quick = ['a', 'b', 'c']
    const nodes = ['slow', ...quick]
    shop.write(
      'waiting.yaml',
      `kintsugi: 1
plugins: ['${probe}']
inputs:
  photo: { type: image, each: 'small/*.png' }
nodes:
${nodes.map((name, i) => `  ${name}: { use: probe/mean, in: photo, with: { wait: ${name === 'slow' ? 60_000 : i} } }`).join('\n')}
outputs:
${nodes.map((name) => `  ${name}: ${name}`).join('\n')}
`,
    )
    const ran: string[] = []
    const enough = new AbortController()
    const { cancelled } = await createKintsugi({ cwd: root, cacheDir: false }).run(shop.path('waiting.yaml'), {
      jobs: 2,
      signal: enough.signal,
      on: (event) => {
        if (event.type !== 'task' || event.state !== 'ran' || !nodes.includes(event.node)) return
        ran.push(event.node)
        if (quick.every((name) => ran.includes(name))) enough.abort()
      },
    })
    assert.ok(cancelled)
    assert.deepEqual(ran.sort(), quick)
  })
})
