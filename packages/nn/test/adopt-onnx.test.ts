import assert from 'node:assert/strict'
import { decodeModel, encodeModel, readPartialFacts } from '@kintsugi/core/onnx'
import { adoptOnnx, conv, GraphBuilder, type OnnxConventions, relu, type Value } from '../src/index.js'
import type { GoldenTensor } from './golden.js'
import { openNetwork } from './session.js'

/** A foreign network on 3 channels that adds 0.25 to green alone; `shape` is the layout of its images. */
function foreign(
  layout: 'nchw' | 'nhwc',
  body: (g: GraphBuilder, x: Value) => Value = (_, x) => x,
  shape: readonly (number | string)[] = layout === 'nchw' ? ['n', 3, 'h', 'w'] : ['n', 'h', 'w', 3],
): Uint8Array {
  const g = new GraphBuilder('foreign')
  const x = body(g, g.input('their_input', shape))
  const offset = g.constant(Float32Array.of(0, 0.25, 0), layout === 'nchw' ? [3, 1, 1] : [3])
  g.output('their_output', g.node('Add', [x, offset]), shape)
  return encodeModel(g.model())
}

const image: GoldenTensor = {
  shape: [1, 3, 2, 2],
  data: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2),
}
const plusGreen = image.data.map((value, i) => (i >= 4 && i < 8 ? value + 0.25 : value))

async function run(bytes: Uint8Array, conventions?: OnnxConventions): Promise<GoldenTensor> {
  const model = adoptOnnx(bytes, 'theirs.onnx', conventions)
  return (await openNetwork(decodeModel(encodeModel(model))))(image)
}

describe('an ONNX file from elsewhere', () => {
  it('runs as it is where it follows the usual layout', async () => {
    assert.deepEqual((await run(foreign('nchw'))).data, plusGreen)
    const facts = readPartialFacts(adoptOnnx(foreign('nchw'), 'theirs.onnx'))
    assert.deepEqual(facts, {
      family: 'onnx',
      architecture: 'unknown, made by kintsugi',
      halo: 0,
      sizeMultiple: 1,
      scale: 1,
      channels: { input: 3, output: 3 },
      inputRange: [0, 1],
    })
  })

  it('is turned where channels come last, found by its shape', async () => {
    const { data, shape } = await run(foreign('nhwc'))
    assert.deepEqual([shape, data], [[1, 3, 2, 2], plusGreen])
    const facts = readPartialFacts(adoptOnnx(foreign('nhwc'), 'theirs.onnx'))
    assert.deepEqual([facts.halo, facts.channels], [0, { input: 3, output: 3 }])
  })

  it('has its colours reversed on request', async () => {
    const { data } = await run(
      foreign('nhwc', (g, x) => g.node('Mul', [x, g.constant(Float32Array.of(1, 1, 0), [3])])),
      {
        order: 'bgr',
      },
    )
    const expected = plusGreen.map((value, i) => (i < 4 ? 0 : value))
    assert.deepEqual(data, expected)
  })

  it('asks for a layout that its shape does not tell', async () => {
    const open = foreign('nhwc', undefined, ['n', 'h', 'w', 'c'])
    assert.throws(() => adoptOnnx(open, 'theirs.onnx'), { code: 'E_MODEL_CONVENTIONS', fix: /--layout nhwc/ })
    assert.deepEqual((await run(open, { layout: 'nhwc' })).data, plusGreen)
  })

  it('tells its range where it begins by dividing', () => {
    const range = (body: (g: GraphBuilder, x: Value) => Value, conventions?: OnnxConventions) =>
      readPartialFacts(adoptOnnx(foreign('nchw', body), 'theirs.onnx', conventions)).inputRange
    assert.deepEqual(
      range((g, x) => g.node('Div', [x, g.scalar(255)])),
      [0, 255],
    )
    assert.deepEqual(
      range((g, x) => g.node('Mul', [x, g.scalar(1 / 255)])),
      [0, 255],
    )
    assert.deepEqual(
      range((g, x) => g.node('Mul', [x, g.scalar(2)])),
      [0, 1],
    )
    assert.deepEqual(
      range((g, x) => relu(g, x), { range: [-1, 1] }),
      [-1, 1],
    )
  })

  it('takes its scale and halo from the graph, or as stated', () => {
    const wide = foreign('nchw', (g, x) =>
      conv(g, x, g.constant(new Float32Array(3 * 3 * 25), [3, 3, 5, 5]), undefined, { kernel: 5 }),
    )
    assert.equal(readPartialFacts(adoptOnnx(wide, 'theirs.onnx')).halo, 2)
    assert.equal(readPartialFacts(adoptOnnx(wide, 'theirs.onnx', { scale: 2 })).scale, 2)
  })

  it('is refused with several inputs or none that is an image', () => {
    const g = new GraphBuilder('two')
    const a = g.image('a', 3)
    g.output('sum', g.node('Add', [a, g.image('b', 3)]), ['n', 3, 'h', 'w'])
    assert.throws(() => adoptOnnx(encodeModel(g.model()), 'two.onnx'), {
      code: 'E_MODEL_CONVENTIONS',
      found: /a \(batchx3xheightxwidth\), b/,
    })
    const flat = new GraphBuilder('flat')
    flat.output('y', flat.node('Relu', [flat.input('x', ['n', 7])]), ['n', 7])
    assert.throws(() => adoptOnnx(encodeModel(flat.model()), 'flat.onnx'), { found: 'x (nx7)' })
  })
})
