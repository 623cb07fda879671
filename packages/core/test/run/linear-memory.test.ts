import assert from 'node:assert/strict'
import { createKintsugi, PixelArena, pixelMemoryOf, services } from '../../src/index.js'
import { BufferPool } from '../../src/memory/buffer-pool.js'
import { KnownBuffers } from '../../src/memory/known-buffers.js'
import { filesOf, probe, root, Workshop } from './workshop.js'

const chain = `kintsugi: 1
inputs:
  photo: { type: image, each: 'photos/*.png' }
nodes:
  blurred: { use: degrade/gaussian-blur, with: { sigma: 2 }, in: photo }
  small: { use: degrade/resize, with: { mode: bicubic, factor: 0.5 }, in: blurred }
  psnr: { use: metrics/psnr, in: { image: blurred, reference: photo } }
outputs:
  small: small
  psnr: psnr
`

describe('run: linear memory', function () {
  this.timeout(120_000)
  const shop = new Workshop()
  before(async () => {
    // The second image makes the memory larger while threads use it; the first one fits what it begins with.
    await shop.photo('photos/a.png', 1, 90, 70)
    await shop.photo('photos/b.png', 2, 1300, 1000)
    await shop.photo('photos/c.png', 3, 61, 47)
    shop.write('chain.yaml', chain)
  })
  after(() => shop.remove())

  it('gives the same files whether all, some or none of the pixels lie in it', async () => {
    const pools = {
      none: new BufferPool(),
      // And working memory for the kernels of one thread of two.
      some: new BufferPool(() => PixelArena.create(20 * 2 ** 20, 1)),
      all: new BufferPool(() => PixelArena.create(2 ** 30, 2)),
    }
    for (const [name, pool] of Object.entries(pools)) {
      const { ok } = await createKintsugi({
        cwd: root,
        cacheDir: false,
        rebind: (container) => void container.rebind(services.pool).toConstantValue(pool),
      }).run(shop.path('chain.yaml'), { jobs: 2, out: shop.path(name) })
      assert.ok(ok)
      assert.equal(pool.liveBytes, 0)
      assert.deepEqual(filesOf(shop.path(name)), filesOf(shop.path('none')), name)
    }
  })
})

describe('threads', function () {
  this.timeout(120_000)

  it('find all pixels of a run in its linear memory, also after it has grown', async () => {
    const shop = new Workshop()
    try {
      await shop.photo('photos/a.png', 1, 90, 70)
      await shop.photo('photos/b.png', 2, 1300, 1000)
      await shop.photo('photos/c.png', 3, 61, 47)
      shop.write(
        'linear.yaml',
        `kintsugi: 1
plugins: ['${probe}']
inputs:
  photo: { type: image, each: 'photos/*.png' }
nodes:
  blurred: { use: degrade/gaussian-blur, with: { sigma: 2 }, in: photo }
  linear: { use: probe/linear, in: blurred }
outputs:
  linear: linear
`,
      )
      const told: unknown[] = []
      const { ok } = await createKintsugi({ cwd: root, cacheDir: false }).run(shop.path('linear.yaml'), {
        jobs: 2,
        receive: (_output, _item, value) => void told.push(value),
      })
      assert.ok(ok)
      assert.deepEqual(told, ['in place', 'in place', 'in place'])
    } finally {
      shop.remove()
    }
  })
})

