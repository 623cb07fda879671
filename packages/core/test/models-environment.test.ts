import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KintsugiError } from '../src/errors/index.js'
import {
  createModelEnvironment,
  describeModel,
  estimateWorkingBytes,
  type ModelReader,
  ModelStore,
} from '../src/models/index.js'
import { decodeModel, encodeModel, type ModelFacts, TensorProto_DataLocation, writeFacts } from '../src/onnx/index.js'
import { seededNumbers, TestGraph } from './models-graphs.js'
import { modelFile, noiseImage, plainHooks } from './models-support.js'

const facts: ModelFacts = {
  family: 'test',
  architecture: 'Gain',
  scale: 1,
  sizeMultiple: 1,
  halo: 0,
  channels: { input: 3, output: 3 },
  inputRange: [0, 1],
}

function gainModel(factor: number) {
  const graph = new TestGraph(3)
  const model = graph.model(graph.node('Mul', ['image', graph.floats([1], [factor])]), 3)
  writeFacts(model, facts)
  return model
}

/** Reads files that hold a number in text, as a network that multiplies by it. */
function gainReader(name = 'test/gain@1'): ModelReader & { reads: number } {
  const reader = {
    name,
    extensions: ['.gain'],
    reads: 0,
    async read(path: string) {
      reader.reads++
      const factor = Number(await readFile(path, 'utf8'))
      if (Number.isNaN(factor)) throw new KintsugiError('E_MODEL_FORMAT', { message: 'no number' })
      return { onnx: encodeModel(gainModel(factor)), facts }
    },
    inspect: () => Promise.reject(new Error('not asked')),
  }
  return reader
}

describe('the model environment', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'models-'))
  })
  after(() => rm(folder, { recursive: true }))

  const gainFile = (text: string) => modelFile(folder, `${text}.gain`, new TextEncoder().encode(text))

  it('opens ONNX files, and the same session for the same content', async () => {
    const environment = createModelEnvironment({ readers: [] })
    const bytes = encodeModel(gainModel(2))
    const first = await environment.open(await modelFile(folder, 'a.onnx', bytes), plainHooks)
    await environment.open(await modelFile(folder, 'b.onnx', bytes), plainHooks)
    assert.equal(environment.sessions.size, 1)
    assert.deepEqual(first.facts, facts)
    const image = noiseImage(3, 3, 3)
    const restored = await first.restore(image)
    assert.deepEqual([...restored.data], [...image.data.map((value) => 2 * value)])
    await environment.close()
  })

  it('converts other formats once and keeps them by content and reader', async () => {
    const cacheDir = join(folder, 'cache')
    const model = await gainFile('4')
    const [reader, later] = [gainReader(), gainReader()]
    const environment = createModelEnvironment({ readers: [reader], cacheDir })
    const runner = await environment.open(model, plainHooks)
    const feeds = { image: { data: Float32Array.of(1, 2, 3), shape: [1, 3, 1, 1] } }
    assert.deepEqual([...(await runner.run(feeds)).output!.data], [4, 8, 12])
    await environment.open(model, plainHooks)
    await environment.close()
    assert.deepEqual(await readdir(join(cacheDir, 'models')), [`${model.hash}-test-gain@1.onnx`])
    const second = createModelEnvironment({ readers: [later], cacheDir })
    assert.deepEqual((await second.open(model, plainHooks)).facts, facts)
    await second.close()
    assert.deepEqual([reader.reads, later.reads], [1, 0])
  })

  it('converts anew when the kept file is damaged anywhere or cut', async () => {
    const cacheDir = join(folder, 'damaged')
    const model = await gainFile('5')
    const open = async (reader: ModelReader) => {
      const environment = createModelEnvironment({ readers: [reader], cacheDir })
      await environment.open(model, plainHooks)
      await environment.close()
    }
    await open(gainReader())
    const path = join(cacheDir, 'models', `${model.hash}-test-gain@1.onnx`)
    const whole = await readFile(path)
    assert.deepEqual(describeModel(whole, 'kept').facts, facts)
    const flipped = Buffer.from(whole)
    flipped[20]! ^= 1
    for (const damaged of [flipped, whole.subarray(0, -1), whole.subarray(0, 40), Buffer.alloc(0)]) {
      await writeFile(path, damaged)
      const reader = gainReader()
      await open(reader)
      assert.equal(reader.reads, 1)
      assert.deepEqual(await readFile(path), whole)
    }
  })

  it('leaves one whole file when several threads, each with its own store, convert at once', async () => {
    const cacheDir = join(folder, 'together')
    const model = await gainFile('6')
    const onnx = new Uint8Array(1e7).fill(7)
    const reader: ModelReader = { ...gainReader('slow'), read: async () => ({ onnx, facts }) }
    const stores = Array.from({ length: 6 }, () => new ModelStore({ readers: [reader], cacheDir }))
    const results = await Promise.all(stores.map((store) => store.read(model)))
    for (const bytes of results) assert(Buffer.from(onnx).equals(bytes.subarray(0, 1e7)))
    assert.deepEqual(await readdir(join(cacheDir, 'models')), [`${model.hash}-slow.onnx`])
    const unread = new ModelStore({
      readers: [{ ...reader, read: () => Promise.reject(new Error('converted again')) }],
      cacheDir,
    })
    assert(Buffer.from(onnx).equals((await unread.read(model)).subarray(0, 1e7)))
  })

  it('keeps conversions in memory without a cache folder, and with a warning if it cannot be written', async () => {
    const model = await gainFile('7')
    const reader = gainReader()
    const blocked = join(folder, 'a-file')
    await writeFile(blocked, '')
    const warnings: string[] = []
    for (const options of [{}, { cacheDir: blocked, warn: (text: string) => warnings.push(text) }]) {
      reader.reads = 0
      const environment = createModelEnvironment({ readers: [reader], maxSessions: 1, ...options })
      await environment.open(model, plainHooks)
      await environment.sessions.release()
      await environment.open(model, plainHooks)
      assert.equal(reader.reads, 1)
      await environment.close()
    }
    assert.equal(warnings.length, 1)
    assert.match(warnings[0]!, /memory only/)
  })

  it('asks the next reader of an extension when one fails, and reports the first failure', async () => {
    const failing: ModelReader = {
      ...gainReader('test/other@1'),
      read: () => Promise.reject(new KintsugiError('E_MODEL_FORM', { message: 'other' })),
    }
    const environment = createModelEnvironment({ readers: [failing, gainReader()] })
    await environment.open(await gainFile('8'), plainHooks)
    await assert.rejects(environment.open(await gainFile('eight'), plainHooks), { code: 'E_MODEL_FORM' })
    await environment.close()
  })

  it('says which extensions are read, and refuses changed, missing and damaged files', async () => {
    const environment = createModelEnvironment({ readers: [gainReader()] })
    const open = (model: Parameters<typeof environment.open>[0]) => environment.open(model, plainHooks)
    await assert.rejects(open(await modelFile(folder, 'net.ckpt', Uint8Array.of(1))), {
      code: 'E_MODEL_FORMAT',
      expected: 'a file ending in .onnx, .gain',
      found: '.ckpt',
    })
    await assert.rejects(open({ ...(await gainFile('9')), hash: '00' }), { code: 'E_FILE' })
    await assert.rejects(open({ name: 'gone.onnx', path: join(folder, 'gone.onnx'), hash: '00' }), { code: 'E_FILE' })
    await assert.rejects(open(await modelFile(folder, 'damaged.onnx', Uint8Array.of(255, 1, 2))), {
      code: 'E_MODEL_FORMAT',
    })
    const cut = encodeModel(gainModel(2)).subarray(0, 100)
    await assert.rejects(open(await modelFile(folder, 'cut.onnx', cut)), { code: 'E_MODEL_FORMAT' })
    assert.equal(environment.sessions.size, 0)
    await environment.close()
  })

  it('finds the scale of a network that it cannot analyse by running it', async () => {
    const graph = new TestGraph(1)
    const model = graph.model(graph.node('Tile', ['image', graph.integers([1, 1, 2, 2])]), 1)
    const environment = createModelEnvironment({ readers: [] })
    const runner = await environment.open(await modelFile(folder, 'odd.onnx', encodeModel(model)), plainHooks)
    assert.equal(runner.facts.scale, 2)
    assert.equal(runner.facts.halo, 'global')
    assert.equal((await runner.restore(noiseImage(5, 4, 1))).width, 10)
    await environment.close()
  })
})

