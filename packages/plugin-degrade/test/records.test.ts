import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKintsugi, encodeImage, type Image, type LineageRecord, type PipelineDocument } from '@kintsugi/core'
import plugin from '../src/index.js'
import { imageOf, patternA } from './context.js'

const folder = mkdtempSync(join(tmpdir(), 'kintsugi-records-'))
const kintsugi = createKintsugi({ cwd: folder, cacheDir: false, plugins: [plugin] })

/** Runs a document; gives the values of its outputs by output, in item order. */
async function run(document: Omit<PipelineDocument, 'kintsugi'>, inputs: Record<string, unknown> = {}, out?: string) {
  const values = new Map<string, unknown[]>()
  const { failures } = await kintsugi.run(
    { kintsugi: 1, ...document },
    {
      inputs,
      jobs: 1,
      ...(out === undefined ? {} : { out }),
      receive: (output, _item, value) => void values.set(output, [...(values.get(output) ?? []), value]),
    },
  )
  for (const { error } of failures) throw error
  return <T>(output: string): T[] => (values.get(output) ?? []) as T[]
}

const photo = patternA({ width: 48, height: 40, channels: 3 })
const other = imageOf({ width: 48, height: 40, channels: 3 }, (c, y, x) => ((x * 5 + y * 3 + c * 40) % 200) / 255)
const sameBits = (a: Image, b: Image): void => {
  assert.deepEqual([a.width, a.height, a.channels], [b.width, b.height, b.channels])
  assert.ok(
    Buffer.from(a.data.buffer, a.data.byteOffset, a.data.byteLength).equals(
      Buffer.from(b.data.buffer, b.data.byteOffset, b.data.byteLength),
    ),
  )
}

/** A record that a test breaks. */
interface Loose {
  steps: Record<string, { use: string; with: Record<string, unknown>; in: Record<string, unknown> }>
}

/** Real-ESRGAN three times, with its record. */
const recorded: Omit<PipelineDocument, 'kintsugi'> = {
  axes: { draw: { count: 3 } },
  inputs: { photo: { type: 'image' } },
  nodes: { degraded: { use: 'degrade/real-esrgan', in: 'photo', along: ['draw'] } },
  outputs: { image: 'degraded', record: 'degraded.$record' },
}

