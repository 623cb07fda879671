import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import type { RecipeMember } from '@kintsugi/core'
import { decodeModel, encodeModel, readFacts } from '@kintsugi/core/onnx'
import { convertCheckpoint, GraphBuilder, mixMaker, mixOnnx } from '../src/index.js'
import { readNpy, requireShared, sharedFile } from './golden.js'
import { openNetwork } from './session.js'

const folder = 'golden/esrgan/interp-alpha03/'

const file = (name: string): RecipeMember => {
  const path = fileURLToPath(sharedFile(folder + name))
  return { name, hash: name, path, onnx: async () => (await convertCheckpoint(path)).onnx }
}

/** The same weights as an ONNX file alone. */
const converted = (name: string): RecipeMember => ({ ...file(name), path: undefined })

/** y = 0.2 * conv(x) with one weight. */
function tinyModel(weight: number, scale = 0.2, stride = 1) {
  const graph = new GraphBuilder('tiny')
  const kernel = graph.constant(Float32Array.of(weight), [1, 1, 1, 1], 'conv.weight')
  const convolved = graph.node('Conv', [graph.image('input', 1), kernel], { strides: [stride, stride] }, 'conv')
  graph.output('output', graph.node('Mul', [convolved, graph.scalar(scale)]), ['batch', 1, 'rows', 'columns'])
  return graph.model()
}

describe('the maker of mixtures', () => {
  it("equals the authors' network interpolation", async function () {
    requireShared(this, folder)
    // Float32 noise of this case is 2.2e-7, the two networks lie 0.67 and 0.73 apart: xinntao/ESRGAN 73e9b63, net_interp.py.
    const input = readNpy(sharedFile(`${folder}odd.input.npy`))
    const expected = readNpy(sharedFile(`${folder}odd.output.npy`))
    for (const members of [
      [file('a.pth'), file('b.pth')],
      [file('a.pth'), converted('b.pth')],
    ]) {
      const { onnx, facts } = await mixMaker.make(members, { coefficients: [0.7, 0.3] }, '0.7 a + 0.3 b')
      const run = await openNetwork(onnx)
      const output = await run(input)
      const error = Math.max(...output.data.map((value, i) => Math.abs(value - expected.data[i]!)))
      assert(error < 4e-6, `error ${error}`)
      assert.deepEqual([facts.architecture, facts.scale, facts.source], ['RRDBNet', 4, '0.7 a + 0.3 b'])
      assert.equal(readFacts(decodeModel(onnx))?.source, '0.7 a + 0.3 b')
    }
  })

  it('gives a network itself for one with coefficient 1, and passes tensors through that are not mixed', async function () {
    requireShared(this, folder)
    const { onnx } = await mixMaker.make([file('a.pth'), file('b.pth')], { coefficients: [1, 0] }, 'a')
    const weights = (bytes: Uint8Array) =>
      new Map(
        decodeModel(bytes).graph!.initializer.map(({ name, rawData }) => [name, Buffer.from(rawData).toString('hex')]),
      )
    const a = weights(await file('a.pth').onnx())
    const b = weights(await file('b.pth').onnx())
    assert.deepEqual(weights(onnx), a)
    for (const members of [
      [file('a.pth'), file('b.pth')],
      [converted('a.pth'), converted('b.pth')],
    ]) {
      // Names of this checkpoint are those of the first key style; converted, those of the latest.
      const only = members[0]!.path === undefined ? ['conv_hr.'] : ['HRconv.']
      const part = weights((await mixMaker.make(members, { coefficients: [0, 1], only }, 'part')).onnx)
      for (const [name, bytes] of part)
        assert.equal(bytes, name.startsWith('conv_hr.') ? b.get(name) : a.get(name), name)
    }
  })

  it('says which member does not fit, and where', async function () {
    requireShared(this, folder)
    const other = fileURLToPath(sharedFile('golden/esrgan/rrdbnet-x4-basicsr/rrdbnet-x4-basicsr.pth'))
    const member = {
      name: 'other.pth',
      hash: other,
      path: other,
      onnx: async () => (await convertCheckpoint(other)).onnx,
    }
    const make = (members: readonly RecipeMember[], params: unknown) => mixMaker.make(members, params, 'x')
    await assert.rejects(make([file('a.pth'), member], { coefficients: [0.5, 0.5] }), { code: 'E_MIX' })
    await assert.rejects(make([file('a.pth'), file('b.pth')], { coefficients: [Number.NaN, 1] }), {
      code: 'E_MIX',
      found: 'NaN for a.pth',
    })
    await assert.rejects(make([file('a.pth'), file('b.pth')], { coefficients: [1] }), { code: 'E_MIX' })
  })

  it('mixes weights of ONNX files and leaves the numbers of their graphs alone', () => {
    const terms = [
      { coefficient: 2, model: decodeModel(encodeModel(tinyModel(3))), name: 'a' },
      { coefficient: -1, model: decodeModel(encodeModel(tinyModel(10))), name: 'b' },
    ]
    const values = mixOnnx(terms).graph!.initializer.map(
      ({ rawData }) => new Float32Array(new Uint8Array(rawData).buffer)[0],
    )
    assert.deepEqual(values, [-4, Math.fround(0.2)])
  })

  it('refuses ONNX files of two graphs', () => {
    const mix = (model: ReturnType<typeof tinyModel>) => () =>
      mixOnnx([
        { coefficient: 0.5, model: tinyModel(1), name: 'a' },
        { coefficient: 0.5, model, name: 'b' },
      ])
    assert.throws(mix(tinyModel(1, 0.2, 2)), { code: 'E_MIX', expected: /node 1 to be the Conv that gives conv:0/ })
    assert.doesNotThrow(mix(tinyModel(1)))
  })
})
