import assert from 'node:assert/strict'
import fc from 'fast-check'
import { reflect } from '../src/models/tile-copy.js'
import { planParts, planTiles } from '../src/models/tiles.js'
import { chooseTiling } from '../src/models/tiling.js'

const request = fc.record({
  width: fc.integer({ min: 1, max: 90 }),
  height: fc.integer({ min: 1, max: 90 }),
  scale: fc.constantFrom(1, 2, 4),
  sizeMultiple: fc.constantFrom(1, 2, 4, 8),
  halo: fc.integer({ min: 0, max: 20 }),
  size: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(Infinity)),
})

describe('planTiles', () => {
  it('covers every output pixel exactly once', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const width = asked.width * asked.scale
        const covered = new Uint8Array(width * asked.height * asked.scale)
        for (const { output } of planTiles(asked)) {
          for (let y = output.y; y < output.y + output.height; y++) {
            for (let x = output.x; x < output.x + output.width; x++) covered[y * width + x]!++
          }
        }
        assert(covered.every((times) => times === 1))
      }),
    )
  })

  it('reads the halo on every side where the padded image has it, at multiples of the size multiple', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const { scale, sizeMultiple: m, halo } = asked
        const edge = { x: Math.ceil(asked.width / m) * m, y: Math.ceil(asked.height / m) * m }
        for (const { input, output, offset } of planTiles(asked)) {
          for (const value of [input.x, input.y, input.width, input.height]) assert.equal(value % m, 0)
          assert.equal(input.x * scale + offset.x, output.x)
          assert.equal(input.y * scale + offset.y, output.y)
          const lastX = (output.x + output.width - 1) / scale
          const lastY = (output.y + output.height - 1) / scale
          assert(input.x <= Math.max(0, output.x / scale - halo))
          assert(input.y <= Math.max(0, output.y / scale - halo))
          assert(input.x + input.width >= Math.min(edge.x, lastX + halo))
          assert(input.y + input.height >= Math.min(edge.y, lastY + halo))
          assert(input.x + input.width <= edge.x && input.y + input.height <= edge.y)
        }
      }),
    )
  })

  it('begins tiles at multiples of their own where a network asks for it, whatever the image’s size', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const tileMultiple = 4 * asked.sizeMultiple
        for (const { input, output } of planTiles({ ...asked, tileMultiple })) {
          assert.equal(input.x % tileMultiple, 0)
          assert.equal(input.y % tileMultiple, 0)
          assert.equal((output.x / asked.scale) % tileMultiple, 0)
        }
      }),
    )
  })

  it('cuts 10 x 5 pixels into tiles of at most 4 with a halo of 1', () => {
    const tiles = planTiles({ width: 10, height: 5, scale: 2, sizeMultiple: 1, halo: 1, size: 4 })
    assert.deepEqual(
      tiles.map(({ input, output }) => [
        input.x,
        input.y,
        input.width,
        input.height,
        output.x,
        output.y,
        output.width,
        output.height,
      ]),
      [
        [0, 0, 4, 3, 0, 0, 6, 4],
        [2, 0, 5, 3, 6, 0, 6, 4],
        [5, 0, 5, 3, 12, 0, 8, 4],
        [0, 1, 4, 4, 0, 4, 6, 6],
        [2, 1, 5, 4, 6, 4, 6, 6],
        [5, 1, 5, 4, 12, 4, 8, 6],
      ],
    )
  })
})

describe('planParts', () => {
  it('covers the output of every tile exactly once, with the halo where the window of the tile has it', () => {
    const parts = fc.record({ size: fc.integer({ min: 1, max: 40 }), halo: fc.integer({ min: 0, max: 6 }) })
    fc.assert(
      fc.property(request, parts, (asked, { size, halo }) => {
        const { scale } = asked
        const width = asked.width * scale
        const covered = new Uint8Array(width * asked.height * scale)
        for (const tile of planTiles(asked)) {
          for (const { input, output, offset } of planParts(tile, { scale, halo, size })) {
            for (let y = output.y; y < output.y + output.height; y++) {
              for (let x = output.x; x < output.x + output.width; x++) covered[y * width + x]!++
            }
            assert(output.width <= size * scale && output.height <= size * scale)
            assert.equal((tile.input.x + input.x) * scale + offset.x, output.x)
            assert.equal((tile.input.y + input.y) * scale + offset.y, output.y)
            assert(input.x === Math.max(0, output.x / scale - tile.input.x - halo))
            const right = (output.x + output.width) / scale - tile.input.x + halo
            assert.equal(input.x + input.width, Math.min(tile.input.width, right))
            const bottom = (output.y + output.height) / scale - tile.input.y + halo
            assert.equal(input.y + input.height, Math.min(tile.input.height, bottom))
          }
        }
        assert(covered.every((times) => times === 1))
      }),
    )
  })
})

