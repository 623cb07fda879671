import { writeFileSync } from 'node:fs'
import { createStream } from '@kintsugi/core'
import { writeSafetensors } from '@kintsugi/nn'

/** Writes a checkpoint of uniform noise, shapes by name, of a spread that keeps numbers within a network of the same size. */
export function noiseCheckpoint(path, shapes) {
  const stream = createStream(new Uint8Array(16).fill(7))
  const product = (sizes) => sizes.reduce((a, b) => a * b, 1)
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const spread = name.endsWith('bias') ? 0.01 : Math.sqrt(3 / product(shape.slice(-3)))
    const data = new Float32Array(product(shape)).map(() => spread * (2 * stream.uniform() - 1))
    return [name, { dtype: 'float32', shape, data }]
  })
  writeFileSync(path, writeSafetensors(new Map(tensors)))
}
