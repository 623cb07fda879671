import assert from 'node:assert/strict'
import {
  concat,
  depthToSpace,
  GraphBuilder,
  pixelShuffle,
  pixelUnshuffle,
  prelu,
  resizeBilinear,
  resizeNearest,
  scale,
  spaceToDepth,
  type Value,
} from '../src/index.js'
import { openNetwork } from './session.js'

/** Runs one operator in onnxruntime on the numbers 0, 1, 2, ... */
async function numbersOf(
  shape: number[],
  build: (g: GraphBuilder, x: Value) => Value,
): Promise<{ data: number[]; shape: readonly number[] }> {
  const graph = new GraphBuilder('operator')
  graph.output('output', build(graph, graph.image('input', shape[1]!)), ['batch', 'channels', 'rows', 'columns'])
  const run = await openNetwork(graph.model())
  const count = shape.reduce((a, b) => a * b, 1)
  const result = await run({ data: Float32Array.from({ length: count }, (_, i) => i), shape })
  return { data: [...result.data], shape: result.shape }
}

describe('graph operators', () => {
  it('shuffles pixels in PyTorch’s order (CRD), or depth first (DCR)', async () => {
    const crd = await numbersOf([1, 8, 1, 1], (g, x) => pixelShuffle(g, x, 2))
    assert.deepEqual(crd, { data: [0, 1, 2, 3, 4, 5, 6, 7], shape: [1, 2, 2, 2] })
    const dcr = await numbersOf([1, 8, 1, 1], (g, x) => depthToSpace(g, x, 2, 'DCR'))
    assert.deepEqual(dcr.data, [0, 2, 4, 6, 1, 3, 5, 7])
  })

  it('unshuffles pixels in PyTorch’s order, unlike ONNX’s', async () => {
    const unshuffled = await numbersOf([1, 2, 2, 2], (g, x) => pixelUnshuffle(g, x, 2, 2))
    assert.deepEqual(unshuffled, { data: [0, 1, 2, 3, 4, 5, 6, 7], shape: [1, 8, 1, 1] })
    const onnx = await numbersOf([1, 2, 2, 2], (g, x) => spaceToDepth(g, x, 2))
    assert.deepEqual(onnx.data, [0, 4, 1, 5, 2, 6, 3, 7])
    const back = await numbersOf([2, 3, 4, 6], (g, x) => pixelShuffle(g, pixelUnshuffle(g, x, 2, 3), 2))
    assert.deepEqual(
      back.data,
      Array.from({ length: 144 }, (_, i) => i),
    )
  })

  it('enlarges by nearest neighbour and bilinearly with half-pixel centres', async () => {
    const nearest = await numbersOf([1, 1, 1, 3], (g, x) => resizeNearest(g, x, 3))
    assert.deepEqual(nearest.data.slice(0, 9), [0, 0, 0, 1, 1, 1, 2, 2, 2])
    const linear = await numbersOf([1, 1, 1, 2], (g, x) => resizeBilinear(g, x, 2))
    assert.deepEqual(linear.data.slice(0, 4), [0, 0.25, 0.75, 1])
  })

  it('applies slopes by channel, also where the width equals the number of channels', async () => {
    const result = await numbersOf([1, 2, 1, 2], (g, x) =>
      prelu(g, scale(g, x, -1), g.constant(Float32Array.of(2, 3), [2, 1, 1])),
    )
    assert.deepEqual(result.data, [-0, -2, -6, -9])
  })

  it('takes weights as run-time inputs and gives several outputs', async () => {
    const graph = new GraphBuilder('outputs')
    const x = graph.image('input', 2)
    const [low, high] = graph.nodes('Split', [x], 2, { axis: 1 })
    const swapped = concat(graph, [high!, low!])
    graph.output('same', x, ['batch', 2, 'height', 'width'])
    graph.output('first', low!, ['batch', 1, 'height', 'width'])
    graph.output('output', swapped, ['batch', 2, 'height', 'width'])
    const model = graph.model()
    assert.deepEqual(
      model.graph?.output.map(({ name }) => name),
      ['same', 'first', 'output'],
    )
    await openNetwork(model)
  })

  it('refers to weights without copying them', () => {
    const graph = new GraphBuilder('weights')
    const weights = Float32Array.of(1, 2, 3)
    graph.output('output', graph.node('Add', [graph.image('input', 3), graph.constant(weights, [3, 1, 1])]), [
      'batch',
      3,
      'height',
      'width',
    ])
    assert.equal(graph.model().graph?.initializer[0]?.rawData.buffer, weights.buffer)
  })

  it('refuses values of another graph, names used twice, and a graph without outputs', () => {
    const graph = new GraphBuilder('one')
    const x = graph.image('input', 1)
    assert.throws(() => new GraphBuilder('two').node('Relu', [x]), { code: 'E_GRAPH', found: /input/ })
    assert.throws(() => graph.image('input', 1), { code: 'E_GRAPH', found: /'input' twice/ })
    assert.throws(() => graph.model(), { code: 'E_GRAPH', expected: 'an output' })
  })
})
