import assert from 'node:assert/strict'
import { encodeModel } from '@kintsugi/core/onnx'
import {
  classifierHead,
  convertCheckpoint,
  detectArchitecture,
  GraphBuilder,
  type HyperParameters,
  inspectCheckpoint,
  joinClassifier,
  NetworkBuilder,
  readCheckpoint,
} from '../src/index.js'
import { requireShared } from './golden.js'
import { checkpointPath, checkRuns, goldenCase } from './golden-case.js'
import { openNetwork } from './session.js'
import { fillTensors, type TensorShapes, waves } from './synthetic-fill.js'

async function join(path: string, hyperParameters: HyperParameters = {}, classifierOf = path) {
  const golden = goldenCase(path)
  const { tensors: backbone } = await readCheckpoint(checkpointPath(golden, 'net_g'))
  const { tensors: classifier } = await readCheckpoint(checkpointPath(goldenCase(classifierOf), 'net_dc'))
  const { model, facts } = joinClassifier({
    architecture: detectArchitecture(backbone)!,
    backbone,
    classifier,
    hyperParameters,
    classes: ['haze', 'rain', 'noise', 'blur', 'low light'],
  })
  return { golden, network: { onnx: encodeModel(model), facts } }
}

describe('the DCPT classifier', () => {
  const cases: [string, HyperParameters][] = [
    ['nafnet', {}],
    ['restormer', {}],
    ['promptir', {}],
    ['swinir', { num_heads: [3, 3, 3, 3, 3, 3] }],
  ]
  for (const [name, hyperParameters] of cases) {
    it(`gives image and logits of the dcpt repository on ${name}`, async function () {
      requireShared(this, `golden/dcpt/${name}`)
      const { golden, network } = await join(`dcpt/${name}`, hyperParameters)
      assert.equal(network.facts.classes?.count, 5)
      assert.equal(network.facts.classes.names?.[2], 'noise')
      await checkRuns(golden, network, 1e-5, ['output', 'logits'])
    })
  }

  it('is recognised by itself, but not built without its network', async function () {
    requireShared(this, 'golden/dcpt/promptir')
    const path = checkpointPath(goldenCase('dcpt/promptir'), 'net_dc')
    const { architecture, hyperParameters } = await inspectCheckpoint(path)
    assert.equal(architecture, 'DCPT classifier')
    const expected = { feature_dims: [4, 8, 16], num_res_blocks: 1, num_classes: 5, sees_image: true }
    assert.deepEqual(hyperParameters, expected)
    await assert.rejects(convertCheckpoint(path), { code: 'E_ARCHITECTURE_BACKBONE' })
  })

  it('is refused beside a network with other features', async function () {
    requireShared(this, 'golden/dcpt')
    await assert.rejects(join('dcpt/nafnet', {}, 'dcpt/restormer'), {
      code: 'E_ARCHITECTURE_BACKBONE',
      expected: 'features of 16, 16, 32 channels',
      found: 'features of 4, 8, 16, 32 channels',
    })
  })

  it('gives the known answer of the authors’ module', async () => {
    // MILab-PKU/dcpt 0889ede, PromptIR_NoImg_DC with dims [8, 16] and 5 classes, PyTorch 1.13: mean, std, first, middle, last.
    const hyper = { feature_dims: [8, 16], num_res_blocks: 2, num_classes: 5, sees_image: false }
    const g = new GraphBuilder('classifier')
    const features = hyper.feature_dims.map((width, level) => g.image(`feature_${level}`, width))
    const network = new NetworkBuilder(g, features[0]!, fillTensors(classifierShapes(hyper)), (name) => name)
    g.output('logits', classifierHead(network, features, hyper), ['batch', 5])
    network.finish('DCPT classifier', 'filled')
    const run = await openNetwork(g.model(), 'logits', { feature_1: waves(16, 8, 12) })
    const { data } = await run(waves(8, 16, 24))
    const mean = data.reduce((sum, value) => sum + value, 0) / 5
    const found = [mean, data[0], data[2], data[4]]
    for (const [i, expected] of [0.00964402, -4.55128, 0.959022, 3.81169].entries())
      assert.ok(Math.abs(found[i]! - expected) < 1e-4, `${found[i]} instead of ${expected}`)
  })
})

function classifierShapes({ feature_dims: widths }: { feature_dims: readonly number[] }): TensorShapes {
  const shapes: Record<string, readonly number[]> = { mixing_weights: [widths.length] }
  const bottleneck = (name: string, c: number) => {
    const layers = [
      ['conv1', 2 * c, c, 1],
      ['conv2', 2 * c, 2 * c, 3],
      ['conv3', c, 2 * c, 1],
    ] as const
    for (const [conv, to, from, kernel] of layers) {
      shapes[`${name}.${conv}.weight`] = [to, from, kernel, kernel]
      for (const tensor of ['weight', 'bias']) shapes[`${name}.${conv}.norm.${tensor}`] = [to]
    }
  }
  for (const [level, width] of widths.entries()) {
    for (const block of [0, 1]) bottleneck(`bottleneck_layers.${level}.${block}`, width)
    shapes[`downsample_layers.${level}.0.weight`] = [widths[level + 1] ?? width, width, 1, 1]
  }
  const last = widths[widths.length - 1]!
  for (const block of [0, 1]) bottleneck(`last_stage.${block}`, last)
  shapes['fc.weight'] = [5, last]
  shapes['fc.bias'] = [5]
  return shapes
}
