import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createImage, type Image, type KintsugiError, type Model, type Vector } from '@kintsugi/core'
import { convertCheckpoint, readCheckpoint, type Tensor, writeSafetensors } from '@kintsugi/nn'
import { SLOTS } from '@kintsugi/vectors'
import { goldenCase, readNpy, requireShared } from '../../nn/test/golden.js'
import { modelAt, NodeRun, readImages } from '../../plugin-hypernet/test/node-run.js'
import plugin, { adjust, estimate, restore } from '../src/index.js'

const golden = 'golden/dasr/dasr-x4'
/** csjliang/DASR b2269e4, PyTorch 1.13 float32: outputs reach 8.9, float32 noise 6.4e-6. */
const TOLERANCE = 1e-4

const CODEC = 'dasr/33-released@1'

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length)
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
}

describe('dasr/estimate and dasr/restore', () => {
  const node = new NodeRun(plugin)
  let [experts, predictor]: Model[] = []
  let folder: URL
  before(async function () {
    requireShared(this, golden)
    folder = goldenCase('dasr/dasr-x4').folder
    experts = await modelAt(new URL('net_g.pth', folder))
    predictor = await modelAt(new URL('net_p.pth', folder))
  })
  after(() => node.models.close())
  const guess = (image: Image, settings = {}) =>
    estimate.run({ image, model: predictor! }, { codec: CODEC, level: 'severe', ...settings }, node.context) as Promise<
      Record<'vector' | 'weights' | 'physical', Vector>
    >
  const run = async (image: Image, by: { weights?: Vector; vector?: Vector; predictor?: Model }, settings = {}) =>
    (
      await restore.run(
        { image, model: experts!, weights: undefined, vector: undefined, predictor: undefined, ...by },
        { tiles: 'auto', ...settings },
        node.context,
      )
    ).image

  it("equal the authors' degradation, weights and pictures, each picture with a network of its own", async () => {
    for (const name of ['odd', 'batch2']) {
      const npy = (what: string) => readNpy(new URL(`${name}.${what}.npy`, folder)).data
      const images = readImages(new URL(`${name}.input.npy`, folder))
      const part = (all: Float32Array, i: number) => {
        const size = all.length / images.length
        return all.subarray(i * size, (i + 1) * size)
      }
      for (const [i, image] of images.entries()) {
        const { vector, weights } = await guess(image)
        assert.ok(largest(vector.values, part(npy('degradation'), i)) < TOLERANCE)
        assert.ok(largest(weights.values, part(npy('weights'), i)) < TOLERANCE)
        assert.ok(largest((await run(image, { weights })).data, part(npy('output'), i)) < TOLERANCE)
        const mapped = await run(image, { vector, predictor: predictor! })
        assert.ok(largest(mapped.data, part(npy('output'), i)) < TOLERANCE)
      }
    }
  })

  it('restore by an adjusted degradation as by the weights that the linear layers give for it', async () => {
    const [image] = readImages(new URL('odd.input.npy', folder))
    const { vector } = await guess(image!)
    const changed = adjust.run(
      { vector },
      { set: { 'noise1.level': 0.7 }, add: { 'blur1.sigma_x': -0.2 }, unit: 'codec', level: 'severe' },
      node.context,
    ) as { vector: Vector }
    const { tensors } = await readCheckpoint(fileURLToPath(new URL('net_p.pth', folder)))
    const layer = (x: readonly number[], name: string) => {
      const [weight, bias] = [tensors.get(`MappingNet.${name}.weight`)!, tensors.get(`MappingNet.${name}.bias`)!]
      return Array.from(bias.data as Float32Array, (b, row) =>
        x.reduce((sum, value, i) => sum + value * Number(weight.data[row * x.length + i]), b),
      )
    }
    const values = layer(layer(changed.vector.values, '0'), '1')
    const weights = { codec: 'dasr/weights@1', names: [], values }
    const byVector = await run(image!, { vector: changed.vector, predictor: predictor! })
    assert.ok(largest(byVector.data, (await run(image!, { weights })).data) < TOLERANCE)
    assert.ok(largest(byVector.data, (await run(image!, { vector, predictor: predictor! })).data) > 1e-3)
    // A predictor that was converted maps, too.
    const path = join(await mkdtemp(join(tmpdir(), 'kintsugi-dasr-')), 'net_p.onnx')
    await writeFile(path, (await convertCheckpoint(fileURLToPath(new URL('net_p.pth', folder)))).onnx)
    const converted = await modelAt(pathToFileURL(path))
    assert.deepEqual((await run(image!, { vector: changed.vector, predictor: converted })).data, byVector.data)
    await rm(path)
  })

  it('take gray, 16 bit and alpha, and tiles of one network', async () => {
    const [colour] = readImages(new URL('odd.input.npy', folder))
    const { weights } = await guess(colour!)
    const whole = await run(colour!, { weights })
    const tiled = await run(colour!, { weights }, { tiles: 'exact', tile_size: 16 })
    assert.ok(largest(tiled.data, whole.data) < 1e-5)
    const gray = createImage({ width: 37, height: 20, channels: 1, alpha: true, metadata: { bitDepth: 16 } })
    gray.alpha!.fill(1)
    const restored = await run(gray, { weights: (await guess(gray)).weights })
    assert.deepEqual([restored.width, restored.height, restored.channels], [148, 80, 1])
    assert.deepEqual([restored.metadata, new Set(restored.alpha)], [{ bitDepth: 16 }, new Set([1])])
    gray.alpha![3] = 0
    const plane = createImage({ width: 37, height: 20, channels: 1 })
    plane.data.set(gray.alpha!)
    const { alpha } = await run(gray, { weights })
    const expected = (await run(plane, { weights })).data.map((value) => Math.min(1, Math.max(0, value)))
    assert.deepEqual(alpha, expected)
  })

  it('look at the middle alone with `crop`, and read physical units by the level', async () => {
    const [image] = readImages(new URL('odd.input.npy', folder))
    const middle = await guess(image!, { crop: 32 })
    assert.ok(largest(middle.vector.values, (await guess(image!)).vector.values) > 0)
    const { vector, physical } = await guess(image!, { level: 'weak' })
    const at = ({ values }: Vector, name: string) => values[SLOTS.indexOf(name)]!
    assert.ok(Math.abs(at(physical, 'jpeg1.quality') - (90 + 5 * at(vector, 'jpeg1.quality'))) < 1e-9)
  })

  it('say what does not fit', async () => {
    const [image] = readImages(new URL('odd.input.npy', folder))
    const { vector, weights } = await guess(image!)
    const four = { ...weights, values: weights.values.slice(0, 4) }
    await assert.rejects(run(image!, { weights: four }), { code: 'E_COEFFICIENTS', expected: /expert5/ })
    await assert.rejects(run(image!, { weights: vector }), { code: 'E_PARAM', expected: /dasr\/weights@1/ })
    await assert.rejects(run(image!, { vector: weights, predictor: predictor! }), { code: 'E_PARAM', found: /weights/ })
    await assert.rejects(run(image!, {}), { code: 'E_PORT', found: 'none of them' })
    await assert.rejects(run(image!, { weights, vector }), { code: 'E_PORT', found: 'weights and vector' })
    await assert.rejects(run(image!, { vector, predictor: experts! }), { code: 'E_COEFFICIENTS' })
    await assert.rejects(
      Promise.resolve(estimate.run({ image: image!, model: experts! }, { codec: CODEC, level: 'weak' }, node.context)),
      { code: 'E_COEFFICIENTS', fix: /dasr\/restore/ },
    )
    const net = await modelAt(new URL('../../plugin-esrgan/models/x4.onnx', import.meta.url))
    await assert.rejects(
      Promise.resolve(estimate.run({ image: image!, model: net }, { codec: CODEC, level: 'weak' }, node.context)),
      { code: 'E_MODEL_FORM', found: /RRDBNet/ },
    )
    await assert.rejects(run(image!, { vector, predictor: net }), { code: 'E_MODEL_FORM', found: /RRDBNet/ })
  })

  it('refuse experts of different shapes, naming the tensor', async () => {
    const { tensors } = await readCheckpoint(fileURLToPath(new URL('net_g.pth', folder)))
    const name = 'body.0.conv1.weight'
    const { shape, data } = tensors.get(name)!
    const count = data.length / shape[0]!
    const short: Tensor = {
      dtype: 'float32',
      shape: [4, ...shape.slice(1)],
      data: (data as Float32Array).slice(0, 4 * count),
    }
    const place = await mkdtemp(join(tmpdir(), 'kintsugi-dasr-'))
    const path = join(place, 'uneven.safetensors')
    await writeFile(path, writeSafetensors(new Map([...tensors, [name, short]])))
    const [image] = readImages(new URL('odd.input.npy', folder))
    const weights = { codec: 'dasr/weights@1', names: [], values: [1, 0, 0, 0, 0] }
    const model = await modelAt(pathToFileURL(path))
    await assert.rejects(
      Promise.resolve(
        restore.run(
          { image: image!, weights, model, vector: undefined, predictor: undefined },
          { tiles: 'auto' },
          node.context,
        ),
      ),
      (error: KintsugiError) =>
        error.code === 'E_ARCHITECTURE_TENSORS' && `${error.message} ${error.found} ${error.expected}`.includes(name),
    )
    await rm(place, { recursive: true })
  })
})
