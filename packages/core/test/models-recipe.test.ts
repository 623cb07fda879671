import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKintsugi, definePlugin, type Model, type ModelMaker, makeModel, mixture } from '../src/index.js'
import { createModelEnvironment, ModelStore } from '../src/models/index.js'
import { decodeModel, encodeModel, type ModelFacts, writeFacts } from '../src/onnx/index.js'
import { TestGraph } from './models-graphs.js'
import { modelFile, plainHooks } from './models-support.js'

const facts: ModelFacts = {
  family: 'test',
  architecture: 'Gain',
  scale: 1,
  sizeMultiple: 1,
  halo: 0,
  channels: { input: 3, output: 3 },
  inputRange: [0, 1],
}

function gain(factor: number): Uint8Array {
  const graph = new TestGraph(3)
  const model = graph.model(graph.node('Mul', ['image', graph.floats([1], [factor])]), 3)
  writeFacts(model, facts)
  return encodeModel(model)
}

/** The factor of a file that `gain` wrote. */
function factorOf(onnx: Uint8Array): number {
  const [tensor] = decodeModel(onnx).graph!.initializer
  return tensor!.floatData[0] ?? new Float32Array(new Uint8Array(tensor!.rawData).buffer)[0]!
}

/** Adds up factors times coefficients, under the name by which `model/mix` asks for it. */
function gainMaker(): ModelMaker & { made: number } {
  const maker = {
    name: 'nn/mix@1',
    made: 0,
    async make(members: Parameters<ModelMaker['make']>[0], params: unknown) {
      maker.made++
      const { coefficients } = params as { coefficients: number[] }
      const factors = await Promise.all(members.map(async (member) => factorOf(await member.onnx())))
      return { onnx: gain(factors.reduce((sum, factor, i) => sum + factor * coefficients[i]!, 0)), facts }
    },
  }
  return maker
}

