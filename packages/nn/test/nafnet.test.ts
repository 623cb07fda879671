import assert from 'node:assert/strict'
import { buildNetwork, detectArchitecture } from '../src/index.js'
import { requireShared } from './golden.js'
import { buildRelease, checkRuns, convertCase, goldenCase } from './golden-case.js'
import { openNetwork } from './session.js'
import { checkAnswer, fillTensors, type TensorShapes, waves } from './synthetic-fill.js'

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
  }).timeout(60_000)

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

/** Width 4, one block in each of two encoders, the middle and two decoders. */
function nafNetShapes(decoder: string): TensorShapes {
  const shapes: Record<string, readonly number[]> = {}
  const conv = (name: string, to: number, from: number, kernel: number, bias = true) => {
    shapes[`${name}.weight`] = [to, from, kernel, kernel]
    if (bias) shapes[`${name}.bias`] = [to]
  }
  const block = (name: string, c: number) => {
    conv(`${name}.conv1`, 2 * c, c, 1)
    conv(`${name}.conv2`, 2 * c, 1, 3)
    for (const layer of ['conv3', 'sca.1', 'conv5']) conv(`${name}.${layer}`, c, c, 1)
    conv(`${name}.conv4`, 2 * c, c, 1)
    for (const tensor of ['norm1.weight', 'norm1.bias', 'norm2.weight', 'norm2.bias']) shapes[`${name}.${tensor}`] = [c]
    for (const tensor of ['beta', 'gamma']) shapes[`${name}.${tensor}`] = [1, c, 1, 1]
  }
  conv('intro', 4, 3, 3)
  conv('ending', 3, 4, 3)
  for (const [level, c] of [4, 8].entries()) {
    block(`encoders.${level}.0`, c)
    conv(`downs.${level}`, 2 * c, c, 2)
    conv(`ups.${level}.0`, 32 >> level, 16 >> level, 1, false)
    block(`${decoder}${level}.0`, 8 >> level)
  }
  block('middle_blks.0', 16)
  return shapes
}
