import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createImage, createKintsugi, type LineageRecord, type RunEvent, readLineage, type Table } from '@kintsugi/core'
import { type Tensor, writeSafetensors } from '@kintsugi/nn'
import { SLOTS } from '@kintsugi/vectors'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Weights that are the same every time, of about the spread of trained ones. */
function checkpoint(path: string, shapes: Readonly<Record<string, readonly number[]>>): void {
  const tensors = Object.entries(shapes).map(([name, shape], n): [string, Tensor] => {
    const length = shape.reduce((a, b) => a * b, 1)
    const spread = Math.sqrt(3 / shape.slice(-3).reduce((a, b) => a * b, 1))
    return [
      name,
      { dtype: 'float32', shape, data: Float32Array.from({ length }, (_, i) => spread * Math.sin(i * 12.9 + n)) },
    ]
  })
  writeFileSync(path, writeSafetensors(new Map(tensors)))
}

const layer = (name: string, ...shape: number[]) => ({
  [`${name}.weight`]: shape,
  [`${name}.bias`]: shape.slice(0, -3),
})

describe('the record of a picture restored by an adjusted degradation', function () {
  this.timeout(120_000)
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kintsugi-dasr-'))
    const f = 4
    checkpoint(join(folder, 'net_p.safetensors'), {
      ...layer('ConvNet.0', f, 3, 5, 5),
      ...Object.fromEntries([2, 4, 6, 8].flatMap((i) => Object.entries(layer(`ConvNet.${i}`, f, f, 5, 5)))),
      ...layer('ConvNet.10', SLOTS.length, f, 5, 5),
      'MappingNet.0.weight': [15, SLOTS.length],
      'MappingNet.0.bias': [15],
      'MappingNet.1.weight': [2, 15],
      'MappingNet.1.bias': [2],
    })
    checkpoint(join(folder, 'net_g.safetensors'), {
      ...layer('conv_first', 2, f, 3, 3, 3),
      ...layer('body.0.conv1', 2, f, f, 3, 3),
      ...layer('body.0.conv2', 2, f, f, 3, 3),
      ...layer('upconv1', 2, 4 * f, f, 3, 3),
      ...layer('upconv2', 2, 4 * f, f, 3, 3),
      ...layer('conv_hr', 2, f, f, 3, 3),
      ...layer('conv_last', 2, 3, f, 3, 3),
    })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const image = createImage({ width: 12, height: 10, channels: 3 })
  for (const i of image.data.keys()) image.data[i] = (i % 7) / 7

  const run = async () => {
    const events: RunEvent[] = []
    const got: Record<string, unknown> = {}
    const result = await createKintsugi({ cwd: root, cacheDir: join(folder, 'cache') }).run(
      {
        kintsugi: 1,
        inputs: {
          photo: { type: 'image' },
          experts: { type: 'model', default: join(folder, 'net_g.safetensors') },
          predictor: { type: 'model', default: join(folder, 'net_p.safetensors') },
        },
        nodes: {
          estimate: { use: 'dasr/estimate', in: { image: 'photo', model: 'predictor' } },
          adjusted: {
            use: 'dasr/adjust',
            in: 'estimate',
            with: { set: { 'jpeg1.quality': 0.2 }, add: { 'noise1.level': 0.125 } },
          },
          restored: {
            use: 'dasr/restore',
            in: { image: 'photo', vector: 'adjusted', predictor: 'predictor', model: 'experts' },
          },
        },
        outputs: {
          restored: { from: 'restored', save: 'restored.png' },
          estimate: 'estimate',
          changes: 'adjusted.changes',
        },
      },
      {
        out: join(folder, 'out'),
        jobs: 1,
        inputs: { photo: image },
        on: (event) => void events.push(event),
        receive: (output, _item, value) => void (got[output] = value),
      },
    )
    assert.deepEqual(result.failures, [])
    return { events, got }
  }

  it('holds what was predicted and what was used, in the saved image', async () => {
    const { got } = await run()
    const saved = join(folder, 'out', 'restored.png')
    let record: LineageRecord | undefined
    await createKintsugi({ cwd: root, cacheDir: false }).run(
      { kintsugi: 1, inputs: { told: { type: 'record', default: saved } }, nodes: {}, outputs: { told: 'told' } },
      { receive: (_output, _item, value) => void (record = value as LineageRecord) },
    )
    const step = record!.steps['adjusted']!
    assert.deepEqual(step.gave, { changes: got['changes'] })
    const { columns, rows } = step.gave!['changes'] as Table
    const entries = rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])))
    const predicted = (name: string) => (got['estimate'] as { values: number[] }).values[SLOTS.indexOf(name)]!
    assert.deepEqual(
      entries.map(({ entry, predicted: before, used }) => [entry, before, used]),
      [
        ['jpeg1.quality', predicted('jpeg1.quality'), 0.2],
        ['noise1.level', predicted('noise1.level'), predicted('noise1.level') + 0.125],
      ],
    )
    assert.notEqual(predicted('jpeg1.quality'), 0.2)
    assert.equal(record!.steps['estimate']!.gave, undefined)
  })

  it('is the same in a second run, which leaves the image alone', async () => {
    const before = await readLineage(join(folder, 'out', 'restored.png'))
    const { events } = await run()
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'saved' ? [event.kept] : [])),
      [true],
    )
    assert.deepEqual(await readLineage(join(folder, 'out', 'restored.png')), before)
    assert.equal(
      events.some((event) => event.type === 'task' && event.state === 'ran' && event.node !== 'adjusted'),
      false,
    )
  })
})
