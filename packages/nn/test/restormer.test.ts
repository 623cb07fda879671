import assert from 'node:assert/strict'
import { buildNetwork, detectArchitecture, type HyperParameters } from '../src/index.js'
import { requireShared } from './golden.js'
import { buildRelease, checkRuns, convertCase, goldenCase } from './golden-case.js'
import { restormerShapes } from './restormer-shapes.js'
import { openNetwork } from './session.js'
import { checkAnswer, fillTensors, waves } from './synthetic-fill.js'

describe('Restormer', () => {
  it('agrees with the dcpt repository’s network on its golden case', async function () {
    requireShared(this, 'golden/dcpt/restormer')
    const golden = goldenCase('dcpt/restormer')
    const network = await convertCase(golden, 'net_g')
    const { scale: _, window_size, bias, ...hyper } = golden.hyperParameters.network_g as Record<string, number>
    assert.equal(bias, false)
    assert.equal(network.facts.sizeMultiple, window_size)
    const told = { variant: 'dcpt', attention: 'relu', norm_epsilon: 1e-6 }
    assert.deepEqual(network.facts.hyperParameters, { ...hyper, ...told })
    assert.equal(network.facts.halo, 'global')
    await checkRuns(golden, network, 1e-5)
  })

  it('agrees at the size of dcpt_restormer_5d', async function () {
    requireShared(this, 'golden/dcpt/release-restormer')
    const golden = goldenCase('dcpt/release-restormer')
    await checkRuns(golden, buildRelease(golden), 1e-5)
  }).timeout(180_000)

  // Known answers of the authors' modules (MILab-PKU/dcpt 0889ede, swz30/Restormer df766d5), PyTorch 1.13.
  const origin = { attention: 'relu', norm_epsilon: 1e-6 }
  const answers: [string, '.' | '.body.', boolean, HyperParameters, [number, number, number, number, number]][] = [
    ['dcpt', '.body.', false, {}, [4.06358, 14.994, 3.9155, -3.13547, -1.6336]],
    ['dcpt Restormer_origin', '.', true, origin, [1.36439, 25.9328, -10.9865, 15.4551, -18.8525]],
    ['official WithBias', '.', true, {}, [1.01743, 15.5415, -9.09717, 8.46512, -6.61505]],
    ['official BiasFree', '.', false, {}, [2.39142, 17.6616, -6.99722, 20.0123, -7.97992]],
  ]
  for (const [name, style, withBias, stated, answer] of answers) {
    it(`gives the known answer of ${name}`, async () => {
      const tensors = fillTensors(restormerShapes({ dim: 8, style, withBias }))
      const { model } = buildNetwork(detectArchitecture(tensors)!, tensors, 'filled', stated)
      checkAnswer(await (await openNetwork(model))(waves(3, 16, 24)), answer)
    })
  }

  it('refuses stated hyper-parameters that it does not have', () => {
    const tensors = fillTensors(restormerShapes({ dim: 8, style: '.', withBias: true }))
    const build = (stated: HyperParameters) => () => buildNetwork(detectArchitecture(tensors)!, tensors, 'x', stated)
    assert.throws(build({ activation: 'relu' }), { code: 'E_HYPER_PARAMETER', expected: /attention/ })
    assert.throws(build({ norm_epsilon: 'small' }), { code: 'E_HYPER_PARAMETER', found: 'norm_epsilon: "small"' })
  })
})

describe('PromptIR', () => {
  it('agrees with the dcpt repository’s network on its golden case', async function () {
    requireShared(this, 'golden/dcpt/promptir')
    const golden = goldenCase('dcpt/promptir')
    const network = await convertCase(golden, 'net_g')
    const { prompt_dims, prompt_sizes, prompt_len, dim } = network.facts.hyperParameters!
    assert.deepEqual([prompt_dims, prompt_sizes, prompt_len, dim], [[4, 8, 16], [16, 8, 4], 5, 8])
    await checkRuns(golden, network, 1e-5)
  })

  it('agrees at the size of dcpt_promptir_5d', async function () {
    requireShared(this, 'golden/dcpt/release-promptir')
    const golden = goldenCase('dcpt/release-promptir')
    await checkRuns(golden, buildRelease(golden), 1e-5)
  }).timeout(180_000)

  it('gives the known answer of the authors’ module, layers included that it does not use', async () => {
    const shapes = restormerShapes({ dim: 48, style: '.', withBias: true, prompts: true })
    const unused = { 'chnl_reduce1.weight': [64, 64, 1, 1], 'reduce_noise_channel_1.weight': [48, 112, 1, 1] }
    const tensors = fillTensors({ ...shapes, ...unused })
    const { model } = buildNetwork(detectArchitecture(tensors)!, tensors)
    const found = await (await openNetwork(model))(waves(3, 16, 24))
    checkAnswer(found, [-0.0649026, 19.3125, 7.46502, 4.30806, 2.63255])
  })
})
