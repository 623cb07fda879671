import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { PixelArena } from '../src/memory/pixel-arena.js'
import { PixelHeap } from '../src/memory/pixel-heap.js'

const MIB = 2 ** 20
const thread = new URL('./pixel-heap-thread.ts', import.meta.url).href
/** Threads do not take over the loader of TypeScript. */
const fromSource = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(thread)}) })`

describe('heap in linear memory', () => {
  it('gives at least what is asked for, apart from each other and on multiples of 64', () => {
    const { heap, pixels } = PixelArena.create(64 * MIB, 0)!
    const places = [1, 4096, 4097, 5120, 5121, 10_000, 1_000_000, 3 * MIB + 4].map((bytes) => {
      const place = heap.placeOf(heap.take(bytes, 1))
      assert.ok(place.byteLength >= bytes && place.byteLength <= Math.max(4096, bytes * 1.25))
      assert.equal(place.byteOffset % 64, 0)
      assert.ok(place.byteOffset + place.byteLength <= pixels.memory.buffer.byteLength)
      return place
    })
    places.sort((a, b) => a.byteOffset - b.byteOffset)
    places.slice(1).forEach(({ byteOffset }, i) => {
      // Kernels may read 256 bytes on.
      assert.ok(byteOffset >= places[i]!.byteOffset + places[i]!.byteLength + 256)
    })
  })

  it('uses freed buffers again, also for up to half as much, and counts what is in use', () => {
    const { heap } = PixelArena.create(64 * MIB, 0)!
    const id = heap.take(MIB, 1)
    assert.equal(heap.liveBytes, MIB)
    heap.free(id)
    assert.deepEqual([heap.liveBytes, heap.heldBytes], [0, MIB])
    assert.equal(heap.take(MIB, 1), id)
    heap.free(id)
    assert.equal(heap.take(MIB / 2, 1), id)
    heap.free(id)
    assert.notEqual(heap.take(MIB / 4, 1), id)
    assert.notEqual(heap.take(MIB + 1, 1), id)
    assert.equal(heap.heldBytes, MIB + MIB / 4 + 1.25 * MIB)
  })

  it('has no more than its memory, and says so', () => {
    const { heap } = PixelArena.create(4 * MIB, 0)!
    const taken = [1, 2, 3, 4].map(() => heap.take(MIB - 1024, 1))
    assert.ok(taken.slice(0, 3).every((id) => id > 0))
    assert.equal(heap.take(4 * MIB, 1), 0)
    assert.equal(heap.extend(4 * MIB), undefined)
    heap.free(taken[1]!)
    assert.equal(heap.take(MIB - 1024, 1), taken[1])
  })

  it('gets back what a thread had that has ended, but not what the main thread has of it', () => {
    const { heap } = PixelArena.create(16 * MIB, 0)!
    const [first, second, other, kept] = [7, 7, 8, 7].map((owner) => heap.take(4096, owner)) as [
      number,
      number,
      number,
      number,
    ]
    heap.adopt(kept)
    heap.freeAllOf(7)
    assert.equal(heap.liveBytes, 2 * 4096)
    const again = [heap.take(4096, 9), heap.take(4096, 9)]
    assert.deepEqual(again.sort(), [first, second].sort())
    assert.ok(!again.includes(other) && !again.includes(kept))
    heap.freeAllOf(7)
    assert.equal(heap.liveBytes, 4 * 4096)
  })

  it('gives no two threads the same memory, also while it grows', async function () {
    this.timeout(60_000)
    const arena = PixelArena.create(96 * MIB, 0)!
    const numbers = [1, 2, 3]
    const rounds = 100_000
    const started = new Int32Array(new SharedArrayBuffer(4))
    const threads = numbers.length
    const said = await Promise.all(
      numbers.map(async (number) => {
        const worker = new Worker(fromSource, {
          eval: true,
          workerData: { memory: arena.pixels.memory, state: arena.heap.state, number, rounds, started, threads },
        })
        const [message] = (await once(worker, 'message')) as [{ disturbed: number; refused: number; kept: number }]
        await once(worker, 'exit')
        return message
      }),
    )
    for (const { disturbed, refused, kept } of said) {
      assert.equal(disturbed, 0)
      assert.equal(refused, 0)
      assert.ok(kept > 0)
    }
    assert.ok(arena.heap.liveBytes > 0)
    for (const number of numbers) arena.heap.freeAllOf(number)
    assert.equal(arena.heap.liveBytes, 0)
    assert.ok(new PixelHeap(arena.pixels, arena.heap.state).heldBytes > 0)
  })
})
