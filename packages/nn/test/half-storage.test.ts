import assert from 'node:assert/strict'
import {
  decodeModel,
  deriveReceptiveField,
  encodeModel,
  type ModelProto,
  TensorProto_DataType,
} from '@kintsugi/core/onnx'
import { buildNetwork, detectArchitecture, GraphBuilder, storeHalf } from '../src/index.js'
import { fill, picture } from './filled.js'
import { relativeError } from './golden.js'
import { openNetwork } from './session.js'

const tensors = fill({
  'model.0': [16, 1, 3, 3],
  'model.2': [16, 16, 3, 3],
  'model.4': [16, 16, 3, 3],
  'model.6': [1, 16, 3, 3],
})

describe('float16 storage', () => {
  it('halves the file and computes nearly the same', async () => {
    const { model } = buildNetwork(detectArchitecture(tensors)!, tensors)
    const [full, half] = [encodeModel(model), encodeModel(storeHalf(model))]
    assert.ok(half.length < 0.65 * full.length, `${half.length} of ${full.length} bytes`)
    const input = picture(1, 12, 16)
    const [found, expected] = [await (await openNetwork(half))(input), await (await openNetwork(full))(input)]
    const error = relativeError(found, expected)
    assert.ok(error > 0 && error < 2e-3, String(error))
    assert.deepEqual(deriveReceptiveField(decodeModel(half)), deriveReceptiveField(model))
  })

  it('rounds to nearest, ties to even, subnormals too', async () => {
    const cases: [number, number][] = [
      [1, 1],
      [-2.5, -2.5],
      [1 + 2 ** -11, 1],
      [1 + 3 * 2 ** -11, 1 + 2 ** -9],
      [1 + 2 ** -11 + 2 ** -20, 1 + 2 ** -10],
      [65504, 65504],
      [2 ** -14, 2 ** -14],
      [2 ** -14 - 2 ** -26, 2 ** -14],
      [3 * 2 ** -25, 2 ** -23],
      [2 ** -25, 0],
      [2 ** -25 + 2 ** -40, 2 ** -24],
      [1e-30, 0],
      [0, 0],
    ]
    const numbers = Float32Array.from({ length: 64 }, (_, i) => cases[i % cases.length]![0])
    const found = await widened(numbers)
    assert.deepEqual(
      [...found.slice(0, cases.length)],
      cases.map(([, expected]) => expected),
    )
  })

  it('leaves what float16 cannot hold, and small constants', () => {
    const stored = (values: Float32Array) =>
      storeHalf(offsetModel(values)).graph!.initializer.map(({ dataType }) => dataType)[0]
    const large = new Float32Array(64).fill(1)
    assert.equal(stored(large), TensorProto_DataType.FLOAT16)
    for (const value of [65505, Number.POSITIVE_INFINITY, Number.NaN]) {
      const odd = large.slice()
      odd[5] = value
      assert.equal(stored(odd), TensorProto_DataType.FLOAT)
    }
    assert.equal(stored(large.subarray(0, 32)), TensorProto_DataType.FLOAT)
  })
})

/** A model whose output is its constant, for an input of zeros. */
function offsetModel(values: Float32Array): ModelProto {
  const g = new GraphBuilder('offset')
  const shape = [1, 1, 1, values.length]
  g.output('output', g.node('Add', [g.image('input', 1), g.constant(values, shape)]), shape)
  return g.model()
}

async function widened(values: Float32Array): Promise<Float32Array> {
  const run = await openNetwork(storeHalf(offsetModel(values)))
  return (await run({ data: new Float32Array(values.length), shape: [1, 1, 1, values.length] })).data
}
