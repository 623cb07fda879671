import assert from 'node:assert/strict'
import { elementCount, type Tensor, type Tensors } from '../src/index.js'
import { type GoldenTensor, syntheticWeights } from './golden.js'

/** Tensor names and shapes, such as `conv.weight` and [8, 3, 3, 3]. */
export type TensorShapes = Readonly<Record<string, readonly number[]>>

/**
 * Fills tensors by the rule of the known answers: a hash of name and place, spread as suits the tensor's rank, so that the numbers
 * of an authors' module can be had anywhere.
 */
export function fillTensors(shapes: TensorShapes): Tensors {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, fillTensor(name, shape)]))
}

function fillTensor(name: string, shape: readonly number[]): Tensor {
  const count = elementCount(shape)
  const fanIn = shape.length === 5 ? elementCount(shape.slice(2)) : count / (shape[0] ?? 1)
  const vector = name.endsWith('.weight') ? [0.25, 0.75] : [0.1, 0]
  const [amplitude, offset] = name.endsWith('prompt_param')
    ? [1, 0]
    : shape.length >= 2
      ? [Math.sqrt(6 / fanIn), 0]
      : vector
  return { dtype: 'float32', shape, data: syntheticWeights(name, 0, count, amplitude!, offset!, 0x9e3779b1) }
}

/** v[c, y, x] = 0.5 + 0.4 sin(0.3 y + 0.5 x + c). */
export function waves(channels: number, height: number, width: number): GoldenTensor {
  const plane = height * width
  const value = (i: number) => {
    const [c, y, x] = [Math.floor(i / plane), Math.floor((i % plane) / width), i % width]
    return 0.5 + 0.4 * Math.sin(0.3 * y + 0.5 * x + c)
  }
  return {
    data: Float32Array.from({ length: channels * plane }, (_, i) => value(i)),
    shape: [1, channels, height, width],
  }
}

/** Compares mean, standard deviation, first, middle and last element with known ones, relative to the standard deviation. */
export function checkAnswer(
  { data }: GoldenTensor,
  [mean, deviation, first, middle, last]: readonly [number, number, number, number, number],
  tolerance = 1e-4,
): void {
  const average = data.reduce((sum, value) => sum + value, 0) / data.length
  const spread = Math.sqrt(data.reduce((sum, value) => sum + (value - average) ** 2, 0) / data.length)
  const found = [average, spread, data[0]!, data[Math.floor(data.length / 2)]!, data[data.length - 1]!]
  for (const [i, expected] of [mean, deviation, first, middle, last].entries()) {
    const error = Math.abs(found[i]! - expected) / deviation
    assert.ok(
      error <= tolerance,
      `${['mean', 'deviation', 'first', 'middle', 'last'][i]}: ${found[i]} instead of ${expected}`,
    )
  }
}