describe('describeModel', () => {
  it('derives what a foreign file does not state', () => {
    const graph = new TestGraph(3)
    const random = seededNumbers(3)
    const unshuffled = graph.node('SpaceToDepth', ['image'], { blocksize: 2 })
    const features = graph.conv(unshuffled, [8, 12, 3], random)
    const model = graph.model(graph.node('DepthToSpace', [features], { blocksize: 2, mode: 'CRD' }), 2)
    assert.deepEqual(describeModel(encodeModel(model), 'foreign').facts, {
      family: 'onnx',
      architecture: 'unknown, made by test',
      halo: 3,
      sizeMultiple: 2,
      channels: { input: 3, output: 2 },
      inputRange: [0, 1],
      scale: 1,
    })
  })

  it('refuses weights in other files, and facts that cannot both hold', () => {
    const outside = gainModel(2)
    outside.graph!.initializer[0]!.dataLocation = TensorProto_DataLocation.EXTERNAL
    assert.throws(() => describeModel(encodeModel(outside), 'outside'), { code: 'E_MODEL_FORMAT' })
    const uneven = gainModel(2)
    writeFacts(uneven, { ...facts, scale: 0.5 })
    assert.throws(() => describeModel(encodeModel(uneven), 'uneven'), { code: 'E_MODEL_FORMAT' })
  })

  it('estimates working memory from the largest pair of tensors: 32 channels in and out at four times the size', () => {
    const graph = new TestGraph(3)
    const random = seededNumbers(3)
    const features = graph.conv('image', [32, 3, 3], random)
    const enlarged = graph.node('Resize', [features, '', graph.floats([4], [1, 1, 4, 4])], { mode: 'nearest' })
    const model = graph.model(graph.conv(graph.node('Relu', [enlarged]), [3, 32, 3], random), 3)
    assert.equal(estimateWorkingBytes(decodeModel(encodeModel(model))), Math.ceil(2 * 32 * 16 * 4 * 2.2))
  })
})
