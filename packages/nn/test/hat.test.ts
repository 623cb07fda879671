import assert from 'node:assert/strict'
import { buildNetwork, detectArchitecture } from '../src/index.js'
import { requireShared } from './golden.js'
import { buildRelease, checkRuns, convertCase, goldenCase } from './golden-case.js'
import { openNetwork } from './session.js'
import { checkAnswer, fillTensors, type TensorShapes, waves } from './synthetic-fill.js'

describe('HAT', () => {
  it('agrees with the authors’ network on aligned and padded images', async function () {
    requireShared(this, 'golden/tgsr/hat')
    const golden = goldenCase('tgsr/hat')
    const network = await convertCase(golden, 'model')
    const { img_size: _, ...hyper } = golden.hyperParameters
    assert.deepEqual(network.facts.hyperParameters, { ...hyper, num_feat: 64 })
    assert.equal(network.facts.halo, 'global')
    await checkRuns(golden, network, 5e-6)
  })

  it('agrees at the size of Real_HAT_GAN_SRx4', async function () {
    requireShared(this, 'golden/tgsr/release-hat')
    const golden = goldenCase('tgsr/release-hat')
    await checkRuns(golden, buildRelease(golden), 5e-6)
  }).timeout(180_000)

  it('gives the known answer of the authors’ module, for each image of a batch', async () => {
    const tensors = fillTensors(hatShapes())
    const { model } = buildNetwork(detectArchitecture(tensors)!, tensors)
    const run = await openNetwork(model)
    const image = waves(3, 16, 24)
    // XPixelGroup/HAT 1638a9a, PyTorch 1.13.
    const answer = [0.691135, 2.50841, 0.272716, 1.75308, -0.724048] as const
    checkAnswer(await run(image), answer)
    const batch = await run({ data: Float32Array.of(...image.data, ...image.data), shape: [2, 3, 16, 24] })
    const half = batch.data.length / 2
    for (const from of [0, half])
      checkAnswer({ data: batch.data.subarray(from, from + half), shape: [1, 3, 64, 96] }, answer)
  })
})

/** Width 12, one group of two blocks with two heads, windows of 8 and 12, x4. */
function hatShapes(): TensorShapes {
  const shapes: Record<string, readonly number[]> = {}
  const c = 12
  const layer = (name: string, ...shape: number[]) => {
    shapes[`${name}.weight`] = shape
    shapes[`${name}.bias`] = [shape[0]!]
  }
  const rest = (name: string) => {
    layer(`${name}.norm1`, c)
    layer(`${name}.norm2`, c)
    layer(`${name}.mlp.fc1`, 2 * c, c)
    layer(`${name}.mlp.fc2`, c, 2 * c)
  }
  layer('conv_first', c, 3, 3, 3)
  layer('patch_embed.norm', c)
  for (const index of [0, 1]) {
    const block = `layers.0.residual_group.blocks.${index}`
    rest(block)
    shapes[`${block}.attn.relative_position_bias_table`] = [225, 2]
    layer(`${block}.attn.qkv`, 3 * c, c)
    layer(`${block}.attn.proj`, c, c)
    layer(`${block}.conv_block.cab.0`, 4, c, 3, 3)
    layer(`${block}.conv_block.cab.2`, c, 4, 3, 3)
    layer(`${block}.conv_block.cab.3.attention.1`, 2, c, 1, 1)
    layer(`${block}.conv_block.cab.3.attention.3`, c, 2, 1, 1)
  }
  const overlap = 'layers.0.residual_group.overlap_attn'
  rest(overlap)
  shapes[`${overlap}.relative_position_bias_table`] = [361, 2]
  layer(`${overlap}.qkv`, 3 * c, c)
  layer(`${overlap}.proj`, c, c)
  layer('layers.0.conv', c, c, 3, 3)
  layer('norm', c)
  layer('conv_after_body', c, c, 3, 3)
  layer('conv_before_upsample.0', 64, c, 3, 3)
  layer('upsample.0', 256, 64, 3, 3)
  layer('upsample.2', 256, 64, 3, 3)
  layer('conv_last', 3, 64, 3, 3)
  return shapes
}