describe('reflect', () => {
  it('mirrors without repeating the end samples, again and again where the row is short', () => {
    assert.deepEqual(
      Array.from({ length: 9 }, (_, i) => reflect(i, 3)),
      [0, 1, 2, 1, 0, 1, 2, 1, 0],
    )
    assert.deepEqual(
      Array.from({ length: 5 }, (_, i) => reflect(i, 2)),
      [0, 1, 0, 1, 0],
    )
    assert.deepEqual(
      Array.from({ length: 4 }, (_, i) => reflect(i, 1)),
      [0, 0, 0, 0],
    )
    assert.equal(reflect(-2, 5), 2)
  })
})

describe('chooseTiling', () => {
  const large = { width: 4000, height: 3000, bytesPerPixel: 9000 }

  it('takes exact tiles where the halo is at most 64 px, bounded ones beyond', () => {
    assert.deepEqual(chooseTiling({ ...large, facts: { halo: 64, sizeMultiple: 1 } }), {
      mode: 'exact',
      halo: 64,
      size: 171,
    })
    assert.deepEqual(chooseTiling({ ...large, facts: { halo: 65, sizeMultiple: 1 } }), {
      mode: 'bounded',
      halo: 32,
      size: 235,
    })
  })

  it('takes the bounded halo that the model states, and the one that is asked for', () => {
    const facts = { halo: 349, sizeMultiple: 1, bounded: { halo: 48, maxError: 1e-4 } }
    assert.equal(chooseTiling({ ...large, facts }).halo, 48)
    assert.equal(chooseTiling({ ...large, facts, settings: { mode: 'bounded', halo: 10 } }).halo, 10)
  })

  it('never takes more halo than exactness needs', () => {
    assert.equal(
      chooseTiling({ ...large, facts: { halo: 18, sizeMultiple: 1 }, settings: { mode: 'bounded' } }).halo,
      18,
    )
  })

  it('leaves images up to 512 x 512 uncut, unless the run would take more than 768 MiB', () => {
    const facts = { halo: 34, sizeMultiple: 1 }
    const small = { width: 512, height: 512, facts }
    assert.equal(chooseTiling({ ...small, bytesPerPixel: 3000 }).size, Infinity)
    // Halves, of which each has its halo on one side.
    assert.equal(chooseTiling({ ...small, width: 513, bytesPerPixel: 3000 }).size, 257)
    assert.equal(chooseTiling({ ...small, bytesPerPixel: 9000 }).size, 256)
    assert.equal(chooseTiling({ ...small, width: 800, bytesPerPixel: 3000 }).size, 316)
    assert.equal(chooseTiling({ ...small, bytesPerPixel: 18000 }).size, 143)
    assert.equal(chooseTiling({ ...small, bytesPerPixel: 40000 }).size, 73)
  })

  it('runs networks that look at the whole image whole, and refuses exact tiles of a set size', () => {
    const facts = { halo: 'global' as const, sizeMultiple: 16 }
    assert.equal(chooseTiling({ ...large, facts }).mode, 'whole')
    assert.equal(chooseTiling({ ...large, facts, settings: { mode: 'exact' } }).mode, 'whole')
    assert.throws(() => chooseTiling({ ...large, facts, settings: { mode: 'exact', size: 256 } }), {
      code: 'E_MODEL_FORM',
    })
    const stated = { ...facts, bounded: { halo: 32, maxError: 0.01 } }
    assert.deepEqual(chooseTiling({ ...large, facts: stated, settings: { size: 256 } }), {
      mode: 'bounded',
      halo: 32,
      size: 256,
    })
  })
})
