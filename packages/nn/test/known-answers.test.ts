import assert from 'node:assert/strict'
import { buildNetwork, type Coefficients, detectArchitecture, type Tensors } from '../src/index.js'
import { assertSummary, fill, picture, weight } from './filled.js'
import type { GoldenTensor } from './golden.js'
import { openOutputs } from './session.js'

/**
 * Networks of small sizes with weights that are a function of their names. Expected values: the authors' PyTorch modules (BasicSR
 * 8d56e3a, xinntao/ESRGAN 73e9b63, DASR b2269e4, HyperRes be1bb57, KAIR fc1732f), PyTorch 1.13, float32, as mean, standard deviation,
 * first, middle and last number. ESRGAN+ and the discriminator: their published layers in PyTorch 1.13.
 */

async function outputs(
  tensors: Tensors,
  input: GoldenTensor,
  coefficients?: Coefficients,
): Promise<Record<string, GoldenTensor>> {
  const { model } = buildNetwork(detectArchitecture(tensors)!, tensors, undefined, {}, coefficients)
  return (await openOutputs(model))(input)
}

function discriminator(): Tensors {
  const shapes: [number, number, number][] = [
    [8, 4, 4],
    [16, 8, 4],
    [32, 16, 4],
    [16, 32, 3],
    [8, 16, 3],
    [4, 8, 3],
    [4, 4, 3],
    [4, 4, 3],
  ]
  const layers = shapes.flatMap(([to, from, kernel], i): [string, number[]][] => [
    [`conv${i + 1}.weight_orig`, [to, from, kernel, kernel]],
    [`conv${i + 1}.weight_u`, [to]],
    [`conv${i + 1}.weight_v`, [from * kernel * kernel]],
  ])
  const all = [
    ['conv0.weight', [4, 3, 3, 3]],
    ['conv0.bias', [4]],
    ['conv9.weight', [1, 4, 3, 3]],
    ['conv9.bias', [1]],
  ]
  const named = [...layers, ...(all as [string, number[]][])]
  return new Map(named.map(([key, shape]) => [key, weight(key, shape)]))
}

/** xinntao/ESRGAN's names, with the 1x1 convolutions of ESRGAN+. */
function rrdbPlus(): Tensors {
  const shapes = [...rrdb(3)].map(([name, { shape }]): [string, readonly number[]] => {
    const middle = name
      .replace(/^body\.(\d)\.rdb/, 'RRDB_trunk.$1.RDB')
      .replace('conv_body', 'trunk_conv')
      .replace('conv_up', 'upconv')
      .replace('conv_hr', 'HRconv')
    return [middle, shape]
  })
  const beside = [1, 2, 3].map((block): [string, number[]] => [`RRDB_trunk.0.RDB${block}.conv1x1.weight`, [4, 8, 1, 1]])
  return new Map([...shapes, ...beside].map(([key, shape]) => [key, weight(key, shape)]))
}

function rrdb(entering: number): Tensors {
  const dense = [1, 2, 3].flatMap((block) => {
    const name = `body.0.rdb${block}.conv`
    const layers = [1, 2, 3, 4].map((layer): [string, number[]] => [`${name}${layer}`, [4, 4 + 4 * layer, 3, 3]])
    return [...layers, [`${name}5`, [8, 24, 3, 3]] as [string, number[]]]
  })
  const same = ['conv_body', 'conv_up1', 'conv_up2', 'conv_hr'].map((name): [string, number[]] => [name, [8, 8, 3, 3]])
  return fill(Object.fromEntries([['conv_first', [8, entering, 3, 3]], ...dense, ...same, ['conv_last', [3, 8, 3, 3]]]))
}

const msrResNet = (folded: readonly number[], lead: readonly number[] = []) =>
  fill({
    conv_first: [...lead, 8, 3, 3, 3],
    'body.0.conv1': [...lead, 8, 8, 3, 3],
    'body.0.conv2': [...lead, 8, 8, 3, 3],
    ...Object.fromEntries(folded.map((channels, stage) => [`upconv${stage + 1}`, [...lead, channels, 8, 3, 3]])),
    conv_hr: [...lead, 8, 8, 3, 3],
    conv_last: [...lead, 3, 8, 3, 3],
  })

