import assert from 'node:assert/strict'
import { fromBytes, toBytes } from '../src/image/bytes.js'

describe('8-bit samples', () => {
  // Sizes around the 16 pixels and the strip that are converted at once.
  for (const channels of [1, 3] as const) {
    for (const size of [1, 15, 16, 35, 8192, 8209]) {
      it(`go to planes and back unchanged: ${size} pixels of ${channels}`, () => {
        const bytes = Uint8Array.from({ length: size * channels }, (_, i) => (i * 7 + (i >> 8)) % 256)
        const data = new Float32Array(bytes.length)
        fromBytes(bytes, channels, data)
        assert.deepEqual(
          data,
          Float32Array.from(data, (_, i) => bytes[(i % size) * channels + Math.floor(i / size)]! / 255),
        )
        assert.deepEqual(toBytes(data, channels), bytes)
      })
    }
  }

  it('are clipped and rounded, halves to even', () => {
    const samples = [-0.1, 0.5 / 255, 1.5 / 255, 2.5 / 255, 100.5 / 255, 1, 1e9, Number.NaN, Number.POSITIVE_INFINITY]
    assert.deepEqual([...toBytes(Float32Array.from(samples), 1)], [0, 0, 2, 2, 100, 255, 255, 0, 255])
  })
})
