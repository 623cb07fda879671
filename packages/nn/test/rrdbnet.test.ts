import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { decodeModel, deriveReceptiveField, encodeModel, readFacts } from '@kintsugi/core/onnx'
import {
  buildNetwork,
  convertCheckpoint,
  detectArchitecture,
  elementCount,
  inspectCheckpoint,
  type Tensor,
  type Tensors,
  writeSafetensors,
} from '../src/index.js'
import {
  crop,
  type GoldenCase,
  goldenCase,
  readNpy,
  reflectPad,
  relativeError,
  releaseTensors,
  requireShared,
  sharedFile,
} from './golden.js'
import { openNetwork } from './session.js'

/** Reference: the authors' PyTorch code (BasicSR, xinntao/ESRGAN), float32. Tolerance in units of the output's range. */
const TOLERANCE = 5e-6

async function checkRuns({ folder, details }: GoldenCase, onnx: Uint8Array, multiple: number): Promise<void> {
  const run = await openNetwork(onnx)
  for (const { name, inputs, outputs } of details.runs) {
    const input = readNpy(new URL(inputs.input!.file, folder))
    const reference = readNpy(new URL(outputs.output!.file, folder))
    const found = crop(await run(reflectPad(input, multiple)), reference.shape[2]!, reference.shape[3]!)
    const error = relativeError(found, reference)
    assert.ok(error <= TOLERANCE, `run ${name}: ${error}`)
  }
}

describe('RRDBNet', () => {
  const cases = [
    ['rrdbnet-x4-basicsr', 1, 34],
    ['rrdbnet-x2-unshuffle', 2, 68],
    ['rrdbnet-x1-unshuffle', 4, 76],
    ['rrdbnet-x4-oldkeys-trunk', 1, 34],
    ['rrdbnet-x4-oldkeys-model', 1, 34],
  ] as const
  for (const [name, sizeMultiple, halo] of cases) {
    it(`agrees with the authors' code on ${name}, at each size and batch`, async function () {
      requireShared(this, `golden/esrgan/${name}`)
      const golden = goldenCase(`esrgan/${name}`)
      const path = fileURLToPath(new URL(golden.details.checkpoints.model!.file, golden.folder))
      const { onnx, facts } = await convertCheckpoint(path)
      assert.deepEqual(facts.hyperParameters, latestNames(golden.details))
      assert.equal(facts.scale, golden.details.scale)
      assert.equal(facts.sizeMultiple, sizeMultiple)
      assert.equal(facts.halo, halo)
      assert.deepEqual(readFacts(decodeModel(onnx)), facts)
      await checkRuns(golden, onnx, sizeMultiple)
    })
  }

  it('agrees with the authors’ code at the size of RealESRGAN_x4plus', async function () {
    requireShared(this, 'golden/esrgan/release-rrdbnet-x4')
    const golden = goldenCase('esrgan/release-rrdbnet-x4')
    const tensors = releaseTensors(golden)
    const { model, facts } = buildNetwork(detectArchitecture(tensors)!, tensors)
    assert.equal(facts.halo, 349, 'the radius of 23 blocks: 15 pixels each, and 3.25 around them')
    await checkRuns(golden, encodeModel(model), 1)
  }).timeout(60_000)

  it('reads the shipped x4 weights, the running average first', async function () {
    requireShared(this, 'weights/rrdb-tiny-x4.pth')
    const path = fileURLToPath(sharedFile('weights/rrdb-tiny-x4.pth'))
    const summary = await inspectCheckpoint(path)
    assert.equal(summary.wrapper, 'params_ema')
    assert.equal(summary.parameters, 398_755)
    assert.equal(summary.format, 'torch-zip')
    assert.deepEqual(summary.notes, ['The tensors stand under params_ema; passed over: params.'])
    assert.deepEqual(summary.tensors[0], { name: 'conv_first.weight', shape: [32, 3, 3, 3], type: 'float32' })
    const { facts, onnx } = await convertCheckpoint(path, 'tiny.pth', { licence: 'MIT' })
    const expected = {
      num_in_ch: 3,
      num_out_ch: 3,
      scale: 4,
      num_feat: 32,
      num_block: 2,
      num_grow_ch: 16,
      num_upsample: 2,
      plus: false,
    }
    assert.deepEqual(facts.hyperParameters, expected)
    assert.equal(facts.licence, 'MIT')
    assert.match(facts.source ?? '', /^tiny\.pth sha256:[0-9a-f]{64}$/)
    const { halo, scale, sizeMultiple } = deriveReceptiveField(decodeModel(onnx))
    assert.deepEqual({ halo, scale, sizeMultiple }, { halo: 34, scale: 4, sizeMultiple: 1 })
  })

  describe('with tensors that do not fit', () => {
    const complete = tinyTensors()
    const build = (tensors: Tensors) => () => buildNetwork(detectArchitecture(tensors)!, tensors, 'tiny.pth')

    it('builds the complete set', () => {
      assert.equal(build(complete)().facts.halo, 19)
    })

    it('names what is missing', () => {
      assert.throws(build(without(complete, 'body.0.rdb2.conv3.bias', 'conv_hr.weight')), {
        code: 'E_ARCHITECTURE_TENSORS',
        found: 'missing: body.0.rdb2.conv3.bias, conv_hr.weight',
      })
    })

    it('names what is of another shape, with both shapes', () => {
      const tensors = new Map(complete).set('conv_body.weight', zeros([4, 4, 1, 1]))
      assert.throws(build(tensors), { found: 'of another shape: conv_body.weight (4x4x1x1 instead of 4x4x3x3)' })
    })

    it('names what is not part of it', () => {
      const tensors = new Map(complete).set('body.0.rdb1.conv6.weight', zeros([2, 4, 1, 1]))
      assert.throws(build(tensors), {
        message: /nearest to RRDBNet/,
        found: 'not part of it: body.0.rdb1.conv6.weight',
      })
    })

    it('names what is missing where that leaves no known architecture', async () => {
      const file = writeSafetensors(without(complete, 'body.0.rdb1.conv1.weight', 'body.0.rdb3.conv2.bias'))
      await assert.rejects(convertCheckpoint(file, 'cut.safetensors'), {
        code: 'E_ARCHITECTURE_UNKNOWN',
        found: /nearest to RRDBNet, with 100 % .*missing: body\.0\.rdb1\.conv1\.weight/,
      })
    })

    it('names a tensor that tells the size', () => {
      assert.throws(build(without(complete, 'conv_last.weight')), {
        code: 'E_ARCHITECTURE_TENSORS',
        expected: /conv_last\.weight/,
      })
    })
  })
})

