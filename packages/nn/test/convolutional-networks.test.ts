import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import {
  buildNetwork,
  type Coefficients,
  convertCheckpoint,
  detectArchitecture,
  type HyperParameters,
  inspectCheckpoint,
  readCheckpoint,
  type Tensors,
} from '../src/index.js'
import { fill, picture } from './filled.js'
import {
  type GoldenCase,
  type GoldenTensor,
  goldenCase,
  readNpy,
  relativeError,
  releaseTensors,
  requireShared,
  sharedFile,
} from './golden.js'
import { openNetwork, openOutputs } from './session.js'

/** Reference: the authors' PyTorch code, float32 (repository and commit in each case). In units of the output's range. */
const TOLERANCE = 1e-5

function checkpointOf({ folder, details }: GoldenCase, role = 'model'): string {
  return fileURLToPath(new URL(details.checkpoints[role]!.file, folder))
}

function assertClose(found: GoldenTensor, reference: GoldenTensor, what: string): void {
  const error = relativeError(found, reference)
  assert.ok(error <= TOLERANCE, `${what}: ${error}`)
}

async function checkRuns({ folder, details }: GoldenCase, onnx: Parameters<typeof openNetwork>[0]): Promise<void> {
  const run = await openNetwork(onnx)
  for (const { name, inputs, outputs } of details.runs) {
    const output = await run(readNpy(new URL(inputs.input!.file, folder)))
    assertClose(output, readNpy(new URL(outputs.output!.file, folder)), `run ${name}`)
  }
}

describe('convolutional networks', () => {
  const cases: [name: string, architecture: string, halo: number, stated?: HyperParameters][] = [
    ['esrgan/srvgg-x4', 'SRVGGNetCompact', 6],
    ['esrgan/srvgg-x2-leakyrelu', 'SRVGGNetCompact', 5, { act_type: 'leakyrelu' }],
    ['esrgan/real-animevideov3-x4', 'SRVGGNetCompact', 18],
    ['esrgan/real-upscayl-lite-x4', 'SRVGGNetCompact', 34],
    ['esrgan/msrresnet-x4', 'MSRResNet', 9],
    ['dncnn/dncnn-25-published', 'DnCNN', 17],
    ['dncnn/dncnn-color-batchnorm', 'DnCNN', 5],
  ]
  for (const [name, architecture, halo, stated] of cases) {
    it(`agree with the authors' code on ${name}, at each size and batch`, async function () {
      requireShared(this, `golden/${name}`)
      const golden = goldenCase(name)
      const { onnx, facts } = await convertCheckpoint(checkpointOf(golden), undefined, {}, stated)
      assert.equal(facts.architecture, architecture)
      assert.deepEqual(facts.hyperParameters, golden.details.hyperParameters)
      assert.equal(facts.scale, golden.details.scale)
      assert.equal(facts.halo, halo)
      await checkRuns(golden, onnx)
    }).timeout(60_000)
  }

  it('agree with the authors’ code at the size of the published MSRResNet', async function () {
    requireShared(this, 'golden/esrgan/release-msrresnet-x4')
    const golden = goldenCase('esrgan/release-msrresnet-x4')
    const tensors = releaseTensors(golden)
    const { model, facts } = buildNetwork(detectArchitecture(tensors)!, tensors)
    assert.equal(facts.halo, 35)
    await checkRuns(golden, model)
  })

  it('ask for an activation that the tensors do not tell', async function () {
    requireShared(this, 'golden/esrgan/srvgg-x2-leakyrelu')
    const path = checkpointOf(goldenCase('esrgan/srvgg-x2-leakyrelu'))
    await assert.rejects(convertCheckpoint(path), { code: 'E_HYPER_PARAMETER', fix: /--set act_type=relu/ })
    await assert.rejects(convertCheckpoint(path, undefined, {}, { act_type: 'gelu' }), {
      code: 'E_HYPER_PARAMETER',
      found: 'gelu',
    })
    await assert.rejects(convertCheckpoint(path, undefined, {}, { act_type: 'relu', num_feat: '8' }), {
      code: 'E_HYPER_PARAMETER',
      expected: 'a value like 16',
    })
    assert.equal((await inspectCheckpoint(path)).architecture, 'SRVGGNetCompact')
  })
})

