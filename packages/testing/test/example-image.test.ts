import assert from 'node:assert/strict'
import { exampleImage } from '../src/index.js'

const plane = (pattern: Parameters<typeof exampleImage>[0]['pattern'], width: number, height: number, channel = 0) =>
  Array.from(
    exampleImage({ pattern, width, height }).data.subarray(channel * width * height, (channel + 1) * width * height),
  )

describe('exampleImage', () => {
  it('draws flat, step, impulse and gradient', () => {
    assert.deepEqual(plane('flat', 2, 1), [0.5, 0.5])
    assert.deepEqual(plane('step', 3, 1), [0, 0, 1])
    assert.deepEqual(plane('impulse', 3, 2), [0, 0, 0, 0, 1, 0])
    assert.deepEqual(plane('gradient', 3, 2, 0), [0, 0.5, 1, 0, 0.5, 1])
    assert.deepEqual(plane('gradient', 3, 2, 1), [0, 0, 0, 1, 1, 1])
    assert.deepEqual(plane('gradient', 2, 2, 2), [0, 0.5, 0.5, 1])
    assert.deepEqual(plane('gradient', 1, 1), [0])
  })

  it('draws a checkerboard of 8 x 8 px that starts with 0', () => {
    const squares = plane('checkerboard', 17, 9)
    assert.deepEqual(
      [squares[0], squares[7], squares[8], squares[16], squares[8 * 17], squares[8 * 17 + 8]],
      [0, 0, 1, 0, 1, 0],
    )
  })

  it('draws the same noise every time, and a photo inside 0..1', () => {
    assert.deepEqual(plane('noise', 5, 4), plane('noise', 5, 4))
    assert.ok(plane('photo', 40, 30).every((value) => value > 0 && value < 1))
  })

  it('adds the offset to colour, and gives half transparent alpha', () => {
    const image = exampleImage({ pattern: 'flat', width: 2, height: 2, channels: 1, alpha: true, offset: 0.25 })
    assert.deepEqual([...image.data], [0.75, 0.75, 0.75, 0.75])
    assert.deepEqual([...(image.alpha ?? [])], [0.5, 0.5, 0.5, 0.5])
  })
})
