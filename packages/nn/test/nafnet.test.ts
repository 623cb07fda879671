import assert from 'node:assert/strict'
import { buildNetwork, detectArchitecture } from '../src/index.js'
import { requireShared } from './golden.js'
import { buildRelease, checkRuns, convertCase, goldenCase } from './golden-case.js'
import { nafNetShapes } from './nafnet-shapes.js'
import { openNetwork } from './session.js'
import { checkAnswer, fillTensors, waves } from './synthetic-fill.js'

describe('NAFNet', () => {
  it('agrees with the dcpt repository’s network on its golden case', async function () {
    requireShared(this, 'golden/dcpt/nafnet')
    const golden = goldenCase('dcpt/nafnet')
    const network = await convertCase(golden, 'net_g')
    const { img_channel, width, middle_blk_num, enc_blk_nums, dec_blk_nums } = golden.hyperParameters
      .network_g as Record<string, number | number[]>
    assert.deepEqual(network.facts.hyperParameters, {
      img_channel,
      width,
      middle_blk_num,
      enc_blk_nums,
      dec_blk_nums,
      variant: 'dcpt',
    })
    assert.equal(network.facts.sizeMultiple, 16)
    assert.equal(network.facts.halo, 'global')
    await checkRuns(golden, network, 5e-6)
  })

  it('agrees at the size of dcpt_nafnet_5d', async function () {
    requireShared(this, 'golden/dcpt/release-nafnet')
    const golden = goldenCase('dcpt/release-nafnet')
    await checkRuns(golden, buildRelease(golden), 5e-6)
  }).timeout(180_000)

  // Known answers of the authors' modules (MILab-PKU/dcpt 0889ede, megvii-research/NAFNet 2b4af71), PyTorch 1.13.
  const answers = [
    ['dcpt', 8, 12, [13.3413, 57.6658, 30.3291, -12.5366, -39.3696]],
    ['official', 8, 12, [13.0597, 52.4128, 25.7296, 6.74107, -39.1679]],
    ['official', 7, 10, [14.0247, 57.0833, 27.8017, -13.7565, -64.0573]],
  ] as const
  for (const [variant, height, width, answer] of answers) {
    it(`gives the known answer of the ${variant} network on ${height} x ${width}`, async () => {
      const tensors = fillTensors(nafNetShapes(variant === 'dcpt' ? 'decoder' : 'decoders.'))
      const { model, facts } = buildNetwork(detectArchitecture(tensors)!, tensors)
      assert.equal(facts.hyperParameters?.variant, variant)
      checkAnswer(await (await openNetwork(model))(waves(3, height, width)), answer)
    })
  }
})
