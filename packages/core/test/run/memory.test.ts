import assert from 'node:assert/strict'
import { createKintsugi, services } from '../../src/index.js'
import { BufferPool } from '../../src/memory/buffer-pool.js'
import { everything, soften } from './pipelines.js'
import { filesOf, probe, root, Workshop } from './workshop.js'

/** Outputs of nodes whose working memory is no more than a few images. */
const only = ['routed', 'mixed', 'average', 'scores', 'kind', 'psnr', 'mean_psnr', 'by_kind', 'left_mean']

describe('run: memory', function () {
  this.timeout(120_000)
  const shop = new Workshop()
  before(async () => {
    for (let i = 0; i < 4; i++) await shop.photo(`photos/p${i}.png`, i, 26, 17)
    shop.write('soften.yaml', soften)
    shop.write('everything.yaml', everything)
    await shop.run('everything.yaml', { only, out: shop.path('roomy'), kintsugi: { cacheDir: false } })
  })
  after(() => shop.remove())

  // One photo as float samples takes 5 KiB, a node up to eight times that, a metric some 70 KiB: from room for several tasks to room for hardly one.
  for (const kibibytes of [256, 120, 80]) {
    for (const cached of [true, false]) {
      it(`gives the same files in ${kibibytes} KiB ${cached ? 'with' : 'without'} a cache`, async () => {
        const out = shop.path(`tight-${kibibytes}-${cached}`)
        const { result, liveBytes } = await shop.run('everything.yaml', {
          only,
          out,
          memory: kibibytes * 1024,
          kintsugi: { cacheDir: cached ? shop.path(`cache-${kibibytes}`) : false },
        })
        assert.deepEqual(result.failures, [])
        assert.deepEqual(filesOf(out), filesOf(shop.path('roomy')))
        assert.equal(liveBytes, 0)
      })
    }
  }

  it('refuses an item that cannot fit, with the figures and the flag', async () => {
    const { result, liveBytes } = await shop.run('everything.yaml', {
      out: shop.path('refused'),
      memory: 4096,
      keepGoing: true,
      kintsugi: { cacheDir: false },
    })
    const codes = new Set(result.failures.map(({ error }) => error.code))
    assert.deepEqual([...codes], ['E_MEMORY'])
    const [failure] = result.failures
    assert.match(failure!.error.message, /needs about \d+ KiB.*budget is 4 KiB/)
    assert.match(failure!.error.fix!, /--memory \d+MiB/)
    assert.equal(liveBytes, 0)
  })

  it('lets a reduction load its members, one at a time, when every thread reduces and nothing else fits', async () => {
    shop.write(
      'averages.yaml',
      `kintsugi: 1
plugins: ['${probe}']
axes:
  sigma: [1, 2, 3, 4]
inputs:
  photo: { type: image, each: 'photos/*.png' }
nodes:
  noisy: { use: degrade/gaussian-noise, in: photo, with: { sigma: { $axis: sigma } } }
  average: { use: probe/average, in: noisy, over: photo }
  again: { use: probe/average, in: average, over: sigma }
outputs:
  again: { from: again, save: again.png }
`,
    )
    for (const memory of [32 * 1024, 1 << 30]) {
      const { result, liveBytes } = await shop.run('averages.yaml', {
        out: shop.path(`averages-${memory}`),
        memory,
        kintsugi: { cacheDir: false },
      })
      assert.deepEqual(result.failures, [])
      assert.equal(liveBytes, 0)
    }
    assert.deepEqual(filesOf(shop.path('averages-32768')), filesOf(shop.path(`averages-${1 << 30}`)))
  })

  it('keeps memory free of items that are done', async () => {
    for (let i = 0; i < 60; i++) await shop.photo(`many/p${i}.png`, i, 64, 64)
    shop.write(
      'many.yaml',
      `kintsugi: 1
inputs:
  photo: { type: image, each: 'many/*.png' }
nodes:
  blurred: { use: degrade/gaussian-blur, in: photo }
  psnr: { use: metrics/psnr, in: { image: blurred, reference: photo } }
  mean: { use: stats/mean, in: psnr, over: photo }
outputs:
  mean: mean
  psnr: psnr
`,
    )
    const peak: number[] = []
    const pool = new BufferPool()
    await createKintsugi({
      cwd: root,
      cacheDir: false,
      rebind: (container) => void container.rebind(services.pool).toConstantValue(pool),
    }).run(shop.path('many.yaml'), {
      jobs: 2,
      on: () => {
        peak.push(pool.liveBytes)
      },
    })
    const image = 64 * 64 * 3 * 4
    // A window of eight items, each with its photo, the blurred one and what its nodes work in.
    assert.ok(Math.max(...peak) <= 8 * 4 * image, `${Math.max(...peak) / image} images`)
    assert.ok(pool.heldBytes <= 8 * 6 * image, `${pool.heldBytes / image} images`)
    assert.equal(pool.liveBytes, 0)
  })
})
