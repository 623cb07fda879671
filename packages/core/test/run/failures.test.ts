import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { resultOf, runInChild } from './in-child.js'
import { everything, simple, soften } from './pipelines.js'
import { filesOf, probe, root, runJson, Workshop } from './workshop.js'

/** The longest a process may stay once its last run has ended, ms. */
const LONGEST_STAY = 3000

describe('run: failing items', function () {
  this.timeout(120_000)
  let shop: Workshop

  beforeEach(async () => {
    shop = new Workshop()
    for (const [i, name] of ['a', 'b', 'd'].entries()) await shop.photo(`photos/${name}.png`, i)
    shop.write('simple.yaml', simple.replace('in: psnr, over: photo', 'in: psnr, over: photo, missing: skip'))
  })
  afterEach(() => shop.remove())

  it('goes on past a broken image when told to, and changes nothing for the others', async () => {
    await shop.run('simple.yaml', { out: shop.path('good') })
    shop.write('photos/c.png', readFileSync(shop.path('photos/a.png')).subarray(0, 200))
    const { result, liveBytes } = await shop.run('simple.yaml', { keepGoing: true, kintsugi: { cacheDir: false } })
    assert.equal(result.ok, false)
    assert.deepEqual([...new Set(result.failures.map(({ error }) => error.code))], ['E_IMAGE_FORMAT'])
    assert.deepEqual(result.failures.map(({ output, item }) => [output, item['photo']]).sort(), [
      ['noisy', 'c'],
      ['psnr', 'c'],
      ['ssim', 'c'],
    ])
    assert.equal(liveBytes, 0)
    const [good, bad] = [filesOf(shop.path('good')), filesOf(shop.path('out'))]
    for (const name of ['a', 'b', 'd']) assert.equal(bad[`noisy/${name}.png`], good[`noisy/${name}.png`])
    assert.equal(bad['noisy/c.png'], undefined)
    const rows = (folder: string): Record<string, Record<string, unknown>[]> =>
      (
        JSON.parse(readFileSync(shop.path(folder, 'scores.json'), 'utf8')) as {
          outputs: Record<string, Record<string, unknown>[]>
        }
      ).outputs
    assert.deepEqual(
      rows('out')['psnr']!.filter(({ photo }) => photo !== 'c'),
      rows('good')['psnr'],
    )
    assert.deepEqual(
      rows('out')['psnr']!.find(({ photo }) => photo === 'c'),
      { photo: 'c', error: 'E_IMAGE_FORMAT' },
    )
    // `missing: skip`: the mean of the three that are there.
    assert.deepEqual(
      rows('out')['mean_psnr']!.map(({ value }) => value),
      rows('good')['mean_psnr']!.map(({ value }) => value),
    )
    assert.match(readFileSync(shop.path('out/scores.csv'), 'utf8'), /^c,psnr,,.*E_IMAGE_FORMAT$/m)
    assert.equal(runJson(shop.path('out')).failures.length, 3)
  })

  it('fails a reduction over a missing member that does not say "missing: skip"', async () => {
    shop.write('photos/c.png', 'no image')
    shop.write('simple.yaml', simple)
    const { result } = await shop.run('simple.yaml', { keepGoing: true })
    const row = result.rows.find(({ output }) => output === 'mean_psnr')
    assert.equal(row?.error, 'E_IMAGE_FORMAT')
    assert.equal(result.rows.filter(({ output, error }) => output === 'psnr' && error === undefined).length, 3)
  })

  it('stops at a failure otherwise, and completes once the image is whole', async () => {
    for (let i = 0; i < 12; i++) await shop.photo(`photos/e${i}.png`, i)
    const whole = readFileSync(shop.path('photos/b.png'))
    writeFileSync(shop.path('photos/b.png'), 'no image')
    const { result, liveBytes, ran } = await shop.run('simple.yaml', { jobs: 1 })
    assert.equal(result.ok, false)
    assert.ok(result.failures.length >= 1)
    assert.ok(ran.filter((node) => node === 'noisy').length < 10, 'later items were not started')
    assert.equal(liveBytes, 0)
    writeFileSync(shop.path('photos/b.png'), whole)
    await shop.run('simple.yaml')
    await shop.run('simple.yaml', { out: shop.path('fresh'), kintsugi: { cacheDir: false } })
    assert.deepEqual(filesOf(shop.path('out')), filesOf(shop.path('fresh')))
  })

  it('gives the same rows and files with any number of jobs when items fail', async () => {
    shop.write('photos/c.png', 'no image')
    // The files of `D` and `d` would be one on many file systems: the first in order has the path, whatever comes first.
    await shop.photo('photos/D.png', 7, 96, 96)
    for (const jobs of [1, 4]) {
      await shop.run('simple.yaml', {
        ...(jobs > 1 && { jobs }),
        keepGoing: true,
        out: shop.path(`jobs-${jobs}`),
        kintsugi: { cacheDir: false },
      })
    }
    assert.deepEqual(filesOf(shop.path('jobs-4')), filesOf(shop.path('jobs-1')))
    const failed = runJson(shop.path('jobs-1')).failures as {
      output: string
      item: { photo: string }
      error: { code: string }
    }[]
    assert.deepEqual(
      failed.filter(({ output }) => output === 'noisy').map(({ item, error }) => [item.photo, error.code]),
      [
        ['c', 'E_IMAGE_FORMAT'],
        ['d', 'E_OUTPUT'],
      ],
    )
  })

  it('says that a run folder cannot be written', async () => {
    shop.write('occupied', 'a file')
    await assert.rejects(shop.run('simple.yaml', { out: shop.path('occupied/out') }), { code: 'E_FILE' })
  })

  it('ends the run when a listener or a receiver of the program throws', async () => {
    const fault = new Error('of the program')
    const throws = (): never => {
      throw fault
    }
    await assert.rejects(shop.run('simple.yaml', { receive: throws }), fault)
    await assert.rejects(
      shop.run('simple.yaml', { on: (event) => (event.type === 'task' ? throws() : undefined) }),
      fault,
    )
    assert.equal((await shop.run('simple.yaml')).result.ok, true)
  })
})