describe('HyperRes', () => {
  it('agrees with the authors’ code at trained and other levels', async function () {
    requireShared(this, 'golden/hypernet/hyperres-denoise')
    const golden = goldenCase('hypernet/hyperres-denoise')
    const { tensors } = await readCheckpoint(checkpointOf(golden))
    const architecture = detectArchitecture(tensors)!
    for (const { inputs, outputs, normalisedLevels } of golden.details.runs) {
      for (const [i, level] of normalisedLevels!.entries()) {
        const suffix = normalisedLevels!.length > 1 ? `${i}` : ''
        const input = readNpy(new URL(inputs[`input${suffix}`]!.file, golden.folder))
        const reference = readNpy(new URL(outputs[`output${suffix}`]!.file, golden.folder))
        const { model, facts } = buildNetwork(architecture, tensors, undefined, {}, { level })
        assert.equal(facts.sizeMultiple, 2)
        assert.deepEqual(facts.hyperParameters, { meta_blocks: 1, channels: 3, features: 64 })
        assertClose(await (await openNetwork(model))(input), reference, `level ${level}`)
      }
    }
  })

  it('agrees with the authors’ code at the published size', async function () {
    requireShared(this, 'golden/hypernet/release-hyperres')
    const golden = goldenCase('hypernet/release-hyperres')
    const tensors = releaseTensors(golden)
    const [run] = golden.details.runs
    const coefficients = run!.normalisedLevels!
    const { model, facts } = buildNetwork(detectArchitecture(tensors)!, tensors, undefined, {}, coefficients)
    assert.equal(facts.halo, 72)
    await checkRuns(golden, model)
  })

  it('is no network without a level, and says which node type runs it', async function () {
    requireShared(this, 'weights/hyperres-tiny-noise.pth')
    const path = fileURLToPath(sharedFile('weights/hyperres-tiny-noise.pth'))
    await assert.rejects(convertCheckpoint(path), { code: 'E_COEFFICIENTS', fix: /hypernet\/restore/ })
    const unfit: Coefficients[] = [[1, 2], { sigma: 1 }, { level: Number.NaN }]
    for (const coefficients of unfit) {
      await assert.rejects(convertCheckpoint(path, undefined, {}, {}, coefficients), { expected: /numbers for level/ })
    }
    const { facts } = await convertCheckpoint(path, undefined, {}, {}, { level: 25 / 255 })
    assert.deepEqual(facts.hyperParameters, { meta_blocks: 5, channels: 3, features: 40 })
  })
})

describe('DASR', () => {
  for (const name of ['dasr/dasr-x4', 'dasr/release-dasr-x4']) {
    it(`agrees with the authors' code on ${name}`, async function () {
      requireShared(this, `golden/${name}`)
      const golden = goldenCase(name)
      const tensorsOf = async (role: string) =>
        golden.details.syntheticWeights === undefined
          ? (await readCheckpoint(checkpointOf(golden, role))).tensors
          : releaseTensors(golden, `tensors.${role}.json`)
      const [predictor, generator] = [await tensorsOf('net_p'), await tensorsOf('net_g')]
      const { model, facts } = buildNetwork(detectArchitecture(predictor)!, predictor)
      assert.deepEqual(facts.hyperParameters, pick(golden.details.hyperParameters.network_p, facts.hyperParameters!))
      assert.deepEqual([facts.halo, facts.output], ['global', 'vector'])
      const predict = await openOutputs(model)
      for (const { name: run, inputs, outputs } of golden.details.runs) {
        const input = readNpy(new URL(inputs.input!.file, golden.folder))
        const restored = readNpy(new URL(outputs.output!.file, golden.folder))
        const { output: degradation, weights } = await predict(input)
        assertClose(degradation!, readNpy(new URL(outputs.degradation!.file, golden.folder)), `${run}, degradation`)
        assertClose(weights!, readNpy(new URL(outputs.weights!.file, golden.folder)), `${run}, weights`)
        for (let sample = 0; sample < input.shape[0]!; sample++) {
          const coefficients = [...weights!.data.subarray(5 * sample, 5 * sample + 5)]
          const dynamic = buildNetwork(detectArchitecture(generator)!, generator, undefined, {}, coefficients)
          const given = dynamic.facts.hyperParameters!
          assert.deepEqual(given, pick(golden.details.hyperParameters.network_g, given))
          const output = await (await openNetwork(dynamic.model))(sampleOf(input, sample))
          assertClose(output, sampleOf(restored, sample), `${run}, image ${sample}`)
        }
      }
    }).timeout(60_000)
  }

  it('is no network without coefficients, and says which node type runs it', async function () {
    requireShared(this, 'golden/dasr/dasr-x4')
    const path = checkpointOf(goldenCase('dasr/dasr-x4'), 'net_g')
    await assert.rejects(convertCheckpoint(path), { code: 'E_COEFFICIENTS', fix: /dasr\/restore/ })
  })
})

describe('NoiseNet', () => {
  for (const name of ['hypernet/noisenet-published', 'hypernet/noisenet-random']) {
    it(`agrees with the authors' code on ${name}`, async function () {
      requireShared(this, `golden/${name}`)
      const golden = goldenCase(name)
      const { onnx, facts } = await convertCheckpoint(checkpointOf(golden))
      assert.deepEqual(facts.hyperParameters, { channels: 3, features: 64, blocks: 4, crop_size: 128 })
      assert.deepEqual([facts.halo, facts.output, facts.channels.output], ['global', 'vector', 1])
      const run = await openNetwork(onnx)
      for (const { inputs, outputs } of golden.details.runs) {
        const found = await run(readNpy(new URL(inputs.input!.file, golden.folder)))
        const reference = readNpy(new URL(outputs.output!.file, golden.folder))
        assert.deepEqual(found.shape, reference.shape)
        const error = Math.abs(found.data[0]! - reference.data[0]!)
        assert.ok(error <= 1e-5 * 100, `${error} of a range of 100`)
      }
    })
  }

  it('reads narrower networks', async function () {
    requireShared(this, 'weights/noisenet-tiny.pth')
    const { facts } = await convertCheckpoint(fileURLToPath(sharedFile('weights/noisenet-tiny.pth')))
    assert.deepEqual(facts.hyperParameters, { channels: 3, features: 32, blocks: 4, crop_size: 128 })
  })
})

