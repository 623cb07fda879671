import assert from 'node:assert/strict'
import { buildNetwork, detectArchitecture, inspectCheckpoint } from '../src/index.js'
import { crop, reflectPad, requireShared } from './golden.js'
import { buildRelease, checkpointPath, checkRuns, convertCase, goldenCase } from './golden-case.js'
import { openNetwork } from './session.js'
import { swinIrShapes } from './swinir-shapes.js'
import { checkAnswer, fillTensors, waves } from './synthetic-fill.js'

describe('SwinIR', () => {
  it('agrees with BasicSR’s network on aligned, mask-sized and padded images', async function () {
    requireShared(this, 'golden/tgsr/swinir')
    const golden = goldenCase('tgsr/swinir')
    const network = await convertCase(golden, 'model')
    const { img_size: _, ...hyper } = golden.hyperParameters
    assert.deepEqual(network.facts.hyperParameters, { ...hyper, num_feat: 64, shift_size: 4 })
    assert.equal(network.facts.scale, 4)
    assert.equal(network.facts.sizeMultiple, 8)
    await checkRuns(golden, network, 5e-6)
  })

  it('agrees at the size of RealSwinIR-TG', async function () {
    requireShared(this, 'golden/tgsr/release-swinir')
    const golden = goldenCase('tgsr/release-swinir')
    await checkRuns(golden, buildRelease(golden), 5e-6)
  }).timeout(180_000)

  // Known answers of the authors' modules (JingyunLiang/SwinIR 6545850), PyTorch 1.13.
  const answers = [
    ['nearest+conv', '1conv', 4, [-0.840581, 1.3789, -0.167868, -1.26181, 0.944054]],
    ['nearest+conv', '3conv', 4, [-0.367606, 1.13081, -0.0609072, 0.64917, -1.01616]],
    ['', '1conv', 1, [-0.161918, 1.19514, -0.209301, 1.61046, -0.572782]],
  ] as const
  for (const [upsampler, connection, scale, answer] of answers) {
    it(`gives the known answer with ${upsampler || 'no upsampler'} and ${connection}`, async () => {
      const tensors = fillTensors(swinIrShapes({ upsampler, connection, scale }))
      const { model, facts } = buildNetwork(detectArchitecture(tensors)!, tensors)
      const { upsampler: read, resi_connection, upscale, depths, num_heads } = facts.hyperParameters!
      assert.deepEqual([read, resi_connection, upscale, depths, num_heads], [upsampler, connection, scale, [2], [2]])
      const found = await (await openNetwork(model))(reflectPad(waves(3, 10, 13), facts.sizeMultiple))
      checkAnswer(crop(found, 10 * scale, 13 * scale), answer)
    })
  }

  for (const [upsampler, scale] of [
    ['pixelshuffle', 4],
    ['pixelshuffle', 3],
    ['pixelshuffledirect', 2],
  ] as const) {
    it(`has the scale and shape of ${upsampler} x${scale}`, async () => {
      const tensors = fillTensors(swinIrShapes({ upsampler, connection: '1conv', scale }))
      const { model, facts } = buildNetwork(detectArchitecture(tensors)!, tensors)
      assert.deepEqual([facts.hyperParameters?.upsampler, facts.scale], [upsampler, scale])
      const { shape } = await (await openNetwork(model))(waves(3, 16, 24))
      assert.deepEqual(shape, [1, 3, 16 * scale, 24 * scale])
    })
  }

  it('takes batches', async () => {
    const tensors = fillTensors(swinIrShapes({ upsampler: '', connection: '1conv', scale: 1 }))
    const run = await openNetwork(buildNetwork(detectArchitecture(tensors)!, tensors).model)
    const [first, second] = [waves(3, 16, 24), waves(3, 16, 24)]
    second.data.reverse()
    const batch = await run({ data: Float32Array.of(...first.data, ...second.data), shape: [2, 3, 16, 24] })
    const alone = [...(await run(first)).data, ...(await run(second)).data]
    assert.ok(batch.data.every((value, i) => Math.abs(value - alone[i]!) < 1e-5))
  })
})

describe('SwinIR of dcpt', () => {
  it('agrees with the dcpt repository’s network, given its heads', async function () {
    requireShared(this, 'golden/dcpt/swinir')
    const golden = goldenCase('dcpt/swinir')
    const network = await convertCase(golden, 'net_g', { num_heads: [3, 3, 3, 3, 3, 3] })
    assert.deepEqual(network.facts.hyperParameters?.depths, [2, 1, 2, 2, 1, 2])
    assert.equal(network.facts.halo, 'global')
    await checkRuns(golden, network, 5e-6)
    await assert.rejects(convertCase(golden, 'net_g'), { code: 'E_HYPER_PARAMETER', expected: /num_heads/ })
    const { hyperParameters } = await inspectCheckpoint(checkpointPath(golden, 'net_g'))
    assert.deepEqual(hyperParameters.num_heads, [])
    await assert.rejects(convertCase(golden, 'net_g', { num_heads: [3, 3, 3, 3, 3, 5] }), { found: '[3,3,3,3,3,5]' })
  })

  it('agrees at the size of dcpt_swinir_5d', async function () {
    requireShared(this, 'golden/dcpt/release-swinir')
    const golden = goldenCase('dcpt/release-swinir')
    await checkRuns(golden, buildRelease(golden), 5e-6)
  }).timeout(180_000)

  it('gives the known answer of the authors’ module', async () => {
    const tensors = fillTensors(swinIrShapes({ upsampler: '', connection: '1conv', scale: 1, variant: 'dcpt' }))
    const heads = { num_heads: [2, 2, 2, 2, 2, 2] }
    const { model } = buildNetwork(detectArchitecture(tensors)!, tensors, 'filled', heads)
    checkAnswer(await (await openNetwork(model))(waves(3, 16, 24)), [0.0684393, 2.44682, 0.105484, 1.981, 0.301913])
  })
})
