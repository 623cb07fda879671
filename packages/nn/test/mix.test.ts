import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { mixTensors, readCheckpoint, type Tensor, type Tensors } from '../src/index.js'
import { requireShared, sharedFile } from './golden.js'

function weights(...values: number[]): Tensors {
  return new Map<string, Tensor>([['w', { dtype: 'float32', shape: [values.length], data: Float32Array.from(values) }]])
}

describe('mixing weights', () => {
  it('adds them with any real coefficients', () => {
    const mixed = mixTensors([
      { coefficient: 2, tensors: weights(1, 2) },
      { coefficient: -0.5, tensors: weights(4, 8) },
      { coefficient: 1, tensors: weights(0.25, 0) },
    ])
    assert.deepEqual(mixed.get('w'), { dtype: 'float32', shape: [2], data: Float32Array.of(0.25, 0) })
  })

  it('gives the weights themselves for one with coefficient 1', () => {
    assert.deepEqual(mixTensors([{ coefficient: 1, tensors: weights(1e-30, 3) }]), weights(1e-30, 3))
  })

  it('keeps integers that are equal and refuses others', () => {
    const counts = (count: bigint): Tensors =>
      new Map([['n', { dtype: 'int64', shape: [1], data: BigInt64Array.of(count) }]])
    const pair = (a: bigint, b: bigint) => [
      { coefficient: 0.5, tensors: counts(a) },
      { coefficient: 0.5, tensors: counts(b) },
    ]
    assert.deepEqual(mixTensors(pair(3n, 3n)), counts(3n))
    assert.throws(() => mixTensors(pair(3n, 4n)), { code: 'E_MIX', expected: /integers of n/ })
  })

  it('names the tensor that does not fit, and whose it is', () => {
    const other: Tensors = new Map([...weights(1), ['extra', weights(1).get('w')!]])
    const mix = (b: Tensors) => () =>
      mixTensors([
        { coefficient: 1, tensors: weights(1), name: 'a.pth' },
        { coefficient: 1, tensors: b, name: 'b.pth' },
      ])
    assert.throws(mix(weights(1, 2)), { code: 'E_MIX', expected: /^w of shape 1, as in a\.pth/, found: '2 in b.pth' })
    assert.throws(mix(new Map()), { expected: 'w in b.pth', found: 'no such tensor' })
    assert.throws(mix(other), { expected: /^extra in a\.pth/ })
    assert.throws(() => mixTensors([{ coefficient: NaN, tensors: weights(1) }]), { code: 'E_MIX', found: /NaN/ })
    assert.throws(() => mixTensors([]), { code: 'E_MIX' })
  })

  it('follows the formula on two real checkpoints, to half a unit in the last place', async function () {
    requireShared(this, 'golden/esrgan/interp-alpha03')
    const read = (name: string) => readCheckpoint(fileURLToPath(sharedFile(`golden/esrgan/interp-alpha03/${name}.pth`)))
    assert.match(readFileSync(sharedFile('golden/esrgan/interp-alpha03/case.json'), 'utf8'), /0\.70 a \+ 0\.30 b/)
    const [a, b] = [(await read('a')).tensors, (await read('b')).tensors]
    const mixed = mixTensors([
      { coefficient: 0.7, tensors: a },
      { coefficient: 0.3, tensors: b },
    ])
    assert.deepEqual([...mixed.keys()], [...a.keys()])
    for (const [name, { data }] of mixed) {
      const [first, second] = [a.get(name)!.data, b.get(name)!.data]
      data.forEach((value: number | bigint, i: number) => {
        assert.equal(value, Math.fround(0.7 * Number(first[i]) + 0.3 * Number(second[i])), name)
      })
    }
  })
})
