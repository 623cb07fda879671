import assert from 'node:assert/strict'
import { elementCount, type Tensor, type Tensors } from '../src/index.js'
import type { GoldenTensor } from './golden.js'

/** A tensor whose numbers are a function of its name; see the known answers. */
export function weight(key: string, shape: readonly number[]): Tensor {
  let seed = 0x811c9dc5
  for (const character of key) seed = Math.imul(seed ^ character.charCodeAt(0), 0x01000193)
  const inputs = shape.length === 5 ? shape.slice(2) : shape.slice(1)
  const amplitude = Math.sqrt(6 / elementCount(inputs))
  const data = new Float32Array(elementCount(shape))
  for (let i = 0; i < data.length; i++) {
    let x = Math.imul(i, 0x9e3779b1) + seed
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
    x = (x ^ (x >>> 16)) >>> 0
    const r = (x / 2 ** 32) * 2 - 1
    data[i] = shape.length >= 2 ? r * amplitude : key.endsWith('.weight') ? 0.75 + 0.25 * r : 0.1 * r
  }
  return { dtype: 'float32', shape, data }
}

/** Convolutions and linear layers by name: shape of the weight; the bias has its first size, or its first two with experts. */
export function fill(layers: Readonly<Record<string, readonly number[]>>): Tensors {
  const shapes = Object.entries(layers).flatMap(([name, shape]): [string, readonly number[]][] => {
    if (name.endsWith('.weight')) return [[name, shape]]
    return [
      [`${name}.weight`, shape],
      [`${name}.bias`, shape.slice(0, shape.length === 5 ? 2 : 1)],
    ]
  })
  return new Map(shapes.map(([key, shape]) => [key, weight(key, shape)]))
}

/** A smooth picture. */
export function picture(channels: number, height: number, width: number): GoldenTensor {
  const data = Float32Array.from({ length: channels * height * width }, (_, i) => {
    const [c, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width]
    return 0.5 + 0.4 * Math.sin(0.3 * y + 0.5 * x + c)
  })
  return { data, shape: [1, channels, height, width] }
}

/** In units of the largest number of a summary. */
const TOLERANCE = 1e-4

/** Compares mean, standard deviation, first, middle and last number. */
export function assertSummary(data: Float32Array, expected: readonly number[]): void {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
  const found = [mean, deviation, data[0]!, data[Math.floor(data.length / 2)]!, data.at(-1)!]
  const largest = Math.max(...expected.map(Math.abs))
  for (const [i, value] of found.entries()) {
    assert.ok(Math.abs(value - expected[i]!) <= TOLERANCE * largest, found.join(' '))
  }
}
