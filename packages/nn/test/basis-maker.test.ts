import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import type { RecipeMember } from '@kintsugi/core'
import { basisMaker, basisModel, inspectCheckpoint, readCheckpoint, writeSafetensors } from '../src/index.js'
import { goldenCase, readNpy, relativeError, requireShared, sharedFile } from './golden.js'
import { openNetwork } from './session.js'

const member = (path: string, name = path.split('/').at(-1)!): RecipeMember => ({
  name,
  hash: path,
  path: fileURLToPath(sharedFile(path)),
  onnx: () => Promise.reject(new Error('a basis is no network')),
})

const hyperRes = 'golden/hypernet/hyperres-denoise/hyperres.pth'

describe('the maker of networks from a basis', () => {
  it("equals the authors' HyperRes at a trained and an untrained level, and keeps the trained levels", async function () {
    requireShared(this, hyperRes)
    // ifryed/HyperRes be1bb57, PyTorch 1.13 float32.
    for (const [run, level] of [
      ['trained15', 15],
      ['untrained48', 48],
    ] as const) {
      const { onnx, facts } = await basisMaker.make(
        [member(hyperRes)],
        { coefficients: { level: level / 255 } },
        `at ${level}`,
      )
      const folder = goldenCase('hypernet/hyperres-denoise').folder
      const output = await (await openNetwork(onnx))(readNpy(new URL(`${run}.input.npy`, folder)))
      assert.ok(relativeError(output, readNpy(new URL(`${run}.output.npy`, folder))) < 1e-5)
      assert.deepEqual(facts.trainedLevels, [15, 35, 55, 75])
      assert.equal(facts.description, `at ${level}`)
    }
  })

  it("equals the authors' DASR with the weights of its predictor, one number an expert", async function () {
    requireShared(this, 'golden/dasr/dasr-x4')
    const { folder } = goldenCase('dasr/dasr-x4')
    const weights = [...readNpy(new URL('odd.weights.npy', folder)).data]
    const { onnx } = await basisMaker.make(
      [member('golden/dasr/dasr-x4/net_g.pth')],
      { coefficients: weights },
      'mixed',
    )
    const output = await (await openNetwork(onnx))(readNpy(new URL('odd.input.npy', folder)))
    assert.ok(relativeError(output, readNpy(new URL('odd.output.npy', folder))) < 1e-5)
  })

  it('refuses coefficients that do not fit, networks that are no basis, and other members than one', async function () {
    requireShared(this, hyperRes)
    const make = (members: readonly RecipeMember[], params: unknown) => basisMaker.make(members, params, 'x')
    const basis = member(hyperRes)
    const expected = [
      [[basis], { coefficients: [1, 2] }, /numbers for level/],
      [[basis], { coefficients: { sigma: 1 } }, /numbers for level/],
      [[basis], {}, /one model/],
      [[basis, basis], { coefficients: [1] }, /one model/],
      [[member('weights/rrdb-tiny-x4.pth')], { coefficients: [1] }, /no coefficients/],
      [[{ ...basis, path: 'net.onnx' }], { coefficients: [1] }, /a checkpoint/],
      [[{ ...basis, path: undefined }], { coefficients: [1] }, /a checkpoint/],
    ] as const
    for (const [members, params, message] of expected)
      await assert.rejects(make(members, params), { code: 'E_COEFFICIENTS', expected: message })
  })

  it('is known by basis and coefficients', () => {
    const basis = { name: 'a.pth', path: '/a.pth', hash: 'a'.repeat(64) }
    const [a, b] = [basisModel(basis, { level: 0.1 }, 'a'), basisModel(basis, { level: 0.2 }, 'a')]
    assert.notEqual(a.hash, b.hash)
    assert.equal(a.hash, basisModel(basis, { level: 0.1 }, 'another name').hash)
    assert.equal(a.recipe.maker, basisMaker.name)
  })

  it('reads from a safetensors file what it says of its weights', async function () {
    requireShared(this, hyperRes)
    const { tensors } = await readCheckpoint(fileURLToPath(sharedFile(hyperRes)))
    const stated = { 'kintsugi.licence': 'MIT', 'kintsugi.trainedLevels': '[15,75]', 'kintsugi.training': '' }
    const bytes = writeSafetensors(tensors, new Map(Object.entries(stated)))
    const { facts } = await inspectCheckpoint(bytes, 'basis.safetensors')
    assert.deepEqual([facts.licence, facts.trainedLevels, facts.training], ['MIT', [15, 75], undefined])
    assert.deepEqual([facts.architecture, facts.scale], ['HyperRes', 1])
    const odd = writeSafetensors(tensors, new Map([['kintsugi.trainedLevels', '["x"']]))
    assert.equal((await inspectCheckpoint(odd, 'odd.safetensors')).facts.trainedLevels, undefined)
  })
})
