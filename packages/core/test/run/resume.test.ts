import assert from 'node:assert/strict'
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { resultOf, runInChild } from './in-child.js'
import { everything, soften } from './pipelines.js'
import { filesOf, root, runJson, type Told, Workshop } from './workshop.js'

describe('run: the same files whatever happens', function () {
  this.timeout(120_000)
  const shop = new Workshop()
  let undisturbed: Record<string, string>
  let first: Told
  let milliseconds: number

  before(async () => {
    for (let i = 0; i < 4; i++) await shop.photo(`photos/p${i}.png`, i, 26, 17)
    shop.write('soften.yaml', soften)
    shop.write('everything.yaml', everything)
    const started = performance.now()
    first = await shop.run('everything.yaml', {
      jobs: 1,
      out: shop.path('one'),
      kintsugi: { cacheDir: shop.path('cache-one') },
    })
    milliseconds = performance.now() - started
    undisturbed = filesOf(shop.path('one'))
  })
  after(() => shop.remove())

  it('writes every file with one job and frees all memory', () => {
    assert.deepEqual(first.result.failures, [])
    assert.equal(first.result.ok, true)
    // 4 photos x 2 sigmas of `routed` and `mixed`, 4 restored, 2 averages, a table, and three files about the run.
    assert.equal(Object.keys(undisturbed).length, 8 + 8 + 4 + 2 + 1 + 3)
    assert.equal(first.liveBytes, 0)
  })

  it('writes the same bytes with four jobs, scores and records too', async () => {
    const four = await shop.run('everything.yaml', {
      jobs: 4,
      out: shop.path('four'),
      kintsugi: { cacheDir: shop.path('cache-four') },
    })
    assert.deepEqual(filesOf(shop.path('four')), undisturbed)
    assert.equal(four.liveBytes, 0)
  })

  it('writes the same bytes without a cache', async () => {
    await shop.run('everything.yaml', { out: shop.path('bare'), kintsugi: { cacheDir: false } })
    assert.deepEqual(filesOf(shop.path('bare')), undisturbed)
  })

  it('lists every record once, and every file with the value that it holds', () => {
    const { records, saved } = runJson(shop.path('one'))
    const keys = records.map((record) => record.key)
    assert.equal(new Set(keys).size, keys.length)
    for (const { path, value } of saved) assert.ok(keys.includes(value.split(':')[0]!), path)
    const inputs = JSON.stringify(records.map((record) => (record as { inputs?: unknown }).inputs))
    for (const [, key] of inputs.matchAll(/"([0-9a-f]{64}):/g)) assert.ok(keys.includes(key!), `no record of ${key}`)
  })

  it('restores half of the files when they were deleted, and leaves the others alone', async () => {
    cpSync(shop.path('one'), shop.path('half'), { recursive: true })
    const names = Object.keys(undisturbed).filter((name) => name !== 'run.json')
    for (const [i, name] of names.entries()) if (i % 2 === 0) rmSync(shop.path('half', name))
    const again = await shop.run('everything.yaml', {
      out: shop.path('half'),
      kintsugi: { cacheDir: shop.path('cache-one') },
    })
    assert.deepEqual(filesOf(shop.path('half')), undisturbed)
    const kept = again.events.flatMap((event) => (event.type === 'saved' && event.kept ? [event.path] : []))
    assert.deepEqual(kept.sort(), names.filter((name, i) => i % 2 === 1 && !name.startsWith('scores.')).sort())
  })

  it('repairs a file that was changed', async () => {
    writeFileSync(shop.path('half', 'routed/p1-5.png'), 'no picture')
    await shop.run('everything.yaml', { out: shop.path('half'), kintsugi: { cacheDir: shop.path('cache-one') } })
    assert.deepEqual(filesOf(shop.path('half')), undisturbed)
  })

  for (const seed of [1, 2, 3]) {
    it(`resumes after SIGKILL, moment ${seed}`, async () => {
      const [out, cacheDir] = [shop.path(`killed-${seed}`), shop.path(`cache-killed-${seed}`)]
      // Low-discrepancy moments between the start of the run and its end.
      const delay = ((seed * 0.618) % 1) * milliseconds
      const child = await runInChild(
        { kintsugi: { cwd: root, cacheDir }, pipeline: shop.path('everything.yaml'), options: { out, jobs: 2 } },
        (line, process) => {
          if (line.type === 'start') void sleep(delay).then(() => process.kill('SIGKILL'))
        },
      )
      assert.ok(child.signal === 'SIGKILL' || resultOf(child).ok)
      const left = Object.entries(filesOf(out)).filter(([name]) => !name.startsWith('.'))
      for (const [name, hash] of left) assert.equal(hash, undisturbed[name], `${name} after the kill`)
      for (const [i, [name]] of left.entries()) if (i % 2 === seed % 2) rmSync(`${out}/${name}`)
      const { result, liveBytes } = await shop.run('everything.yaml', { out, kintsugi: { cacheDir } })
      assert.equal(result.ok, true)
      assert.deepEqual(filesOf(out), undisturbed)
      assert.equal(liveBytes, 0)
      assert.deepEqual(
        readdirSync(cacheDir).filter((name) => name === 'staging'),
        [],
        'nothing is left beside the entries',
      )
    })
  }

  it('removes what killed processes left, and nothing of those that run', async () => {
    cpSync(shop.path('one'), shop.path('left'), { recursive: true })
    assert.equal(existsSync(shop.path('one/.kintsugi')), false)
    const host = (await hostOf(shop)).slice(0, 8)
    const names = {
      dead: `${host}-2147483646-0123456789ab`,
      alive: `${host}-1-0123456789ab`,
      foreign: 'ffffffff-1-0123456789ab',
    }
    for (const name of Object.values(names)) shop.write(`left/.kintsugi/${name}/0`, 'half')
    await shop.run('everything.yaml', { out: shop.path('left'), kintsugi: { cacheDir: shop.path('cache-one') } })
    assert.deepEqual(readdirSync(shop.path('left/.kintsugi')).sort(), [names.alive, names.foreign].sort())
  })
})

/** The name of this machine in staging folders, seen while a run goes on. */
async function hostOf(shop: Workshop): Promise<string> {
  let name = ''
  await shop.run('everything.yaml', {
    out: shop.path('host'),
    only: ['routed'],
    limit: { photo: 1, sigma: 1 },
    receive: () => {
      name = readdirSync(shop.path('host/.kintsugi'))[0] ?? ''
    },
  })
  return name
}
