import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeModel, writeFacts } from '@kintsugi/core/onnx'
import { createImage } from '../../core/src/image/image.js'
import {
  chooseTiling,
  createModelEnvironment,
  type ModelEnvironment,
  type ModelRunner,
} from '../../core/src/models/index.js'
import { buildNetwork, detectArchitecture, type Tensors } from '../src/index.js'
import { nafNetShapes } from './nafnet-shapes.js'
import { picture, relativeDifference } from './pictures.js'
import { restormerShapes } from './restormer-shapes.js'
import { fillTensors } from './synthetic-fill.js'

describe('tiles with the statistics of the whole image', () => {
  let folder: string
  let models: ModelEnvironment
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kintsugi-frozen-'))
    models = createModelEnvironment({ readers: [] })
  })
  after(async () => {
    await models.close()
    await rm(folder, { recursive: true })
  })

  async function open(tensors: Tensors): Promise<ModelRunner> {
    const { model, facts } = buildNetwork(detectArchitecture(tensors)!, tensors)
    writeFacts(model, facts)
    const onnx = encodeModel(model)
    const path = join(folder, 'network.onnx')
    await writeFile(path, onnx)
    const hash = createHash('sha256').update(onnx).digest('hex')
    return models.open({ name: 'network.onnx', path, hash }, { createImage, throwIfCancelled() {}, progress() {} })
  }

  const networks = [
    ['NAFNet', 24, () => fillTensors(nafNetShapes('decoder'))],
    ['Restormer', 80, () => fillTensors(restormerShapes({ dim: 8, style: '.', withBias: true }))],
  ] as const
  for (const [name, halo, tensors] of networks) {
    it(`give what the whole image gives where their halo is that of the convolutions: ${name}`, async () => {
      const runner = await open(tensors())
      const image = picture(208, 16)
      const whole = await runner.restore(image, { tiles: { mode: 'whole' } })
      const frozen = await runner.restore(image, { tiles: { mode: 'frozen', halo, size: 32 } })
      assert.ok(relativeDifference(frozen, whole) <= 1e-5)
      const bounded = await runner.restore(image, { tiles: { mode: 'bounded', halo, size: 32 } })
      assert.ok(relativeDifference(bounded, whole) >= 1e-3, 'each tile has statistics of its own')
    })
  }

  it('are taken where the whole image would be too much, and refused by networks that state no statistics', () => {
    const facts = { halo: 'global', sizeMultiple: 8, statistics: ['mean'] } as const
    const large = { width: 2048, height: 1536, bytesPerPixel: 2500 }
    assert.deepEqual(chooseTiling({ ...large, facts }), { mode: 'frozen', halo: 32, size: 320 })
    assert.equal(chooseTiling({ ...large, width: 512, height: 512, facts }).mode, 'whole')
    const none = { halo: 'global', sizeMultiple: 8 } as const
    assert.throws(() => chooseTiling({ ...large, facts: none, settings: { mode: 'frozen' } }), { code: 'E_MODEL_FORM' })
  })

  it('do not serve PromptIR, whose prompts are as large as the image', () => {
    const shapes = restormerShapes({ dim: 48, style: '.', withBias: true, prompts: true })
    const tensors: Tensors = new Map(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        { dtype: 'float32', shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) },
      ]),
    )
    assert.equal(buildNetwork(detectArchitecture(tensors)!, tensors).facts.statistics, undefined)
  })
})