describe('linear memory', () => {
  it('gives buffers that neither overlap nor move, and grows as they are asked for', () => {
    const arena = PixelArena.create(64 * 2 ** 20, 1)!
    const before = arena.pixels.memory.buffer.byteLength
    const buffers: Float32Array[] = []
    for (const count of [1, 1000, 4 * 2 ** 20, 7, 2 * 2 ** 20, 65536]) {
      const address = arena.heap.extend(4 * count)!
      assert.equal(address % 64, 0)
      buffers.push(new Float32Array(arena.pixels.bufferTo(address + 4 * count), address, count).fill(buffers.length))
    }
    assert.ok(arena.pixels.memory.buffer.byteLength > before)
    buffers.forEach((samples, i) => assert.ok(samples.every((value) => value === i)))
    for (const samples of buffers) assert.equal(pixelMemoryOf(samples), arena.pixels)
    assert.equal(pixelMemoryOf(new Float32Array(4)), undefined)
  })

  it('gives no more than it has; the pool then takes memory from elsewhere', () => {
    const arena = PixelArena.create(2 ** 20, 0)!
    const pool = new BufferPool(() => arena)
    const inside = pool.allocate(600_000)
    const outside = pool.allocate(600_000)
    const view = ({ memory, byteOffset }: typeof inside): Float32Array => new Float32Array(memory, byteOffset, 1)
    assert.equal(pixelMemoryOf(view(inside)), arena.pixels)
    assert.equal(pixelMemoryOf(view(outside)), undefined)
    assert.equal(arena.heap.extend(2 ** 32), undefined)
    for (const buffer of [inside, outside]) pool.release(buffer)
    const again = [pool.allocate(600_000), pool.allocate(600_000)]
    assert.deepEqual(again.map(({ id }) => id).sort(), [inside.id, outside.id].sort())
  })

  it('is taken over from a run that has ended, if that wanted as much and left nothing in use', () => {
    const sizes = [3 * 2 ** 20, 1] as const
    const first = PixelArena.take(...sizes)!
    const pool = new BufferPool(() => first)
    const buffer = pool.allocate(1000)
    const place = buffer.byteOffset
    pool.close()
    const second = PixelArena.take(...sizes)
    assert.notEqual(second, first)
    pool.release(buffer)
    pool.close()
    assert.equal(PixelArena.take(...sizes), first)
    assert.equal(new BufferPool(() => first).allocate(1000).byteOffset, place)
    first.giveBack()
    assert.notEqual(PixelArena.take(sizes[0], 2), first)
    // One that was made for more than a run is nobody else's.
    const own = PixelArena.create(...sizes)!
    own.giveBack()
    assert.notEqual(PixelArena.take(...sizes), own)
  })

  it('has working memory for every thread, given back when one ends', () => {
    const arena = PixelArena.create(2 ** 20, 2)!
    const first = arena.takeScratch()
    const second = arena.takeScratch()
    const regions = [arena.pixels.scratch, first, second].sort((a, b) => a.address - b.address)
    regions.slice(1).forEach((region, i) => {
      assert.ok(region.address >= regions[i]!.address + regions[i]!.bytes)
    })
    assert.ok(regions.every(({ bytes }) => bytes > 0))
    assert.equal(arena.takeScratch().bytes, 0)
    arena.returnScratch(first)
    assert.deepEqual(arena.takeScratch(), first)
  })
})

describe('known buffers', () => {
  it('are found by the samples that lie in them, through whichever buffer of the memory these are seen', () => {
    const arena = PixelArena.create(64 * 2 ** 20, 0)!
    const pool = new BufferPool(() => arena)
    const small = pool.allocate(4000)
    const own = new BufferPool().allocate(4000)
    const large = pool.allocate(20 * 2 ** 20)
    const known = new KnownBuffers<typeof small>()
    for (const buffer of [small, own, large]) known.add(buffer)
    for (const buffer of [small, own, large]) {
      assert.equal(known.find(new Float32Array(buffer.memory, buffer.byteOffset, 1000)), buffer)
      assert.equal(known.find(new Float32Array(buffer.memory, buffer.byteOffset + 400, 10)), buffer)
    }
    // The memory has grown since: this is another object for the same bytes.
    assert.notEqual(arena.pixels.memory.buffer, small.memory)
    assert.equal(known.find(new Float32Array(arena.pixels.memory.buffer, small.byteOffset, 10)), small)
    assert.equal(known.find(new Float32Array(pool.allocate(4000).memory, 0, 10)), undefined)
    assert.equal(known.find(new Float32Array(10)), undefined)
  })
})
