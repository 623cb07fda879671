import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { gaussianReplicated } from '../src/convolution/replicated.js'
import { mudMask, waterMask } from '../src/corruptions/spatter.js'
import { cannyEdges } from '../src/filter/canny.js'
import { distanceTransform } from '../src/filter/distance.js'
import { equalizeLevels } from '../src/filter/equalize.js'
import { corruptSpatter } from '../src/index.js'
import { imageOf, maxDifference, testContext } from './context.js'

const [W, H] = [60, 48]
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0)
/** Integer levels with slopes and corners. */
const levels = Uint8Array.from({ length: W * H }, (_, i) => {
  const [x, y] = [i % W, Math.floor(i / W)]
  const slope = (Math.floor((x * 7 + y * 3) / 8) * 8) % 256
  return Math.min(255, slope + 60 * ((Math.floor(x / 9) + Math.floor(y / 7)) % 2))
})
/** ((x^2 + 3 y^2 + 5 x y) mod 97) / 97, blurred with sigma 2. */
const liquid = new Float32Array(W * H)
gaussianReplicated(
  Float32Array.from({ length: W * H }, (_, i) => {
    const [x, y] = [i % W, Math.floor(i / W)]
    return ((x * x + 3 * y * y + 5 * x * y) % 97) / 97
  }),
  liquid,
  W,
  H,
  2,
)

// Reference values: OpenCV 4.6 and scikit-image 0.19 on the same planes.
describe('corrupt/spatter', () => {
  it('finds the edges of cv2.Canny, their distance transform and the equalised histogram', () => {
    const edges = cannyEdges(levels, W, H, 50, 150)
    assert.equal(sum(edges), 580)
    assert.equal(
      Array.from(edges.keys()).reduce((total, i) => total + (edges[i] === 1 ? i : 0), 0),
      839818,
    )
    const distance = distanceTransform(edges, W, H)
    assert.ok(Math.abs(sum(distance) - 3908.609) < 0.01, `${sum(distance)}`)
    assert.equal(Math.max(...distance), 6)
    const even = equalizeLevels(levels)
    assert.equal(sum(even), 372631)
    assert.equal(
      Array.from(even).reduce((total, level, i) => total + level * ((i % W) + 1), 0),
      11808340,
    )
  })

  it('throws light along drops of water as ImageNet-C', () => {
    const wet = liquid.map((value) => (value < 0.5 ? 0 : value))
    const mask = waterMask(wet, W, H, 0.6)
    assert.ok(Math.abs(sum(mask) - 399.50186) < 0.01, `${sum(mask)}`)
    const row = Array.from({ length: 10 }, (_, i) => mask[24 * W + 6 * i]!)
    const expected = [0.23082353, 0.24169713, 0, 0.11635044, 0.27511391, 0, 0, 0.1824781, 0, 0]
    assert.ok(maxDifference(row, expected) < 1e-6, row.join(' '))
  })

  it('covers with mud as ImageNet-C', () => {
    const mask = mudMask(liquid, W, H, 0.5, 1.5)
    assert.ok(Math.abs(sum(mask) - 918.5499) < 0.01, `${sum(mask)}`)
    assert.equal(mask.filter((value) => value > 0).length, 998)
  })

  it('only brightens with water, browns with mud, and takes gray images', async () => {
    for (const channels of [1, 3] as const) {
      const image = imageOf({ width: 80, height: 60, channels, alpha: true }, () => 0.5)
      const spattered = async (severity: number) =>
        ((await corruptSpatter.run({ image }, { severity, truncate: false }, testContext(8))) as { image: Image }).image
      const water = await spattered(1)
      assert.ok(water.data.every((x) => x >= 0.5) && Math.max(...water.data) > 0.6)
      const mud = await spattered(5)
      assert.ok(mud.data.every((x) => x <= 0.5) && Math.min(...mud.data) < 0.3)
      assert.deepEqual(mud.alpha, image.alpha)
    }
  })
})
