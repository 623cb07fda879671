import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KintsugiError, type ModelRunner, type NodeContext } from '@kintsugi/core'
import { writeSafetensors } from '@kintsugi/nn'
import { channelSimilarities, distsScore } from '../src/deep/dists.js'
import { type FeatureMap, lpipsLayer } from '../src/deep/lpips.js'
import { dists } from '../src/index.js'
import { testContext } from './context.js'
import { pattern } from './patterns.js'

const within = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} instead of ${expected}`)

function map(channels: number, value: (c: number, y: number, x: number) => number): FeatureMap {
  const data = Float32Array.from({ length: channels * 16 }, (_, i) =>
    value(Math.floor(i / 16), Math.floor(i / 4) % 4, i % 4),
  )
  return { channels, width: 4, height: 4, data }
}

const first = (channels: number) => map(channels, (c, y, x) => ((3 * c + 5 * y + 7 * x) % 11) / 10)
const second = (channels: number) => map(channels, (c, y, x) => ((3 * c + 5 * y + 7 * x + (c % 3)) % 11) / 10)

describe('a layer of LPIPS', () => {
  it('is the formula written out for two channels and one position', () => {
    const at = (values: number[]): FeatureMap => ({ channels: 2, width: 1, height: 1, data: Float32Array.from(values) })
    // (3, 4) / 5 and (4, 3) / 5 differ by 0.2 in both channels.
    within(lpipsLayer(at([3, 4]), at([4, 3]), [2, 5]), 7 * 0.04, 1e-8)
  })

  it('is 0 for equal maps, zeros included, and symmetric', () => {
    const ones = new Float64Array(64).fill(1)
    const [a, b] = [first(64), second(64)]
    const zeros = map(64, () => 0)
    assert.deepEqual([lpipsLayer(a, a, ones), lpipsLayer(zeros, zeros, ones)], [0, 0])
    within(lpipsLayer(a, b, ones), lpipsLayer(b, a, ones), 1e-15)
    within(
      lpipsLayer(
        a,
        b,
        ones.map(() => 3),
      ),
      3 * lpipsLayer(a, b, ones),
      1e-12,
    )
  })
})

describe('DISTS', () => {
  it('compares the raw image as its reference does, to 1e-8', () => {
    const [s, t] = (['S', 'T'] as const).map((name): FeatureMap => {
      const { width, height, data } = pattern(name, 32, 32)
      return { channels: 3, width, height, data }
    })
    const expected = {
      texture: [0.999999613, 0.999999418, 0.999999987],
      structure: [0.927951017, 0.931035295, 0.958277563],
    }
    channelSimilarities(s!, t!).forEach(({ texture, structure }, c) => {
      within(texture, expected.texture[c]!, 1e-7)
      within(structure, expected.structure[c]!, 1e-7)
    })
  })

  it('is 1 minus the weighted mean of all similarities, 0 for equal maps', () => {
    const similarities = [
      { texture: 1, structure: 0.5 },
      { texture: 0.25, structure: 1 },
    ]
    within(distsScore(similarities, [1, 2], [3, 2]), 1 - (1 + 0.5 + 1.5 + 2) / 8, 1e-15)
    within(distsScore(channelSimilarities(first(8), first(8)), new Array(8).fill(1), new Array(8).fill(2)), 0, 1e-12)
  })
})

describe('metrics/dists', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kintsugi-dists-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  /** Weights of texture and structure, for the three channels of the image and one of the trunk. */
  const weightsOf = (alpha: readonly number[], beta: readonly number[]) => {
    const path = join(folder, `${alpha.join()}-${beta.join()}.safetensors`)
    const tensors = Object.entries({ alpha, beta }).map(([name, values]) => {
      return [
        name,
        { dtype: 'float32' as const, shape: [1, values.length, 1, 1], data: Float32Array.from(values) },
      ] as const
    })
    writeFileSync(path, writeSafetensors(new Map(tensors)))
    return path
  }
  /** A trunk with one feature: the red channel. */
  const contextOf = (pooling: 'max' | 'l2') => {
    const runner = {
      facts: { hyperParameters: { pooling } },
      run: async ({ input }: Parameters<ModelRunner['run']>[0]) => {
        const [, , height, width] = input!.shape as [number, number, number, number]
        return { relu: { data: input!.data.subarray(0, width * height), shape: [1, 1, height, width] } }
      },
    } as unknown as ModelRunner
    return Object.create(testContext, { openModel: { value: async () => runner } }) as NodeContext
  }
  const trunk = { name: 'trunk', path: 'trunk', hash: 'trunk' }
  const [image, reference] = [pattern('T', 32, 32), pattern('S', 32, 32)]
  const scoreOf = async (weights: string, other = reference, pooling: 'max' | 'l2' = 'l2') => {
    const result = await dists.run(
      { image, reference: other, trunk },
      { border: 0, quantize: true, weights },
      contextOf(pooling),
    )
    return (result as { score: number }).score
  }
  const refused = (error: unknown) => error instanceof KintsugiError && error.code === 'E_METRIC_PARAMETERS'

  it('weighs texture and structure of the image and of the features, in order', async () => {
    within(
      await scoreOf(weightsOf([1, 2, 1, 0], [0, 0, 0, 0])),
      1 - (0.999999613 + 2 * 0.999999418 + 0.999999987) / 4,
      1e-7,
    )
    within(await scoreOf(weightsOf([0, 0, 0, 0], [1, 0, 2, 0])), 1 - (0.927951017 + 2 * 0.958277563) / 3, 1e-7)
    within(await scoreOf(weightsOf([0, 0, 0, 1], [0, 0, 0, 3])), 1 - (0.999999613 + 3 * 0.927951017) / 4, 1e-7)
    within(await scoreOf(weightsOf([1, 2, 3, 4], [4, 3, 2, 1]), image), 0, 1e-9)
  })

  it('refuses weights and trunks that are not of DISTS', async () => {
    const four = [1, 1, 1, 1]
    for (const weights of [
      weightsOf(four, [1, 1, 1]),
      weightsOf([0, 0, 0, 0], [0, 0, 0, 0]),
      weightsOf([1, 1], [1, 1]),
    ])
      await assert.rejects(scoreOf(weights), refused)
    await assert.rejects(scoreOf(weightsOf(four, four), reference, 'max'), refused)
  })
})
