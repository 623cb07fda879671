import assert from 'node:assert/strict'
import { type Image, KintsugiError } from '@kintsugi/core'
import { classify, features, join, restore } from '../src/index.js'
import { imageOf, largestDifference, modelAt, nodeContext, readNpy, requireShared, shared } from './node-run.js'

const KINDS = ['haze', 'rain', 'noise', 'blur', 'low-light']
const golden = (path: string) => new URL(`golden/dcpt/${path}`, shared)

describe('the networks of DCPT with their classifiers', () => {
  const { context, close } = nodeContext()
  after(close)

  async function joined(
    name: string,
    params: Parameters<typeof join.run>[1] = { classes: KINDS },
    classifierOf = name,
  ) {
    const model = await modelAt(golden(`${name}/net_g.pth`))
    const classifier = await modelAt(golden(`${classifierOf}/net_dc.pth`))
    return (await join.run({ model, classifier }, params, context)).model
  }

  // MILab-PKU/dcpt 0889ede (NAFNetBaseline, Restormer, PromptIR with PromptIR_NoImg_DC and PromptIR_DC), PyTorch, CPU.
  const numHeads = { num_heads: [3, 3, 3, 3, 3, 3] }
  const cases: [string, string, Record<string, number[]>][] = [
    ['nafnet', 'padded', {}],
    ['nafnet', 'aligned', {}],
    ['restormer', 'padded', {}],
    ['promptir', 'padded', {}],
    ['swinir', 'square', numHeads],
  ]
  for (const [name, run, hyper_parameters] of cases) {
    it(`restore and classify as the authors’ ${name} does (${run})`, async function () {
      requireShared(this, `golden/dcpt/${name}/${run}.input.npy`)
      const model = await joined(name, { classes: KINDS, hyper_parameters })
      const image = imageOf(await readNpy(golden(`${name}/${run}.input.npy`)))
      const expected = await readNpy(golden(`${name}/${run}.output.npy`))
      const restored = (await restore.run({ image, model }, { tiles: 'whole' }, context)).image
      assert.ok(largestDifference(restored.data, expected.data.subarray(0, restored.data.length)) < 1e-4)
      const logits = await readNpy(golden(`${name}/${run}.logits.npy`))
      const { label } = await classify.run({ image, model }, { crop: 0 }, context)
      assert.deepEqual(Object.keys(label.distribution), KINDS)
      const scores = logits.data.subarray(0, 5)
      assert.ok(largestDifference(Object.values(label.distribution), softmax(scores)) < 1e-4)
      assert.equal(label.label, KINDS[scores.indexOf(Math.max(...scores))])
      assert.equal(label.confidence, Math.max(...Object.values(label.distribution)))
    })
  }

  it('ask for the names of classes, and for as many as there are', async function () {
    requireShared(this, 'golden/dcpt/nafnet')
    const image = imageOf(await readNpy(golden('nafnet/aligned.input.npy')))
    const nameless = await joined('nafnet', {})
    await assert.rejects(async () => classify.run({ image, model: nameless }, {}, context), {
      code: 'E_DCPT_CLASSES',
      expected: '5 names',
      found: 'none',
    })
    const { label } = await classify.run({ image, model: nameless }, { classes: ['a', 'b', 'c', 'd', 'e'] }, context)
    assert.equal(Object.keys(label.distribution).join(''), 'abcde')
    const few = await joined('nafnet', { classes: ['haze', 'rain'] })
    await assert.rejects(async () => classify.run({ image, model: few }, {}, context), {
      code: 'E_DCPT_CLASSES',
      found: '2: haze, rain',
    })
  })

  it('refuse a classifier of another network, a network for a classifier, and a network without one', async function () {
    requireShared(this, 'golden/dcpt/restormer')
    const image = imageOf(await readNpy(golden('nafnet/aligned.input.npy')))
    const mismatched = await joined('nafnet', { classes: KINDS }, 'restormer')
    await assert.rejects(async () => classify.run({ image, model: mismatched }, {}, context), {
      code: 'E_ARCHITECTURE_BACKBONE',
    })
    const classifier = await modelAt(golden('nafnet/net_dc.pth'))
    const network = await modelAt(golden('nafnet/net_g.pth'))
    const swapped = (await join.run({ model: classifier, classifier: network }, {}, context)).model
    await assert.rejects(async () => classify.run({ image, model: swapped }, {}, context), {
      code: 'E_DCPT_MODEL',
      found: 'a classifier',
    })
    await assert.rejects(
      async () => classify.run({ image, model: network }, {}, context),
      (error: KintsugiError) => {
        assert.equal(error.code, 'E_DCPT_MODEL')
        assert.match(error.fix ?? '', /dcpt\/join/)
        return true
      },
    )
    const made = await joined('nafnet')
    const twice = (await join.run({ model: made, classifier }, {}, context)).model
    await assert.rejects(async () => classify.run({ image, model: twice }, {}, context), {
      code: 'E_DCPT_MODEL',
      found: 'a made model',
    })
  })

  it('keep alpha, and take gray images and sizes that fit no window', async function () {
    requireShared(this, 'golden/dcpt/nafnet')
    const model = await modelAt(golden('nafnet/net_g.pth'))
    const alpha = Float32Array.from({ length: 21 * 19 }, (_, i) => i / 400)
    const gray: Image = {
      width: 21,
      height: 19,
      channels: 1,
      data: Float32Array.from({ length: 21 * 19 }, (_, i) => (i % 7) / 7),
      alpha,
      metadata: { bitDepth: 8 } as Image['metadata'],
    }
    const { image } = await restore.run({ image: gray, model }, { tiles: 'auto' }, context)
    assert.deepEqual([image.width, image.height, image.channels], [21, 19, 1])
    assert.deepEqual(image.alpha, alpha)
  })

  it('have features under the names of the authors’ modules', async function () {
    requireShared(this, 'golden/dcpt/nafnet')
    const model = await modelAt(golden('nafnet/net_g.pth'))
    const image = imageOf(await readNpy(golden('nafnet/aligned.input.npy')))
    const hooked = (layers: string[]) =>
      features.run({ image, model }, { layers, crop: 0, statistics: ['mean', 'std'] }, context)
    const found = (await hooked(['intro', 'ending'])).features
    assert.deepEqual([found.names[0], found.names[4], found.names.length], ['intro.mean.0', 'intro.std.0', 14])
    await assert.rejects(
      async () => hooked(['outro']),
      (error: KintsugiError) => {
        assert.equal(error.code, 'E_DCPT_LAYER')
        assert.equal(error.found, 'outro')
        assert.match(error.expected ?? '', /^one of intro, encoders\.0\.0\.conv1, encoders\.0\.0\.conv2, encoders/)
        return true
      },
    )
  })
})

function softmax(logits: Float32Array): number[] {
  const weights = Array.from(logits, Math.exp)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}
