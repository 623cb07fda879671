import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

import { encodeModel, writeFacts } from '@kintsugi/core/onnx'
import fc from 'fast-check'
import { createImage } from '../../core/src/image/image.js'
import {
  chooseTiling,
  createModelRunner,
  describeModel,
  estimateWorkingBytes,
  type ModelRunner,
  SessionPool,
} from '../../core/src/models/index.js'
import { buildNetwork, detectArchitecture, type Tensors } from '../src/index.js'
import { picture, relativeDifference } from './pictures.js'
import { openNetwork } from './session.js'
import { type SwinIrForm, swinIrShapes } from './swinir-shapes.js'
import { fillTensors, waves } from './synthetic-fill.js'

const forms: SwinIrForm[] = [
  { upsampler: '', connection: '1conv', scale: 1, depths: [1] },
  { upsampler: '', connection: '3conv', scale: 1, depths: [2] },
  { upsampler: 'pixelshuffledirect', connection: '1conv', scale: 2, depths: [2, 1] },
  { upsampler: 'nearest+conv', connection: '1conv', scale: 4, depths: [2] },
]

function build(form: SwinIrForm) {
  const tensors: Tensors = fillTensors(swinIrShapes({ channels: 4, ...form }))
  return buildNetwork(detectArchitecture(tensors)!, tensors)
}

describe('tiles of attention in windows', () => {
  const pool = new SessionPool()
  after(() => pool.close())

  async function open(form: SwinIrForm): Promise<ModelRunner> {
    const { model, facts: stated } = build(form)
    writeFacts(model, stated)
    const onnx = encodeModel(model)
    const session = await pool.open({ name: 'swin', hash: randomUUID(), provider: 'cpu', load: async () => onnx })
    const { facts, bytesPerPixel } = describeModel(onnx, 'swin')
    const hooks = { createImage, throwIfCancelled() {}, progress() {} }
    return createModelRunner({ session, bytesPerPixel, facts: { ...facts, scale: facts.scale! } }, hooks)
  }

  for (const form of forms) {
    const name = `${form.upsampler || 'restoration'}, ${form.connection}, blocks ${form.depths!.join('+')}`
    it(`give what the whole image gives, to 1e-5 of its range: ${name}`, async () => {
      const runner = await open(form)
      const sizes = fc.record({
        width: fc.integer({ min: 9, max: 90 }),
        height: fc.integer({ min: 9, max: 40 }),
        size: fc.integer({ min: 8, max: 24 }),
      })
      await fc.assert(
        fc.asyncProperty(sizes, async ({ width, height, size }) => {
          const image = picture(width, height)
          const whole = await runner.restore(image, { tiles: { mode: 'whole' } })
          const tiled = await runner.restore(image, { tiles: { mode: 'exact', size } })
          assert.ok(relativeDifference(tiled, whole) <= 1e-5)
        }),
        { numRuns: 6, seed: 5 },
      )
    })

    it(`have the halo that the network has, no more: ${name}`, async () => {
      const { model, facts } = build(form)
      const run = await openNetwork(model)
      const halo = facts.halo as number
      const width = 2 * Math.ceil(halo / 8 + 1) * 8
      const image = waves(3, 8, width)
      const before = (await run(image)).data
      let farthest = 0
      for (let phase = 0; phase < 8; phase++) {
        const at = width / 2 - 8 + phase
        const changed = { ...image, data: image.data.map((value, i) => (i % width === at ? value + 3 : value)) }
        const after = (await run(changed)).data
        for (let i = 0; i < after.length; i++) {
          const column = Math.floor((i % (width * facts.scale)) / facts.scale)
          if (after[i] !== before[i]) farthest = Math.max(farthest, Math.abs(column - at))
        }
      }
      assert.equal(farthest, halo)
    })
  }

  it('count the scores of attention when their size is chosen', () => {
    const scores = 2 * 64
    assert.equal(estimateWorkingBytes(build(forms[0]!).model), Math.ceil(2 * scores * 4 * 2.2))
  })

  it('need a halo for the published sizes that only bounded tiles can do without', () => {
    const halos = [
      { upsampler: 'pixelshuffle', connection: '1conv', scale: 4, depths: [6, 6, 6, 6, 6, 6] },
      { upsampler: 'pixelshuffledirect', connection: '1conv', scale: 2, depths: [6, 6, 6, 6] },
    ] as const
    assert.deepEqual(
      halos.map((form) => build(form).facts.halo),
      [153, 103],
    )
    const { facts } = build(halos[0])
    const tiling = chooseTiling({ width: 2000, height: 1500, facts, bytesPerPixel: 10_000 })
    assert.deepEqual([tiling.mode, tiling.halo], ['bounded', 32])
  })
})
