import assert from 'node:assert/strict'
import { createImage, type Image, type Model, type Vector } from '@kintsugi/core'
import { classify, features, knn, knnFit } from '../src/index.js'
import { modelAt, nodeContext, seriesOf } from './node-run.js'

const defaults = { k: [1, 3], normalise: true, logarithm: true, projection: 'none' as const }
const certain = (label: string) => ({ label, confidence: 1, distribution: { [label]: 1 } })
const vector = (...values: number[]): Vector => ({ codec: 'demo/2@1', names: ['x', 'y'], values })

/** Waves of a frequency, or noise around them: two kinds that no mean tells apart. */
function picture(seed: number, noisy: boolean): Image {
  const image = createImage({ width: 40, height: 32, channels: 3 })
  let state = seed + 1
  for (let i = 0; i < image.data.length; i++) {
    state = (state * 48271) % 2147483647
    const noise = noisy ? (state / 2147483647 - 0.5) * 0.3 : 0
    image.data[i] = 0.5 + 0.2 * Math.sin((i % 40) / (4 + seed)) + noise
  }
  return image
}

describe('nearest neighbours of features', () => {
  const { context, close } = nodeContext()
  after(close)
  const fit = async (vectors: Vector[], labels: string[], params = {}, model?: Model) =>
    knnFit.run(
      { features: seriesOf(vectors), truth: seriesOf(labels.map(certain)), model },
      { ...defaults, ...params },
      context,
    )

  it('take the vote of the k nearest, measured by leave-one-out', async () => {
    const points = [vector(0, 0), vector(1, 0), vector(0, 1), vector(9, 9), vector(8, 9), vector(1, 1)]
    const { model, accuracy, k, confusion } = await fit(points, ['a', 'a', 'a', 'b', 'b', 'b'], {
      k: [3],
      normalise: false,
    })
    // The last item lies among those of the other class.
    assert.equal(k, 3)
    assert.deepEqual(confusion.rows, [
      ['a', 3, 0],
      ['b', 1, 2],
    ])
    assert.equal(accuracy, 5 / 6)
    const { label } = await knn.run({ features: vector(8, 8), model }, {}, context)
    assert.equal(label.label, 'b')
    assert.ok(Math.abs(label.confidence - 1) < 1e-6)
    const between = (await knn.run({ features: vector(0.6, 0.6), model }, {}, context)).label
    assert.equal(between.label, 'a')
    assert.ok(Math.abs(between.confidence - 2 / 3) < 1e-6)
  })

  it('are found in the directions that tell classes apart, measured on items held out', async () => {
    // y tells the classes apart, x has a hundred times the spread.
    const points = Array.from({ length: 40 }, (_, i) => vector(((i * 37) % 40) * 5, (i % 2) + ((i * 7) % 5) / 20))
    const labels = points.map((_, i) => (i % 2 === 0 ? 'low' : 'high'))
    const plain = await fit(points, labels, { normalise: false })
    const projected = await fit(points, labels, { normalise: false, projection: 'discriminant' })
    assert.equal(projected.accuracy, 1)
    assert.ok(plain.accuracy < 0.9, `${plain.accuracy}`)
    const { label } = await knn.run({ features: vector(1000, 1.1), model: projected.model }, {}, context)
    assert.equal(label.label, 'high')
  })

  it('are found among the entries of some layers alone', async () => {
    const names = ['a.mean.0', 'b.mean.0', 'b1.mean.0']
    const points = Array.from({ length: 12 }, (_, i) => ({
      codec: 'demo/3@1',
      names,
      values: [((i * 7) % 12) * 9, i % 2, (i % 2) + 0.1],
    }))
    const labels = points.map((_, i) => (i % 2 === 0 ? 'even' : 'odd'))
    const study = { k: [1], normalise: false }
    assert.ok((await fit(points, labels, { ...study, layers: ['a'] })).accuracy < 0.6)
    assert.equal((await fit(points, labels, { ...study, layers: ['b*'] })).accuracy, 1)
    assert.deepEqual(
      (await fit(points, labels, { ...study, layers: ['a', 'b', 'b1'] })).confusion,
      (await fit(points, labels, study)).confusion,
    )
    await assert.rejects(fit(points, labels, { ...study, layers: ['c*'] }), {
      code: 'E_DCPT_LAYER',
      expected: 'one of a, b, b1',
    })
  })

  it('classify images with the network that the features are of, as they classify the features', async () => {
    const model = await modelAt(new URL('../../plugin-esrgan/models/x4.onnx', import.meta.url))
    const params = {
      layers: ['conv_first', 'body.0.rdb1.conv1'],
      statistics: ['mean', 'std', 'detail', 'spread'],
      crop: 32,
    }
    const pictures = [0, 1, 2, 3, 4, 5].map((i) => picture(i, i % 2 === 1))
    const hook = async (image: Image) => (await features.run({ image, model }, params as never, context)).features
    const vectors: Vector[] = []
    for (const image of pictures) vectors.push(await hook(image))
    assert.equal(vectors[0]!.values.length, 4 * (32 + 16))
    assert.equal(vectors[0]!.names[32], 'conv_first.std.0')
    const labels = pictures.map((_, i) => (i % 2 === 1 ? 'noise' : 'clean'))
    const fitted = await fit(vectors, labels, { k: [1] }, model)
    assert.equal(fitted.accuracy, 1)
    for (const [seed, kind] of [
      [6, 'clean'],
      [7, 'noise'],
    ] as const) {
      const image = picture(seed, kind === 'noise')
      const { label } = await classify.run({ image, model: fitted.model }, {}, context)
      assert.equal(label.label, kind)
      assert.deepEqual((await knn.run({ features: await hook(image), model: fitted.model }, {}, context)).label, label)
    }
    await assert.rejects(async () => knn.run({ features: vector(1, 2), model: fitted.model }, {}, context), {
      code: 'E_DCPT_FEATURES',
      found: 'demo/2@1',
    })
    await assert.rejects(fit([vector(1, 2), vector(3, 4)], ['a', 'b'], { k: [1] }, model), { code: 'E_DCPT_FEATURES' })
  })

  it('need items of two classes, enough of them, and features of one kind', async () => {
    await assert.rejects(fit([vector(1, 2), vector(3, 4)], ['a', 'a']), {
      code: 'E_DCPT_GROUPS',
      found: '2 items, all "a"',
    })
    await assert.rejects(fit([], []), { code: 'E_DCPT_GROUPS', found: 'no item with a label' })
    await assert.rejects(fit([vector(1, 2), vector(3, 4)], ['a', 'b'], { k: [5] }), { code: 'E_DCPT_GROUPS' })
    const other: Vector = { codec: 'demo/1@1', names: ['x'], values: [1] }
    await assert.rejects(fit([vector(1, 2), other], ['a', 'b']), { code: 'E_DCPT_FEATURES' })
  })
})