describe('recipes of models', () => {
  let folder: string
  let two: Model
  let three: Model
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recipes-'))
    two = await modelFile(folder, 'two.onnx', gain(2))
    three = await modelFile(folder, 'three.onnx', gain(3))
  })
  after(() => rm(folder, { recursive: true }))

  const half = () => [two, three].map((model) => ({ model, coefficient: 0.5 }))

  it('have an identity that is theirs: maker, members and parameters', () => {
    const hashes = [
      mixture(half()),
      mixture([...half()].reverse()),
      mixture([{ model: two, coefficient: 0.5 }]),
      mixture(half(), ['body.']),
      makeModel('x', { maker: 'other@1', members: [two, three], params: { coefficients: [0.5, 0.5] } }),
    ].map(({ hash }) => hash)
    assert.equal(new Set(hashes).size, hashes.length)
    const elsewhere = half().map(({ model, coefficient }) => ({ coefficient, model: { ...model, path: '/elsewhere' } }))
    assert.equal(mixture(elsewhere).hash, hashes[0])
  })

  it('are followed once and kept by content, recipes of recipes too', async () => {
    const cacheDir = join(folder, 'cache')
    const [maker, later] = [gainMaker(), gainMaker()]
    const inner = mixture(half())
    const outer = mixture([
      { model: inner, coefficient: 2 },
      { model: three, coefficient: -1 },
    ])
    const store = new ModelStore({ readers: [], makers: [maker], cacheDir })
    assert.equal(factorOf(await store.read(outer)), 2)
    assert.equal(maker.made, 2)
    assert.equal((await readdir(join(cacheDir, 'models'))).length, 2)
    const second = new ModelStore({ readers: [], makers: [later], cacheDir })
    assert.equal(factorOf(await second.read(outer)), 2)
    assert.equal(later.made, 0)
  })

  it('keep few made models in memory where there is no cache folder', async () => {
    const maker = gainMaker()
    const store = new ModelStore({ readers: [], makers: [maker] })
    const models = [1, 2, 3, 4, 5].map((coefficient) => mixture([{ model: two, coefficient }]))
    for (const [i, model] of models.entries()) assert.equal(factorOf(await store.read(model)), 2 * (i + 1))
    await store.read(models[4]!)
    assert.equal(maker.made, 5)
    await store.read(models[0]!)
    assert.equal(maker.made, 6)
  })

  it('are kept in memory alone if their maker is quick', async () => {
    const cacheDir = join(folder, 'unused')
    const maker = Object.assign(gainMaker(), { quick: true })
    const store = new ModelStore({ readers: [], makers: [maker], cacheDir })
    for (let i = 0; i < 2; i++) assert.equal(factorOf(await store.read(mixture(half()))), 2.5)
    assert.equal(maker.made, 1)
    await assert.rejects(readdir(cacheDir), { code: 'ENOENT' })
  })

  it('open as sessions of their own', async () => {
    const environment = createModelEnvironment({ readers: [], makers: [gainMaker()] })
    const runner = await environment.open(mixture(half()), plainHooks)
    const feeds = { image: { data: Float32Array.of(2, 4, 6), shape: [1, 3, 1, 1] } }
    assert.deepEqual([...(await runner.run(feeds)).output!.data], [5, 10, 15])
    await environment.close()
  })

  it('say when nothing follows them, and when a member has changed', async () => {
    await assert.rejects(new ModelStore({ readers: [] }).read(mixture(half())), {
      code: 'E_MODEL_FORMAT',
      found: 'nn/mix@1',
    })
    const changing = await modelFile(folder, 'changing.onnx', gain(1))
    await writeFile(join(folder, 'changing.onnx'), gain(7))
    await assert.rejects(
      new ModelStore({ readers: [], makers: [gainMaker()] }).read(mixture([{ model: changing, coefficient: 1 }])),
      { code: 'E_FILE' },
    )
  })

  it('are made in a pipeline, from literals or references, and saved as ONNX files', async () => {
    const kintsugi = createKintsugi({
      cwd: folder,
      cacheDir: false,
      plugins: [definePlugin({ name: 'gains', version: '1.0.0', modelMakers: [gainMaker()] })],
    })
    const result = await kintsugi.run(
      {
        kintsugi: 1,
        name: 'mixtures',
        axes: { alpha: [0, 0.5] },
        nodes: {
          line: {
            use: 'model/mix',
            with: {
              models: { two: './two.onnx', three: './three.onnx' },
              coefficients: { two: { $expr: '1 - alpha' }, three: { $axis: 'alpha' } },
            },
          },
          twice: { use: 'model/mix', in: { models: { line: 'line' } }, with: { coefficients: { line: 2 } } },
        },
        outputs: { twice: { from: 'twice', save: '{alpha}.onnx' } },
      },
      { out: 'out' },
    )
    assert.deepEqual(result.failures, [])
    const { readFile } = await import('node:fs/promises')
    const saved = (name: string) => readFile(join(folder, 'out', name)).then(factorOf)
    assert.deepEqual([await saved('0.onnx'), await saved('0.5.onnx')], [4, 5])
    const record = await readFile(join(folder, 'out', 'run.json'), 'utf8')
    assert(!record.includes(folder), 'run.json has an absolute path')
    assert.match(record, /"model":"\.\/two\.onnx","sha256"/)
  })

  it('name the model that has no coefficient', async () => {
    const kintsugi = createKintsugi({ cwd: folder, cacheDir: false })
    const result = await kintsugi.run(
      {
        kintsugi: 1,
        name: 'unnamed',
        nodes: {
          mixed: {
            use: 'model/mix',
            with: { models: { two: './two.onnx', three: './three.onnx' }, coefficients: { two: 1 } },
          },
        },
        outputs: { mixed: 'mixed' },
      },
      {},
    )
    assert.equal(result.failures[0]?.error.code, 'E_PARAM')
    assert.match(result.failures[0]!.error.message, /no coefficient for the model "three"/)
  })
})
