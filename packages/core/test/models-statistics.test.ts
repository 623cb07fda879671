import assert from 'node:assert/strict'
import { createImage } from '../src/image/image.js'
import type { PooledSession, TensorValue } from '../src/models/index.js'
import { imageStatistics } from '../src/models/statistics.js'
import type { ModelFacts } from '../src/onnx/index.js'

const facts: ModelFacts = {
  family: 'test',
  architecture: 'test',
  scale: 1,
  sizeMultiple: 4,
  channels: { input: 1, output: 1 },
  inputRange: [0, 1],
}

/** What the network is given for an image of 6 x 2 pixels with the values 0 to 11. */
async function given(bytesPerPixel: number): Promise<TensorValue> {
  const image = createImage({ width: 6, height: 2, channels: 1 })
  image.data.set(Array.from({ length: 12 }, (_, i) => i))
  let seen: TensorValue | undefined
  const session: PooledSession = {
    name: 'test',
    inputs: [],
    outputs: [],
    run: async ({ input }) => {
      seen = input
      return {}
    },
  }
  await imageStatistics(session, image, { facts, bytesPerPixel, input: 'input' }, {})
  return seen!
}

describe('imageStatistics', () => {
  it('takes the whole image, padded by reflection, where it fits', async () => {
    const { shape, data } = await given(1000)
    assert.deepEqual(shape, [1, 1, 4, 8])
    assert.deepEqual([...data.subarray(0, 8)], [0, 1, 2, 3, 4, 5, 4, 3])
  })

  it('takes means of blocks where the whole image would take too much', async () => {
    const { shape, data } = await given((768 * 2 ** 20) / 16)
    assert.deepEqual(shape, [1, 1, 4, 4])
    assert.deepEqual([...data.subarray(0, 4)], [3.5, 5.5, 7.5, 5.5])
  })
})