describe('records of degraded images', () => {
  let images: Image[]
  let records: LineageRecord[]

  before(async function () {
    this.timeout(60_000)
    const values = await run(recorded, { photo })
    images = values('image')
    records = values('record')
  })

  after(() => rmSync(folder, { recursive: true }))

  it('hold sources, every step in order with its plugin and key, skipped steps and choices', () => {
    for (const record of records) {
      assert.deepEqual(Object.keys(record.sources), ['photo'])
      const names = Object.keys(record.steps)
      assert.equal(names[0], 'degraded/sharp')
      assert.equal(record.result, `${names.at(-1)}.image`)
      assert.equal(names.at(-1), 'degraded/rounded')
      for (const [name, step] of Object.entries(record.steps)) {
        const random = /noise/.test(step.use)
        assert.equal(step.random !== undefined, random && step.ran, name)
        if (step.ran) assert.equal(step.plugin, '@kintsugi/plugin-degrade@0.1.0')
      }
      assert.ok(
        record.choices['degraded/final'] === 'filter-then-jpeg' ||
          record.choices['degraded/final'] === 'jpeg-then-filter',
      )
      // A blur or sinc filter that was left out is there with what it drew.
      assert.equal(names.filter((name) => name.startsWith('degraded/blur2/')).length, 1)
      assert.equal(names.filter((name) => name.endsWith('/sinc-blur') && name.startsWith('degraded/final/')).length, 1)
    }
  })

  it('replay bit for bit on the same image, from JSON, over nested pipelines', async () => {
    const again = await run(
      {
        axes: { draw: { count: 3 } },
        inputs: { photo: { type: 'image' } },
        nodes: {
          degraded: { use: 'degrade/real-esrgan', in: 'photo', along: ['draw'] },
          again: { use: 'core/replay', in: { image: 'photo', record: 'degraded.$record' } },
          twice: { use: 'core/replay', in: { image: 'photo', record: 'again.$record' } },
        },
        outputs: { again: 'again', record: 'again.$record', twice: 'twice' },
      },
      { photo },
    )
    again<Image>('again').forEach((image, i) => sameBits(image, images[i]!))
    again<Image>('twice').forEach((image, i) => sameBits(image, images[i]!))
    again<LineageRecord>('record').forEach((record, i) => {
      assert.deepEqual(
        Object.entries(record.steps).map(([name, { use, with: params, ran }]) => [name, use, params, ran]),
        Object.entries(records[i]!.steps).map(([name, { use, with: params, ran }]) => [
          `again/${name}`,
          use,
          params,
          ran,
        ]),
      )
    })
    for (const [i, record] of records.entries()) {
      writeFileSync(join(folder, `${i}.json`), JSON.stringify(record))
      const one = await run(
        {
          inputs: { photo: { type: 'image' } },
          nodes: { again: { use: 'core/replay', in: 'photo', with: { record: join(folder, `${i}.json`) } } },
          outputs: { again: 'again' },
        },
        { photo },
      )
      sameBits(one<Image>('again')[0]!, images[i]!)
    }
  }).timeout(60_000)

  it('replay on another image of another size, with the same parameters', async () => {
    const larger = imageOf({ width: 64, height: 56, channels: 3 }, (c, y, x) => ((x * 5 + y * 3 + c * 40) % 200) / 255)
    const values = await run(
      {
        axes: { draw: { count: 3 } },
        inputs: { photo: { type: 'image' }, larger: { type: 'image' } },
        nodes: {
          degraded: { use: 'degrade/real-esrgan', in: 'photo', along: ['draw'] },
          again: { use: 'core/replay', in: { image: 'larger', record: 'degraded.$record' } },
        },
        outputs: { again: 'again', record: 'again.$record' },
      },
      { photo, larger },
    )
    for (const { width, height } of values<Image>('again')) assert.deepEqual([width, height], [16, 14])
    values<LineageRecord>('record').forEach((record, i) =>
      assert.deepEqual(
        Object.values(record.steps).map((step) => step.with),
        Object.values(records[i]!.steps).map((step) => step.with),
      ),
    )
  }).timeout(60_000)

  it('give the same noise on another image of the same size', async () => {
    const values = await run(
      {
        inputs: { photo: { type: 'image' }, other: { type: 'image' } },
        nodes: {
          noisy: { use: 'degrade/gaussian-noise', in: 'photo', with: { sigma: { $uniform: [5, 10] }, clip: false } },
          again: { use: 'core/replay', in: { image: 'other', record: 'noisy.$record' } },
        },
        outputs: { noisy: 'noisy', again: 'again' },
      },
      { photo, other },
    )
    const [noisy, again] = [values<Image>('noisy')[0]!, values<Image>('again')[0]!]
    noisy.data.forEach((value, i) =>
      assert.ok(Math.abs(value - photo.data[i]! - (again.data[i]! - other.data[i]!)) < 1e-6),
    )
  })

  it('are embedded in saved images and read back from them, and from folders of JSON', async () => {
    mkdirSync(join(folder, 'photos'))
    for (const [name, image] of Object.entries({ a: photo, b: other }))
      writeFileSync(join(folder, 'photos', `${name}.png`), await encodeImage(image, { format: 'png' }))
    const made = await run(
      {
        seed: 3,
        inputs: { photo: { type: 'image', each: 'photos/*.png' } },
        nodes: { degraded: { use: 'degrade/dasr-severe', in: 'photo' } },
        outputs: {
          low: { from: 'degraded', save: 'low/{photo}.png' },
          record: { from: 'degraded.$record', save: 'records/{photo}.json' },
        },
      },
      {},
      'made',
    )
    const read = await run({
      inputs: {
        photo: { type: 'image', each: 'photos/{photo}.png' },
        json: { type: 'record', each: 'made/records/{photo}.json' },
        image: { type: 'record', each: 'made/low/{photo}.png' },
      },
      nodes: {
        by_json: { use: 'core/replay', in: { image: 'photo', record: 'json' } },
        by_image: { use: 'core/replay', in: { image: 'photo', record: 'image' } },
      },
      outputs: { by_json: 'by_json', by_image: 'by_image', json: 'json', image: 'image' },
    })
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
    made<LineageRecord>('record').forEach((record, i) => {
      assert.deepEqual(read<LineageRecord>('json')[i], plain(record))
      assert.deepEqual(read<LineageRecord>('image')[i], plain(record))
      assert.deepEqual(Object.keys(read<LineageRecord>('image')[i]!.steps), Object.keys(record.steps))
      sameBits(read<Image>('by_json')[i]!, made<Image>('low')[i]!)
      sameBits(read<Image>('by_image')[i]!, made<Image>('low')[i]!)
      assert.match(Object.values(record.sources)[0]!.file!, /^[ab]\.png$/)
    })
    assert.ok(!readFileSync(join(folder, 'made/records/a.json'), 'utf8').includes(folder), 'no absolute path')
  }).timeout(60_000)

  it('take further images by name, and start after a step', async () => {
    const values = await run(
      {
        inputs: { photo: { type: 'image' }, other: { type: 'image' } },
        nodes: {
          soft: { use: 'degrade/gaussian-blur', in: 'photo', with: { sigma: 2 } },
          small: { use: 'degrade/resize', in: { image: 'soft', like: 'other' }, with: { mode: 'area', divide: 2 } },
          again: { use: 'core/replay', in: { image: 'photo', record: 'small.$record', others: { other: 'other' } } },
          rest: {
            use: 'core/replay',
            in: { image: 'soft', record: 'small.$record', others: { other: 'other' } },
            with: { from: 'soft' },
          },
        },
        outputs: { small: 'small', again: 'again', rest: 'rest' },
      },
      { photo, other },
    )
    sameBits(values<Image>('again')[0]!, values<Image>('small')[0]!)
    sameBits(values<Image>('rest')[0]!, values<Image>('small')[0]!)
  })

  it('are data: one written by hand gives the known answer of Real-ESRGAN without noise', async () => {
    // Test image S 64x64 through the steps of Real-ESRGAN in its second order: an independent implementation in JavaScript, and PyTorch with BasicSR, gave these levels.
    const tri = (n: number, p: number): number => Math.abs((n % p) - p / 2)
    const s = imageOf(
      { width: 64, height: 64, channels: 3 },
      (c, y, x) => (tri(2 * x + y + 60 * c, 256) + tri(x + 3 * y, 128) + (((x * x + y * y) >> 6) & 31) + 16) / 255,
    )
    const done: [string, Record<string, unknown>][] = [
      ['usm-sharpen', {}],
      ['gaussian-blur', { kernel_size: 9, sigma_x: 2, sigma_y: 0.8, rotation: Math.PI / 6 }],
      ['resize', { mode: 'bilinear', factor: 0.6, sampling: 'from-factor' }],
      ['quantize', { rounding: 'none' }],
      ['diffjpeg', { quality: 60 }],
      ['gaussian-blur', { kernel_size: 7, sigma: 1 }],
      ['resize', { mode: 'bicubic', size: { width: 17, height: 17 } }],
      ['quantize', { rounding: 'none' }],
      ['diffjpeg', { quality: 70 }],
      ['resize', { mode: 'pytorch-area', size: { width: 16, height: 16 } }],
      ['sinc-blur', { kernel_size: 13, cutoff: Math.PI / 2 }],
      ['quantize', {}],
    ]
    const steps = done.map(([use, params], i) => [
      `${i}`,
      { use: `degrade/${use}`, with: params, ran: true, in: { image: i === 0 ? 'image' : `${i - 1}.image` } },
    ])
    const record = {
      record: 1,
      result: `${done.length - 1}.image`,
      sources: { image: {} },
      steps: Object.fromEntries(steps) as object,
      choices: {},
    }
    const values = await run(
      {
        inputs: { photo: { type: 'image' } },
        nodes: { again: { use: 'core/replay', in: 'photo', with: { record } } },
        outputs: { again: 'again' },
      },
      { photo: s },
    )
    const { data } = values<Image>('again')[0]!
    const level = (c: number, y: number, x: number): number => Math.round(255 * data[(c * 16 + y) * 16 + x]!)
    const row = (c: number, y: number, from: number): number[] =>
      Array.from({ length: 8 }, (_, i) => level(c, y, from + i))
    assert.equal(
      data.reduce((sum, value) => sum + Math.round(255 * value), 0),
      86033,
    )
    assert.deepEqual(row(0, 0, 0), [166, 164, 157, 150, 144, 136, 125, 115])
    assert.deepEqual(row(1, 8, 0), [99, 98, 98, 99, 103, 107, 111, 113])
    assert.deepEqual(row(2, 15, 8), [148, 156, 163, 166, 166, 165, 164, 164])
  })

  it('say what cannot be replayed', async () => {
    const small = {
      inputs: { photo: { type: 'image' }, other: { type: 'image' } },
      nodes: {
        soft: { use: 'degrade/gaussian-blur', in: 'photo', with: { sigma: 2 } },
        small: { use: 'degrade/resize', in: { image: 'soft', like: 'other' }, with: { divide: 2 } },
      },
    } as const
    const replaying = (settings: object) =>
      run(
        {
          inputs: small.inputs,
          nodes: {
            ...small.nodes,
            again: { use: 'core/replay', in: { image: 'photo', record: 'small.$record' }, ...settings },
          },
          outputs: { again: 'again' },
        },
        { photo, other },
      )
    await assert.rejects(replaying({}), /E_REPLAY|2 sources that the image could stand for/)
    await assert.rejects(replaying({ with: { from: 'soft' } }), /needs a second image, "other"/)
    await assert.rejects(replaying({ with: { from: 'hard' } }), /neither a step nor a source "hard"/)
    const [record] = records
    const edited = (edit: (record: Loose) => void): string => {
      const copy = structuredClone(record)
      edit(copy as unknown as Loose)
      writeFileSync(join(folder, 'edited.json'), JSON.stringify(copy))
      return join(folder, 'edited.json')
    }
    const replay = (path: string) =>
      run(
        {
          inputs: { photo: { type: 'image' } },
          nodes: { again: { use: 'core/replay', in: 'photo', with: { record: path } } },
          outputs: { again: 'again' },
        },
        { photo },
      )
    const first = 'degraded/sharp'
    await assert.rejects(replay(edited((r) => Reflect.deleteProperty(r, 'steps'))), /is no record/)
    await assert.rejects(
      replay(edited((r) => void (r.steps[first]!.use = 'degrade/nothing'))),
      /No installed plugin provides degrade\/nothing/,
    )
    await assert.rejects(
      replay(edited((r) => void (r.steps[first]!.with['weight'] = 1e9))),
      /"degraded\/sharp" cannot run/,
    )
    await assert.rejects(
      replay(edited((r) => void (r.steps[first]!.in['image'] = 'degraded/rounded.image'))),
      /wait for each other/,
    )
    await assert.rejects(replay(edited((r) => void (r.steps[first]!.in['image'] = { series: 3 }))), /whole axis/)
    writeFileSync(join(folder, 'edited.json'), '{')
    await assert.rejects(replay(join(folder, 'edited.json')), /cannot be read/)
  }).timeout(60_000)
})
