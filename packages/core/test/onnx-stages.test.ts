import assert from 'node:assert/strict'
import { splitBeforeEnlarging } from '../src/onnx/index.js'
import { seededNumbers, TestGraph } from './models-graphs.js'

const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }

/** Two convolutions with a skip around the second, an enlargement by `factor`, and two convolutions of 3 and 5 taps behind it. */
function enlarging({ factor = 2, addsInput = false } = {}) {
  const graph = new TestGraph(3)
  const random = seededNumbers(1)
  const first = graph.conv('image', [8, 3, 5], random)
  const body = graph.node('Add', [first, graph.conv(first, [8, 8, 3], random)])
  const scales = graph.floats([4], [1, 1, factor, factor])
  const enlarged = graph.node('Resize', [body, '', scales], nearest)
  const last = graph.conv(graph.conv(enlarged, [4, 8, 3], random), [3, 4, 5], random)
  const base = addsInput ? graph.node('Resize', ['image', '', scales], nearest) : undefined
  return { model: graph.model(base === undefined ? last : graph.node('Add', [last, base]), 3), body }
}

describe('splitBeforeEnlarging', () => {
  it('cuts at the last value of the image’s size that everything leads through', () => {
    const { model, body } = enlarging()
    const stages = splitBeforeEnlarging(model)!
    assert.equal(stages.features, body)
    // One and two pixels of the enlarged image are three of them, which reach two of the features.
    assert.equal(stages.halo, 2)
    assert.deepEqual(
      stages.head.graph!.node.map(({ opType }) => opType),
      ['Conv', 'Conv', 'Add'],
    )
    assert.deepEqual(
      stages.tail.graph!.node.map(({ opType }) => opType),
      ['Resize', 'Conv', 'Conv', 'Identity'],
    )
    assert.equal(stages.tail.graph!.initializer.length, 5)
  })

  it('leaves networks alone that add the enlarged input to their result', () => {
    assert.equal(splitBeforeEnlarging(enlarging({ addsInput: true }).model), undefined)
  })

  it('leaves networks alone that keep the size or enlarge by no whole factor', () => {
    assert.equal(splitBeforeEnlarging(enlarging({ factor: 1 }).model), undefined)
    assert.equal(splitBeforeEnlarging(enlarging({ factor: 1.5 }).model), undefined)
  })

  it('leaves networks alone whose tail looks at the whole image or cannot be analysed', () => {
    for (const operator of ['GlobalAveragePool', 'Mystery']) {
      const graph = new TestGraph(3)
      const random = seededNumbers(1)
      const body = graph.conv('image', [8, 3, 3], random)
      const enlarged = graph.node('Resize', [body, '', graph.floats([4], [1, 1, 2, 2])], nearest)
      const scaled = graph.node('Mul', [enlarged, graph.node(operator, [enlarged])])
      assert.equal(splitBeforeEnlarging(graph.model(graph.conv(scaled, [3, 8, 3], random), 3)), undefined)
    }
  })
})