/** The hyper-parameters of xinntao/ESRGAN's constructor under BasicSR's names. */
function latestNames({ hyperParameters, scale }: GoldenCase['details']): Record<string, number | boolean> {
  const hyper = hyperParameters as Record<string, number>
  const { num_in_ch = hyper.in_nc!, num_out_ch = hyper.out_nc!, num_feat = hyper.nf!, num_block = hyper.nb! } = hyper
  return {
    num_in_ch,
    num_out_ch,
    scale,
    num_feat,
    num_block,
    num_grow_ch: hyper.num_grow_ch ?? hyper.gc!,
    num_upsample: 2,
    plus: false,
  }
}

function zeros(shape: number[]): Tensor {
  return { dtype: 'float32', shape, data: new Float32Array(elementCount(shape)) }
}

/** An RRDBNet of 4 features, 1 block and growth 2. */
function tinyTensors(): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>()
  const conv = (name: string, to: number, from: number) => {
    tensors.set(`${name}.weight`, zeros([to, from, 3, 3])).set(`${name}.bias`, zeros([to]))
  }
  conv('conv_first', 4, 3)
  for (const block of [1, 2, 3]) {
    for (const layer of [1, 2, 3, 4]) conv(`body.0.rdb${block}.conv${layer}`, 2, 4 + 2 * (layer - 1))
    conv(`body.0.rdb${block}.conv5`, 4, 12)
  }
  for (const name of ['conv_body', 'conv_up1', 'conv_up2', 'conv_hr']) conv(name, 4, 4)
  conv('conv_last', 3, 4)
  return tensors
}

function without(tensors: Tensors, ...names: string[]): Tensors {
  return new Map([...tensors].filter(([name]) => !names.includes(name)))
}
