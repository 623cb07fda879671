import assert from 'node:assert/strict'
import { PixelArena } from '@kintsugi/core'
import { filterBands } from '../src/convolution/bands.js'
import { normalisedKernel } from '../src/convolution/blur-kernel.js'
import { reflect101, replicate } from '../src/convolution/border.js'
import { denseFilter } from '../src/convolution/dense.js'
import { inScratch } from '../src/kernels/scratch.js'

const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.fround(Math.sin(i * 12.9898)))

describe('working memory', () => {
  it('copies samples of shared memory wherever they lie, and no others', () => {
    const count = 20_001
    const samples = numbers(count)
    const arena = PixelArena.create(2 ** 20, 0)!
    const start = arena.heap.extend(64)!
    const linear = new Float32Array(arena.pixels.memory.buffer, start, 16)
    for (const place of [0, 1, 2, 3]) {
      const shared = new Float32Array(new SharedArrayBuffer(4 * (count + 8)))
      shared.set(samples, place)
      for (const beside of [shared, linear.fill(0)]) {
        inScratch([beside], (scratch) => {
          const address = scratch.words(count + 8)
          const open = scratch.open()
          for (const shift of [0, 1]) {
            open.load(address + 4 * shift, shared, place, count)
            const back = new Float32Array(new SharedArrayBuffer(4 * (count + 8))).fill(7)
            open.store(address + 4 * shift, back, place, count)
            assert.deepEqual(back.slice(place, place + count), samples)
            assert.ok([...back.slice(0, place), ...back.slice(place + count)].every((value) => value === 7))
          }
        })
      }
    }
  })

  it('is that of the thread alone where an operation takes more than there is beside the pixels', () => {
    const arena = PixelArena.create(2 ** 20, 0)!
    const { scratch, memory } = arena.pixels
    const place = arena.heap.extend(64)!
    const plane = new Float32Array(memory.buffer, place, 16)
    const tried: number[] = []
    for (const words of [1000, scratch.bytes / 4]) {
      inScratch([plane], (working) => {
        const address = working.words(words)
        tried.push(address)
        const open = working.open()
        open.load(address, plane.fill(words), 0, 16)
        open.store(address, plane.fill(0), 0, 16)
      })
      assert.ok(plane.every((value) => value === words))
    }
    // The second operation is begun twice.
    assert.equal(tried.length, 2)
    assert.ok(tried[0]! > scratch.address && tried[0]! < scratch.address + scratch.bytes)
  })

  it('moves down planes far higher than what it holds: the plain sum of weights and samples, to 1e-6', () => {
    const [width, height] = [21, 500]
    const source = numbers(width * height)
    const kernel = normalisedKernel(7, (x, y) => 1 + 0.1 * x + 0.03 * y * y)
    for (const border of [reflect101, replicate]) {
      const result = new Float32Array(source.length)
      filterBands(source, result, width, height, denseFilter(kernel), border)
      for (let i = 0; i < source.length; i++) {
        let sum = 0
        kernel.weights.forEach((weight, k) => {
          const x = border((i % width) + (k % 7) - 3, width)
          const y = border(Math.floor(i / width) + Math.floor(k / 7) - 3, height)
          sum += weight * source[y * width + x]!
        })
        assert.ok(Math.abs(sum - result[i]!) < 1e-6, `${i}`)
      }
    }
  })
})
