import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createImage, type Model, type NodeContext } from '@kintsugi/core'
import { checkpointReader, writeSafetensors } from '@kintsugi/nn'
import { createModelEnvironment } from '../../core/src/models/index.js'
import { channelSimilarities } from '../src/deep/dists.js'
import { featureMaps, rgbMap } from '../src/deep/features.js'
import { dists } from '../src/index.js'
import { planesOf } from '../src/pair/planes.js'
import { testContext } from './context.js'
import { madeWeights } from './made-weights.js'
import { type Pattern, pattern } from './patterns.js'

interface Made {
  readonly amplitude: number
  readonly offset: number
}

/** What scripts/dists_reference.py calculated with PyTorch in float64. */
const reference = JSON.parse(readFileSync(new URL('dists-reference.json', import.meta.url), 'utf8')) as {
  readonly seed: number
  readonly weights: Readonly<Record<string, { readonly shape: readonly number[]; readonly amplitude: number }>>
  readonly bias: Made
  readonly 'alpha and beta': Made & { readonly count: number }
  readonly pairs: readonly {
    readonly image: Pattern
    readonly reference: Pattern
    readonly height: number
    readonly width: number
    readonly score: number
    /** Sums over the channels of the image and of each stage. */
    readonly texture: readonly number[]
    readonly structure: readonly number[]
    readonly wrong: Readonly<Record<string, number>>
  }[]
}

describe('DISTS with the whole network', function () {
  this.timeout(180_000)
  const models = createModelEnvironment({ readers: [checkpointReader] })
  const guards = { createImage, throwIfCancelled: () => undefined, progress: () => undefined }
  const context = Object.create(testContext, {
    openModel: { value: (model: Model) => models.open(model, guards) },
  }) as NodeContext
  let folder = ''
  let path = ''
  let trunk: Model

  // A checkpoint of the whole metric, 59 MB, named as DISTS_pytorch names its tensors.
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kintsugi-dists-network-'))
    const { seed, weights, bias } = reference
    const { count, ...channels } = reference['alpha and beta']
    const tensor = (key: string, shape: readonly number[], made: Made) =>
      [key, { dtype: 'float32' as const, shape, data: madeWeights({ key, shape, ...made }, seed) }] as const
    const tensors = Object.entries(weights).flatMap(([name, { shape, amplitude }]) => [
      tensor(`${name}.weight`, shape, { amplitude, offset: 0 }),
      tensor(`${name}.bias`, shape.slice(0, 1), bias),
    ])
    for (const name of ['alpha', 'beta']) tensors.push(tensor(name, [1, count, 1, 1], channels))
    path = join(folder, 'dists.safetensors')
    const bytes = writeSafetensors(new Map(tensors))
    writeFileSync(path, bytes)
    trunk = { name: 'dists', path, hash: createHash('sha256').update(bytes).digest('hex') }
  })
  after(() => rmSync(folder, { recursive: true }))

  for (const expected of reference.pairs) {
    const { height, width } = expected
    it(`equals PyTorch in float64 stage by stage to 1e-5 and in its score to 1e-6, ${expected.image} and ${expected.reference} of ${width} x ${height} px`, async () => {
      const [image, truth] = [pattern(expected.image, height, width), pattern(expected.reference, height, width)]
      const runner = await context.openModel(trunk)
      const stages = []
      for (const one of [image, truth]) {
        const map = rgbMap(planesOf(one, { border: 0, color_space: 'rgb', quantize: true }))
        stages.push([map, ...(await featureMaps(runner, map))])
      }
      const [a, b] = stages as [(typeof stages)[0], (typeof stages)[0]]
      assert.equal(a.length, expected.texture.length)
      a.forEach((layer, k) => {
        const similarities = channelSimilarities(layer, b[k]!)
        for (const kind of ['texture', 'structure'] as const) {
          const mean = similarities.reduce((sum, one) => sum + one[kind], 0) / layer.channels
          const wanted = expected[kind][k]! / layer.channels
          assert.ok(Math.abs(mean - wanted) < 1e-5, `mean ${kind} of stage ${k}: ${mean} instead of ${wanted}`)
        }
      })
      const params = { border: 0, quantize: true, weights: path }
      const { score } = await dists.run({ image, reference: truth, trunk }, params, context)
      assert.ok(Math.abs(score - expected.score) < 1e-6, `${score} instead of ${expected.score}`)
      for (const [how, other] of Object.entries(expected.wrong))
        assert.ok(Math.abs(other - expected.score) > 1e-3, `${how} can be told from the right network`)
      const same = await dists.run({ image, reference: image, trunk }, params, context)
      assert.ok(Math.abs(same.score) < 1e-9, `${same.score} for an image and itself`)
    })
  }
})