describe('run: nodes that misbehave', function () {
  this.timeout(120_000)
  const shop = new Workshop()
  const pipeline = (end: string): string => `kintsugi: 1
plugins: ['${probe}']
inputs:
  photo: { type: image, each: 'photos/*.png' }
axes:
  end: [well, ${end}]
nodes:
  mean: { use: probe/mean, in: photo, with: { end: { $axis: end } } }
outputs:
  mean: mean
`
  before(async () => {
    for (const [i, name] of ['a', 'b'].entries()) await shop.photo(`photos/${name}.png`, i)
  })
  after(() => shop.remove())

  const cases: [end: string, code: string, message: RegExp][] = [
    ['throw', 'E_NODE_FAILED', /"mean" \(probe\/mean of probe-plugin 1\.0\.0\) failed: a slip of the plugin/i],
    ['fail', 'E_PROBE', /not wanted/],
    ['exit', 'E_WORKER', /worker thread ended.*probe\/mean/],
    ['crash', 'E_WORKER', /thrown where nobody catches/],
    ['bad-output', 'E_NODE_FAILED', /mean/],
  ]
  for (const [end, code, message] of cases) {
    it(`${end}: fails that task alone`, async () => {
      shop.write('bad.yaml', pipeline(end))
      const { result, liveBytes } = await shop.run('bad.yaml', { keepGoing: true, kintsugi: { cacheDir: false } })
      assert.deepEqual(
        result.rows.map(({ item, error }) => [item['photo'], item['end'], error]).sort(),
        [
          ['a', end, code],
          ['a', 'well', undefined],
          ['b', end, code],
          ['b', 'well', undefined],
        ].sort(),
      )
      for (const { error } of result.failures) {
        assert.match(error.message, message)
        assert.equal(error.place.node, 'mean')
        assert.equal(error.place.item?.['end'], end)
      }
      assert.equal(liveBytes, 0)
    })
  }

  it('a process ends by itself after threads that died, timers that were left, and a run that failed', async () => {
    shop.write('bad.yaml', pipeline('leave-timer, exit, throw'))
    const child = await runInChild({
      kintsugi: { cwd: root, cacheDir: false },
      pipeline: shop.path('bad.yaml'),
      options: { out: shop.path('out'), jobs: 2, keepGoing: true },
      again: true,
    })
    assert.deepEqual(resultOf(child).codes.sort(), ['E_NODE_FAILED', 'E_NODE_FAILED', 'E_WORKER', 'E_WORKER'])
    assert.equal(child.code, 0, child.stderr)
    assert.ok(child.lingeredMilliseconds < LONGEST_STAY, `${child.lingeredMilliseconds} ms`)
  })
})

describe('run: cancellation', function () {
  this.timeout(120_000)
  const shop = new Workshop()
  before(async () => {
    for (let i = 0; i < 6; i++) await shop.photo(`photos/p${i}.png`, i, 26, 17)
    shop.write('soften.yaml', soften)
    shop.write('everything.yaml', everything)
    await shop.run('everything.yaml', { out: shop.path('fresh'), kintsugi: { cacheDir: false } })
  })
  after(() => shop.remove())

  for (const tasks of [0, 1, 9, 30]) {
    it(`settles when cancelled after ${tasks} tasks, writes nothing half, and completes when run again`, async () => {
      const out = shop.path(`cancelled-${tasks}`)
      const controller = new AbortController()
      if (tasks === 0) controller.abort()
      let seen = 0
      const { result, liveBytes, ran } = await shop.run('everything.yaml', {
        out,
        ...(tasks === 9 && { jobs: 2 }),
        signal: controller.signal,
        on: (event) => {
          if (event.type === 'task' && ++seen === tasks) controller.abort()
        },
      })
      assert.equal(result.cancelled, true)
      assert.equal(result.ok, false)
      assert.deepEqual(result.failures, [])
      assert.equal(liveBytes, 0)
      // What runs in a thread is let end; nothing else starts.
      assert.ok(ran.length <= tasks + 6, `${ran.length} tasks ran`)
      const fresh = filesOf(shop.path('fresh'))
      for (const [name, hash] of Object.entries(filesOf(out))) assert.equal(hash, fresh[name], name)
      await shop.run('everything.yaml', { out })
      assert.deepEqual(filesOf(out), fresh)
    })
  }

  it('stops a node that looks whether it is cancelled, and lets the process end', async () => {
    shop.write(
      'slow.yaml',
      `kintsugi: 1
plugins: ['${probe}']
inputs:
  photo: { type: image, each: 'photos/*.png' }
nodes:
  quick: { use: probe/mean, in: photo }
  slow: { use: probe/mean, in: photo, with: { wait: 60000 } }
outputs:
  quick: quick
  slow: slow
`,
    )
    const child = await runInChild({
      kintsugi: { cwd: root, cacheDir: false },
      pipeline: shop.path('slow.yaml'),
      options: { out: shop.path('slow'), jobs: 2 },
      cancelAfter: 2,
    })
    assert.equal(resultOf(child).cancelled, true)
    assert.equal(child.code, 0, child.stderr)
    assert.ok(child.lingeredMilliseconds < LONGEST_STAY, `${child.lingeredMilliseconds} ms`)
    assert.deepEqual(filesOf(shop.path('slow')), {})
  })
})
