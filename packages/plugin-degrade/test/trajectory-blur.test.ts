import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { drawExtent, drawTrajectory, trajectoryKernel } from '../src/blur-kernels/trajectory.js'
import { trajectoryBlur } from '../src/index.js'
import { imageOf, maxDifference, testContext } from './context.js'

describe('degrade/trajectory-blur', () => {
  it('counts a trajectory in cells and smooths them (KAIR, kernelFromTrajectory)', () => {
    // Four cells of one unit; the last row and column of cells stay empty: the points count in (0, 0), (2, 1) and twice (1, 1).
    const trajectory = { x: Float64Array.of(0, 2.5, 1.2, 1.4, 4.99, 5), y: Float64Array.of(0, 1.5, 1.5, 1.1, 2, 5) }
    const kernel = trajectoryKernel(trajectory, 5, 7)
    const g = (d: number) => Math.exp(-d / 2)
    const points = [
      [0, 0],
      [2, 1],
      [1, 1],
      [1, 1],
    ] as const
    const expected = Float64Array.from({ length: 49 }, (_, i) => {
      const [r, c] = [Math.floor(i / 7) - 1, (i % 7) - 1]
      if (r < 0 || c < 0 || r > 4 || c > 4) return 0
      return points.reduce((sum, [y, x]) => {
        const near = Math.abs(y - r) <= 1 && Math.abs(x - c) <= 1
        return sum + (near ? g((y - r) ** 2 + (x - c) ** 2) : 0)
      }, 0)
    })
    const total = expected.reduce((sum, x) => sum + x, 0)
    assert.ok(
      maxDifference(
        kernel.weights,
        expected.map((x) => x / total),
      ) < 1e-7,
    )
    assert.equal(trajectoryKernel(trajectory, 9, 5).weights.length, 25)
  })

  it('walks with a velocity of variance 1 + the sum of 1 / (t + 1)^2 in each direction (3000 walks, 4 standard errors)', () => {
    const { random } = testContext(7)
    const squares = Array.from({ length: 3000 }, () => {
      const { x, y } = drawTrajectory(random)
      return ((x[100]! - x[99]!) ** 2 + (y[100]! - y[99]!) ** 2) / 2
    })
    const found = squares.reduce((sum, square) => sum + square, 0) / 3000
    let variance = 1
    for (let t = 1; t <= 100; t++) variance += 1 / (t + 1) ** 2
    assert.ok(Math.abs(found / variance - 1) < 4 / Math.sqrt(3000), `${found} ${variance}`)
  })

  it('has extents as odd(round(min(27, 5 - ln(U) / 0.15)))', () => {
    const { random } = testContext(3)
    const extents = Array.from({ length: 4000 }, () => drawExtent(random))
    assert.ok(extents.every((side) => side % 2 === 1 && side >= 5 && side <= 27))
    // 27 or more: rounding 26 and above, 5 - ln(U) / 0.15 >= 25.5.
    const share = extents.filter((side) => side === 27).length / 4000
    const expected = Math.exp(-0.15 * 20.5)
    assert.ok(Math.abs(share - expected) < 4 * Math.sqrt((expected * (1 - expected)) / 4000), `${share} ${expected}`)
  })

  it('keeps the sum of an impulse, and repeats with its key', () => {
    const image = imageOf({ width: 61, height: 61, channels: 3 }, (_c, y, x) => (x === 30 && y === 30 ? 1 : 0))
    const blur = (seed: number) =>
      (trajectoryBlur.run({ image }, { kernel_size: 31 }, testContext(seed)) as { image: Image }).image.data
    assert.ok(Math.abs(blur(1).reduce((sum, x) => sum + x, 0) - 3) < 1e-5)
    assert.deepEqual(blur(2), blur(2))
    assert.notDeepEqual(blur(2), blur(3))
  })
})
