import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { defineNode, definePlugin, Type } from '../../src/index.js'
import { resultOf, runInChild } from './in-child.js'
import { simple } from './pipelines.js'
import { filesOf, probe, root, Workshop } from './workshop.js'

const PHOTOS = ['a', 'b', 'c']
/** Tasks that are never stored: decoding a file, and a mean, are as quick as reading their results. */
const TRIVIAL = ['mean_psnr', 'photo']

const times = (count: number, ...names: string[]): string[] =>
  names.flatMap((name) => Array<string>(count).fill(name)).sort()
const worth = (names: readonly string[]): string[] => names.filter((name) => !TRIVIAL.includes(name))

describe('run: cache', function () {
  this.timeout(120_000)
  const template = new Workshop()
  let shop: Workshop
  let fresh: Record<string, string>

  before(async () => {
    for (const [i, name] of PHOTOS.entries()) await template.photo(`photos/${name}.png`, i)
    template.write('simple.yaml', simple)
    const first = await template.run('simple.yaml')
    assert.deepEqual(worth(first.ran), times(3, 'small', 'noisy', 'psnr', 'ssim'))
    assert.deepEqual(first.cached, [])
    fresh = filesOf(template.path('out'))
  })
  beforeEach(() => {
    shop = new Workshop()
    cpSync(template.folder, shop.folder, { recursive: true })
  })
  afterEach(() => shop.remove())
  after(() => template.remove())

  const entries = (): string[] =>
    readdirSync(shop.path('cache/entries'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.length > 3)
      .map((name) => shop.path('cache/entries', name))
      .sort()

  it('serves a second run, into the same folder and into another', async () => {
    const again = await shop.run('simple.yaml')
    assert.deepEqual(worth(again.ran), [])
    const other = await shop.run('simple.yaml', { out: shop.path('other') })
    assert.deepEqual(worth(other.ran), [])
    assert.deepEqual(filesOf(shop.path('out')), fresh)
    assert.deepEqual(filesOf(shop.path('other')), fresh)
  })

  it('reruns the one metric whose parameter changed', async () => {
    shop.write('simple.yaml', simple.replace('{ border: 0 }', '{ border: 1 }'))
    const { ran, result } = await shop.run('simple.yaml')
    assert.deepEqual(worth(ran), times(3, 'ssim'))
    assert.equal(result.rows.length, 7)
  })

  it('reruns nothing for another name or an unrelated node', async () => {
    const renamed = simple
      .replace('ssim: { use', 'structure: { use')
      .replace('ssim: ssim', 'ssim: structure')
      .replace(
        'outputs:',
        '  more: { use: metrics/psnr, in: { image: small, reference: small } }\noutputs:\n  more: more',
      )
    shop.write('simple.yaml', renamed)
    const { ran } = await shop.run('simple.yaml')
    assert.deepEqual(worth(ran), times(3, 'more'))
  })

  it('keeps random draws of a renamed node that names its stream', async () => {
    const named = simple.replace(
      '{ use: degrade/gaussian-noise, in: small,',
      '{ use: degrade/gaussian-noise, in: small, random: { stream: noisy },',
    )
    shop.write(
      'simple.yaml',
      named
        .replaceAll('noisy:', 'grainy:')
        .replaceAll('image: noisy,', 'image: grainy,')
        .replace('from: noisy', 'from: grainy'),
    )
    assert.match(
      readFileSync(shop.path('simple.yaml'), 'utf8'),
      /grainy: \{ use: degrade\/gaussian-noise.*stream: noisy/,
    )
    const { ran } = await shop.run('simple.yaml')
    assert.deepEqual(worth(ran), [])
  })

  it('reruns what depends on a file whose bytes changed, nothing for a touched one', async () => {
    const later = new Date(Date.now() + 60_000)
    for (const name of PHOTOS) utimesSync(shop.path(`photos/${name}.png`), later, later)
    assert.deepEqual(worth((await shop.run('simple.yaml')).ran), [])
    await shop.photo('photos/b.png', 9)
    assert.deepEqual(worth((await shop.run('simple.yaml')).ran), times(1, 'small', 'noisy', 'psnr', 'ssim'))
  })

  it('serves a renamed photo where nothing random depends on its key', async () => {
    renameSync(shop.path('photos/c.png'), shop.path('photos/d.png'))
    assert.deepEqual(worth((await shop.run('simple.yaml')).ran), times(1, 'noisy', 'psnr', 'ssim'))
  })

  it('reruns random nodes and what follows them for another seed', async () => {
    const { ran } = await shop.run('simple.yaml', { seed: 4 })
    assert.deepEqual(worth(ran), times(3, 'noisy', 'psnr', 'ssim'))
  })

  it('computes damaged entries again and repairs them', async () => {
    const [whole, ...rest] = entries()
    const size = (path: string): number => readFileSync(path).length
    for (const [i, path] of [whole!, ...rest].entries()) {
      const bytes = readFileSync(path)
      if (i % 6 === 0) writeFileSync(path, '')
      else if (i % 6 === 1) writeFileSync(path, bytes.subarray(0, bytes.length - 3))
      else if (i % 6 === 2) writeFileSync(path, bytes.subarray(0, 11))
      else {
        const at = i % 6 === 3 ? size(path) - 1 : i % 6 === 4 ? 11 : 40
        bytes[at]! ^= 0x40
        writeFileSync(path, bytes)
      }
    }
    rmSync(shop.path('out'), { recursive: true })
    const { ran, warnings, liveBytes } = await shop.run('simple.yaml')
    assert.deepEqual(worth(ran), times(3, 'small', 'noisy', 'psnr', 'ssim'))
    assert.deepEqual(filesOf(shop.path('out')), fresh)
    assert.deepEqual(warnings, [])
    assert.equal(liveBytes, 0)
    assert.deepEqual(worth((await shop.run('simple.yaml')).ran), [])
  })

  it('goes on with one warning where the cache cannot be written', async () => {
    shop.write('occupied', 'a file where a folder should be')
    const { result, warnings } = await shop.run('simple.yaml', {
      out: shop.path('other'),
      kintsugi: { cacheDir: shop.path('occupied/cache') },
    })
    assert.equal(result.ok, true)
    assert.equal(warnings.length, 1, warnings.join('\n'))
    assert.match(warnings[0]!, /cache/)
    assert.deepEqual(filesOf(shop.path('other')), fresh)
  })

  it('reads a cache that it may not write', async function () {
    if (process.getuid?.() === 0) this.skip()
    chmodSync(shop.path('cache'), 0o555)
    const { ran } = await shop.run('simple.yaml', { out: shop.path('other') })
    assert.deepEqual(worth(ran), [])
  })

  it('goes on with one warning when the disk is full', async function () {
    const small = shop.path('small-disk')
    mkdirSync(small)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', small], { stdio: 'ignore' })
    } catch {
      console.log('      (not run: file systems cannot be mounted here)')
      this.skip()
    }
    try {
      const { result, warnings, liveBytes } = await shop.run('simple.yaml', {
        out: shop.path('other'),
        kintsugi: { cacheDir: join(small, 'cache') },
      })
      assert.equal(result.ok, true)
      assert.equal(warnings.length, 1, warnings.join('\n'))
      assert.equal(liveBytes, 0)
      assert.deepEqual(filesOf(shop.path('other')), fresh)
      for (const name of Object.keys(filesOf(small))) assert.match(name, /^cache\/entries\//)
    } finally {
      execFileSync('umount', [small])
    }
  })

  it('keeps what the run used and removes older entries over the limit', async () => {
    const before = entries()
    const long = new Date(Date.now() - 3600_000)
    const models = ['old.onnx', 'new.onnx'].map((name) => shop.path('cache/models', name))
    mkdirSync(shop.path('cache/models'))
    for (const path of models) writeFileSync(path, 'model')
    for (const path of [...before, models[0]!]) utimesSync(path, long, long)
    utimesSync(models[1]!, new Date(), new Date())
    const { ran } = await shop.run('simple.yaml', { seed: 4, kintsugi: { cacheLimit: 1 } })
    assert.deepEqual(worth(ran), times(3, 'noisy', 'psnr', 'ssim'))
    const after = entries()
    // Read: 3 of `small`. Written: 9. Of the 12 older ones those 3 stay.
    assert.equal(after.length, 12)
    assert.equal(before.filter((path) => after.includes(path)).length, 3)
    assert.deepEqual(
      models.map((path) => existsSync(path)),
      [false, true],
    )
    assert.deepEqual(worth((await shop.run('simple.yaml', { seed: 4 })).ran), [])
  })

  it('lets two processes share a cache and a run folder', async () => {
    const settings = {
      kintsugi: { cwd: root, cacheDir: shop.path('shared-cache') },
      pipeline: shop.path('simple.yaml'),
      options: { out: shop.path('shared'), jobs: 1 },
    }
    const children = await Promise.all([runInChild(settings), runInChild(settings)])
    for (const child of children) assert.equal(resultOf(child).ok, true, child.stderr)
    assert.deepEqual(filesOf(shop.path('shared')), fresh)
  })

  it('lets two runs of one process share a cache and a run folder', async () => {
    const told = await Promise.all(
      [1, 2].map(() =>
        shop.run('simple.yaml', {
          out: shop.path('shared'),
          jobs: 1,
          kintsugi: { cacheDir: shop.path('shared-cache') },
        }),
      ),
    )
    for (const { result, liveBytes } of told) {
      assert.equal(result.ok, true)
      assert.equal(liveBytes, 0)
    }
    assert.deepEqual(filesOf(shop.path('shared')), fresh)
  })

  it('does not store what a program defines itself, nor serve it', async () => {
    let calls = 0
    const twice = defineNode({
      name: 'mine/twice',
      title: 'Twice',
      description: 'Twice a number.',
      inputs: { value: 'number' },
      outputs: { value: 'number' },
      params: Type.Object({}),
      run: ({ value }) => (calls++, { value: 2 * value }),
    })
    shop.write('mine.yaml', 'kintsugi: 1\nnodes:\n  a: { use: mine/twice, with: { value: 4 } }\noutputs:\n  a: a\n')
    const kintsugi = { plugins: [definePlugin({ name: 'mine', version: '1.0.0', nodes: [twice] })] }
    for (let i = 1; i <= 2; i++) {
      const { result } = await shop.run('mine.yaml', { kintsugi })
      assert.deepEqual(result.rows, [{ output: 'a', item: {}, cells: { '': 8 } }])
      assert.equal(calls, i)
    }
  })
})

describe('run: what is computed', function () {
  this.timeout(120_000)
  const shop = new Workshop()
  before(async () => {
    for (const [i, name] of PHOTOS.entries()) await shop.photo(`photos/${name}.png`, i)
  })
  after(() => shop.remove())

  it('computes equal tasks in flight once', async () => {
    const nodes = Array.from(
      { length: 6 },
      (_, i) => `  mean_${i}: { use: probe/mean, in: photo, with: { wait: 100 } }`,
    )
    const outputs = Array.from({ length: 6 }, (_, i) => `  mean_${i}: mean_${i}`)
    shop.write(
      'equal.yaml',
      `kintsugi: 1\nplugins: ['${probe}']\ninputs:\n  photo: { type: image, each: 'photos/*.png' }\nnodes:\n${nodes.join('\n')}\noutputs:\n${outputs.join('\n')}\n`,
    )
    for (const cacheDir of [shop.path('cache'), false] as const) {
      const { ran, result, liveBytes } = await shop.run('equal.yaml', { kintsugi: { cacheDir } })
      assert.equal(ran.filter((name) => name.startsWith('mean_')).length, 3)
      for (const photo of PHOTOS) {
        const values = result.rows.filter(({ item }) => item['photo'] === photo).map(({ cells }) => cells[''])
        assert.equal(values.length, 6)
        assert.equal(new Set(values).size, 1)
      }
      assert.equal(liveBytes, 0)
    }
  })

  it('computes only what an output needs', async () => {
    shop.write(
      'demand.yaml',
      `kintsugi: 1
plugins: ['${probe}']
inputs:
  photo: { type: image, each: 'photos/*.png' }
nodes:
  kind: { use: probe/kind, in: photo, with: { limit: 2 } }
  wanted: { use: degrade/jpeg, in: photo }
  branch: { use: degrade/gaussian-blur, in: photo }
  unused: { use: degrade/gaussian-noise, in: photo }
  bypassed: { use: degrade/gaussian-blur, in: wanted, with: { sigma: 3 }, when: false }
  drawn: { in: bypassed, choose: { never: { weight: 0, steps: [{ use: degrade/gaussian-noise }] }, always: { steps: [] } } }
  routed: { select: { by: kind.label, cases: { dark: drawn, bright: branch } } }
outputs:
  routed: routed
`,
    )
    const { ran, result } = await shop.run('demand.yaml')
    assert.equal(result.ok, true)
    assert.deepEqual(ran, times(3, 'kind', 'photo', 'wanted'))
  })

  it('narrows by only, limit and where without changing a pixel of the rest', async () => {
    shop.write(
      'simple.yaml',
      simple
        .replace('{ $uniform: [5, 50] }', '{ $axis: sigma }')
        .replace('seed: 3', 'seed: 3\naxes:\n  sigma: [5, 15]')
        .replace('{photo}.png', '{photo}-{sigma}.png'),
    )
    await shop.run('simple.yaml', { out: shop.path('all'), kintsugi: { cacheDir: false } })
    const all = filesOf(shop.path('all'))
    assert.equal(Object.keys(all).length, 6 + 3)
    const narrowed = async (options: Parameters<Workshop['run']>[1], name: string): Promise<string[]> => {
      const { ran } = await shop.run('simple.yaml', { ...options, out: shop.path(name), kintsugi: { cacheDir: false } })
      const files = Object.entries(filesOf(shop.path(name))).filter(([file]) => file.endsWith('.png'))
      for (const [file, hash] of files) assert.equal(hash, all[file], file)
      assert.equal(ran.filter((node) => node === 'noisy').length, files.length)
      return files.map(([file]) => file)
    }
    assert.deepEqual(await narrowed({ limit: { photo: 1 } }, 'limit'), ['noisy/a-15.png', 'noisy/a-5.png'])
    assert.deepEqual(await narrowed({ where: { sigma: ['15'], photo: ['c', 'b'] } }, 'where'), [
      'noisy/b-15.png',
      'noisy/c-15.png',
    ])
    assert.equal((await narrowed({ only: ['noisy'] }, 'only')).length, 6)
    const { ran, result } = await shop.run('simple.yaml', {
      only: ['psnr'],
      out: shop.path('psnr'),
      kintsugi: { cacheDir: false },
    })
    assert.equal(ran.includes('ssim'), false)
    assert.equal(result.rows.length, 6)
    assert.deepEqual(Object.keys(filesOf(shop.path('psnr'))), ['run.json', 'scores.csv', 'scores.json'])
  })
})
