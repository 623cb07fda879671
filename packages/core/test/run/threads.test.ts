import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
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
    const sorted = [...mebibytes].sort((a, b) => a - b)
    // Some more wait where the thread that frees them has no processor. Without collections it would be some 30.
    assert.ok(sorted[36]! < sorted[0]! + 8, `${mebibytes}`)
  })

  it('are as many as jobs, and one more where a run lasts and jobs take all processors', async () => {
    const processors = availableParallelism()
    shop.write(
      'threads.yaml',
      `kintsugi: 1
plugins: ['${probe}']
params:
  times: { type: integer, default: 1 }
  wait: { type: number, default: 0 }
axes:
  time: { count: { $param: times } }
inputs:
  photo: { type: image, each: 'small/*.png' }
nodes:
  thread: { use: probe/thread, in: photo, with: { wait: { $expr: 'wait + time' } } }
outputs:
  thread: thread
`,
    )
    const threadsOf = async (jobs: number, times: number, wait: number) => {
      const threads: number[] = []
      const { ok } = await createKintsugi({ cwd: root, cacheDir: false }).run(shop.path('threads.yaml'), {
        jobs,
        params: { times, wait },
        receive: (_output, _item, value) => void threads.push(value as number),
      })
      assert.ok(ok)
      return threads
    }
    assert.equal(new Set(await threadsOf(processors, 4 * processors, 100)).size, processors)
    assert.equal(new Set(await threadsOf(processors, 16 * processors, 250)).size, processors > 1 ? processors + 1 : 1)
    assert.equal(new Set(await threadsOf(1, 12, 250)).size, 1)
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

  it('go on with further items while one takes long', async () => {
    shop.write(
      'long.yaml',
      `kintsugi: 1
plugins: ['${probe}']
axes:
  time: { count: 20 }
inputs:
  photo: { type: image, each: 'small/*.png' }
nodes:
  mean: { use: probe/mean, in: photo, with: { wait: { $expr: 'time == 0 ? 60000 : time' } } }
outputs:
  mean: mean
`,
    )
    let ran = 0
    const enough = new AbortController()
    const { cancelled } = await createKintsugi({ cwd: root, cacheDir: false }).run(shop.path('long.yaml'), {
      jobs: 2,
      signal: enough.signal,
      on: (event) => {
        if (event.type === 'task' && event.state === 'ran' && event.node === 'mean' && ++ran === 7) enough.abort()
      },
    })
    assert.ok(cancelled)
    assert.equal(ran, 7)
  })
})