/** The entries of the golden case's hyper-parameters that the network knows. */
function pick(from: unknown, like: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from as object).filter(([key]) => key in like))
}

function sampleOf({ data, shape: [batch = 1, ...rest] }: GoldenTensor, sample: number): GoldenTensor {
  const size = data.length / batch
  return { data: data.slice(sample * size, (sample + 1) * size), shape: [1, ...rest] }
}

describe('FDnCNN', () => {
  it('gives the picture, not the noise', async () => {
    const layers = { 'model.0': [8, 4, 3, 3], 'model.2': [8, 8, 3, 3], 'model.4': [3, 8, 3, 3] }
    const tensors = new Map(fill(layers)).set('model.4.weight', {
      dtype: 'float32',
      shape: [3, 8, 3, 3],
      data: new Float32Array(216),
    })
    const { model, facts } = buildNetwork(detectArchitecture(tensors)!, tensors)
    assert.deepEqual(facts.channels, { input: 4, output: 3 })
    const { data } = await (await openNetwork(model))(picture(4, 5, 6))
    const bias = tensors.get('model.4.bias')!.data
    for (const [channel, value] of [bias[0], bias[1], bias[2]].entries()) assert.equal(data[30 * channel], value)
  })
})

describe('other names of the same network', () => {
  const renamed = (tensors: Tensors, rename: (name: string) => string): Tensors =>
    new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]))

  async function sameOutputs(own: Tensors, other: Tensors): Promise<GoldenTensor> {
    const run = async (tensors: Tensors) => {
      const { model } = buildNetwork(detectArchitecture(tensors)!, tensors)
      return (await openNetwork(model))(picture(3, 8, 8))
    }
    const [expected, found] = [await run(own), await run(other)]
    assert.deepEqual(found, expected)
    return found
  }

  it('are KAIR’s of MSRResNet', async () => {
    const tensors = msrResNet([32])
    const kair = renamed(tensors, (name) => name.replace('body.', 'recon_trunk.').replace('conv_hr', 'HRconv'))
    assert.deepEqual((await sameOutputs(tensors, kair)).shape, [1, 3, 16, 16])
  })

  for (const [doublings, last] of [
    [0, 4],
    [1, 7],
    [2, 10],
    [3, 13],
  ] as const) {
    it(`are those of 2018 and of xinntao/ESRGAN, x${2 ** doublings}`, async () => {
      const tensors = rrdb(doublings)
      const trunk = renamed(tensors, (name) =>
        name
          .replace(/^body\.(\d)\.rdb/, 'RRDB_trunk.$1.RDB')
          .replace('conv_body', 'trunk_conv')
          .replace('conv_up', 'upconv')
          .replace('conv_hr', 'HRconv'),
      )
      const sequential = renamed(tensors, (name) =>
        name
          .replace('conv_first', 'model.0')
          .replace(/^body\.(\d)\.rdb(\d)\.conv(\d)/, 'model.1.sub.$1.RDB$2.conv$3.0')
          .replace('conv_body', 'model.1.sub.1')
          .replace(/^conv_up(\d)/, (_, stage: string) => `model.${3 * Number(stage)}`)
          .replace('conv_hr', `model.${last - 2}`)
          .replace('conv_last', `model.${last}`),
      )
      const side = 8 * 2 ** doublings
      assert.deepEqual((await sameOutputs(tensors, trunk)).shape, [1, 3, side, side])
      await sameOutputs(tensors, sequential)
    })
  }
})

function msrResNet(folded: readonly number[]): Tensors {
  return fill({
    conv_first: [8, 3, 3, 3],
    'body.0.conv1': [8, 8, 3, 3],
    'body.0.conv2': [8, 8, 3, 3],
    ...Object.fromEntries(folded.map((channels, stage) => [`upconv${stage + 1}`, [channels, 8, 3, 3]])),
    conv_hr: [8, 8, 3, 3],
    conv_last: [3, 8, 3, 3],
  })
}

function rrdb(doublings: number): Tensors {
  const dense = [1, 2, 3].flatMap((block) =>
    [1, 2, 3, 4, 5].map((layer): [string, number[]] => {
      const to = layer === 5 ? 4 : 2
      return [`body.0.rdb${block}.conv${layer}`, [to, 2 + 2 * layer, 3, 3]]
    }),
  )
  const stages = Array.from({ length: doublings }, (_, stage): [string, number[]] => [
    `conv_up${stage + 1}`,
    [4, 4, 3, 3],
  ])
  const around = Object.fromEntries(['conv_body', 'conv_hr'].map((name) => [name, [4, 4, 3, 3]]))
  return fill({
    conv_first: [4, 3, 3, 3],
    ...Object.fromEntries([...dense, ...stages]),
    ...around,
    conv_last: [3, 4, 3, 3],
  })
}