describe('known answers', () => {
  it('fill weights by the rule', () => {
    const first = [...weight('conv_first.weight', [2, 3, 1, 1]).data.subarray(0, 3)]
    for (const [i, value] of [-1.10254931, 1.10527229, -1.35837603].entries())
      assert.ok(Math.abs(Number(first[i]) - value) < 1e-7)
  })

  const cases: [name: string, tensors: () => Tensors, input: GoldenTensor, expected: number[], Coefficients?][] = [
    ['RRDBNet x4', () => rrdb(3), picture(3, 8, 10), [-0.338406, 0.758219, 0.202984, 0.819818, 1.13358]],
    ['RRDBNet x2', () => rrdb(12), picture(3, 8, 10), [-0.375803, 1.44764, 0.786874, 1.75178, -0.733448]],
    ['RRDBNet x1', () => rrdb(48), picture(3, 8, 12), [-0.120616, 0.624816, 0.16709, 0.361967, -0.408178]],
    ['ESRGAN+', rrdbPlus, picture(3, 8, 10), [-0.0484629, 0.4432848, -0.0737541, 0.3995594, 0.023849]],
    [
      'the U-Net discriminator',
      discriminator,
      picture(3, 16, 24),
      [5.178857e16, 1.94015e17, 5.246322e16, -1.242488e16, 2.001704e16],
    ],
    [
      'SRVGGNetCompact x4',
      () =>
        fill({
          'body.0': [8, 3, 3, 3],
          'body.1.weight': [8],
          'body.2': [8, 8, 3, 3],
          'body.3.weight': [8],
          'body.4': [8, 8, 3, 3],
          'body.5.weight': [8],
          'body.6': [48, 8, 3, 3],
        }),
      picture(3, 8, 10),
      [0.439624, 0.775901, 0.790381, 1.01027, 0.0834783],
    ],
    ['MSRResNet x4', () => msrResNet([32, 32]), picture(3, 8, 10), [0.294154, 0.957822, 0.28402, 1.54267, 1.07534]],
    ['MSRResNet x3', () => msrResNet([72]), picture(3, 8, 10), [0.215816, 0.951687, 0.546162, -0.381414, 1.04222]],
    [
      'DASR’s predictor',
      () =>
        fill({
          ...Object.fromEntries([0, 2, 4, 6, 8].map((i) => [`ConvNet.${i}`, [8, i === 0 ? 3 : 8, 5, 5]])),
          'ConvNet.10': [33, 8, 5, 5],
          'MappingNet.0': [15, 33],
          'MappingNet.1': [5, 15],
        }),
      picture(3, 8, 10),
      [0.0578753, 0.0581069, 0.0807341, -0.0238983, -0.0191954],
    ],
    [
      'DASR’s network',
      () => msrResNet([32, 32], [5]),
      picture(3, 8, 10),
      [0.357986, 0.919042, 1.13203, -0.476543, 0.661116],
      [-0.531865, -0.126893, 0.328025, -0.107869, -0.0783029],
    ],
    [
      'DnCNN',
      () =>
        fill({
          'model.0': [8, 1, 3, 3],
          'model.2': [8, 8, 3, 3],
          'model.4': [8, 8, 3, 3],
          'model.6': [8, 8, 3, 3],
          'model.8': [1, 8, 3, 3],
        }),
      picture(1, 8, 10),
      [0.632293, 0.299951, 0.658853, 1.10823, 0.730807],
    ],
    ['HyperRes', hyperRes, picture(3, 8, 10), [-4.52407, 4.3659, 2.99583, 0.824385, -0.00674987], [25 / 255]],
    [
      'HyperRes at a high level',
      hyperRes,
      picture(3, 8, 10),
      [-113.766, 94.6072, 42.7145, -3.67577, 7.09203],
      { level: 0.5 },
    ],
    ['NoiseNet', noiseNet, picture(3, 128, 128), [18.5434, 0, 18.5434, 18.5434, 18.5434]],
  ]
  for (const [name, tensors, input, expected, coefficients] of cases) {
    it(`hold for ${name}`, async () => {
      const { output } = await outputs(tensors(), input, coefficients)
      assertSummary(output!.data, expected)
    })
  }

  it('hold for DASR’s coefficients', async () => {
    const { weights } = await outputs(cases.find(([name]) => name === 'DASR’s predictor')![1](), picture(3, 8, 10))
    for (const [i, value] of [-0.531865, -0.126893, 0.328025, -0.107869, -0.0783029].entries())
      assert.ok(Math.abs(weights!.data[i]! - value) < 2e-6)
  })
})

function hyperRes(): Tensors {
  const generated = 64 * 64 * 9 + 64
  return fill({
    'conv1.module': [64, 3, 3, 3],
    'res_blocks_meta.1.hy_conv1.fc': [generated, 1],
    'res_blocks_meta.1.hy_conv2.fc': [generated, 1],
    'conv2.module': [64, 64, 3, 3],
    'conv3.module': [256, 64, 3, 3],
    'conv4.module': [64, 64, 3, 3],
    'conv5.module': [3, 64, 3, 3],
  })
}

function noiseNet(): Tensors {
  const blocks = [0, 2, 4, 6].flatMap((i) => [1, 2].map((k) => [`conv_seq.${i}.conv${k}`, [64, 64, 3, 3]] as const))
  return fill({
    conv1: [64, 3, 3, 3],
    ...Object.fromEntries(blocks),
    'fc_seq.0': [32, 1024],
    'fc_seq.2': [16, 32],
    'fc_seq.4': [1, 16],
  })
}
