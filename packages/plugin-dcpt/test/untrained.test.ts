import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createImage, type ModelFile, type RecipeMember } from '@kintsugi/core'
import { decodeModel, encodeModel, type ModelProto, readPartialFacts, tensorNumbers } from '@kintsugi/core/onnx'
import { storeHalf } from '@kintsugi/nn'
import { features } from '../src/index.js'
import { untrainedMaker, untrainedModel } from '../src/untrained-maker.js'
import { modelAt, nodeContext } from './node-run.js'

const x4 = new URL('../../plugin-esrgan/models/x4.onnx', import.meta.url)
const KEYS = ['0123456789abcdef0123456789abcdef', '0123456789abcdef0123456789abcdee'] as const

describe('dcpt/untrained', () => {
  let model: ModelFile
  let trained: ModelProto
  const member = (onnx: Uint8Array): RecipeMember => ({
    name: 'x4.onnx',
    hash: 'a'.repeat(64),
    path: undefined,
    onnx: () => Promise.resolve(onnx),
  })
  const make = async (key: string, onnx?: Uint8Array) => {
    const made = await untrainedMaker.make([member(onnx ?? encodeModel(trained))], { key }, 'untrained')
    return { ...made, model: decodeModel(made.onnx, 'untrained') }
  }
  const numbers = ({ graph }: ModelProto) =>
    new Map(graph!.initializer.map((tensor) => [tensor.name, tensorNumbers(tensor)!]))
  before(async () => {
    model = await modelAt(x4)
    trained = decodeModel(await readFile(fileURLToPath(x4)), 'x4.onnx')
  })

  it('draws kernels and biases uniformly within 1/sqrt(fan in), and leaves all else alone', async () => {
    const made = (await make(KEYS[0])).model
    const [before, after] = [numbers(trained), numbers(made)]
    assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort())
    const drawn = new Set<string>()
    for (const { opType, input } of made.graph!.node) {
      if (opType !== 'Conv') continue
      const [, kernel, bias] = input as [string, string, string]
      const { dims } = made.graph!.initializer.find(({ name }) => name === kernel)!
      const bound = 1 / Math.sqrt(dims.slice(1).reduce((a, b) => a * Number(b), 1))
      for (const name of [kernel, bias]) {
        drawn.add(name)
        const values = after.get(name)!
        assert.ok(values.every((value) => Math.abs(value) <= bound))
        assert.notDeepEqual(values, before.get(name))
      }
      // Mean 0 and deviation bound / sqrt(3), to five standard errors.
      const values = after.get(kernel)!
      const mean = values.reduce((a, b) => a + b, 0) / values.length
      const square = values.reduce((a, b) => a + b * b, 0) / values.length
      assert.ok(Math.abs(mean) < (5 * bound) / Math.sqrt(3 * values.length))
      assert.ok(Math.abs(square / (bound ** 2 / 3) - 1) < (5 * Math.sqrt(0.8)) / Math.sqrt(values.length))
    }
    assert.equal(drawn.size, 72)
    for (const [name, values] of before) if (!drawn.has(name)) assert.deepEqual(after.get(name), values)
  })

  it('gives the same for the same key, another network for another, and nothing said of the trained weights', async () => {
    const made = await make(KEYS[0])
    assert.deepEqual((await make(KEYS[0])).onnx, made.onnx)
    assert.notDeepEqual((await make(KEYS[1])).onnx, made.onnx)
    const { architecture, halo, scale, training, licence, description } = readPartialFacts(made.model, 'untrained')
    assert.deepEqual([architecture, halo, scale], ['RRDBNet', 34, 4])
    assert.deepEqual([training, licence, description], [undefined, undefined, undefined])
  })

  it('draws weights that are stored as float16, too', async () => {
    const made = (await make(KEYS[0], encodeModel(storeHalf(trained)))).model
    const [whole, half] = [numbers((await make(KEYS[0])).model), numbers(made)]
    for (const [name, values] of whole) assert.deepEqual(half.get(name), values)
    assert.equal(made.graph!.node.filter(({ opType }) => opType === 'Cast').length, 0)
  })

  it('is hooked like the trained network, and gives other features', async () => {
    const { context, close } = nodeContext()
    const image = createImage({ width: 24, height: 20, channels: 3 })
    image.data.forEach((_, i) => (image.data[i] = ((i * 37) % 101) / 101))
    const params = { layers: ['conv_first'], statistics: ['mean', 'std'], crop: 0 } as const
    const [ours, theirs] = await Promise.all(
      [untrainedModel(model, KEYS[0]), model].map(
        async (network) =>
          (
            await features.run(
              { image, model: network },
              { ...params, layers: [...params.layers], statistics: [...params.statistics] },
              context,
            )
          ).features,
      ),
    )
    assert.deepEqual(ours!.names, theirs!.names)
    assert.notEqual(ours!.codec, theirs!.codec)
    assert.notDeepEqual(ours!.values, theirs!.values)
    await close()
  })

  it('says of a graph without layers that it has none', async () => {
    const bare = {
      ...trained,
      graph: { ...trained.graph!, node: trained.graph!.node.filter(({ opType }) => opType === 'Add') },
    }
    await assert.rejects(make(KEYS[0], encodeModel(bare)), { code: 'E_DCPT_MODEL', found: 'Add' })
  })
})
