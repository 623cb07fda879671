import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { KintsugiError } from '../src/errors/index.js'
import type { Image } from '../src/image/image.js'
import { createImage } from '../src/image/image.js'
import { createModelRunner, describeModel, measureTileError, SessionPool } from '../src/models/index.js'
import { encodeModel, type ModelProto, writeFacts } from '../src/onnx/index.js'
import { seededNumbers, TestGraph } from './models-graphs.js'
import { largestDifference, noiseImage, openGraph, plainHooks } from './models-support.js'

/** A random network: an optional unshuffle in front, convolutions with activations, and an enlargement behind. */
const network = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  channels: fc.constantFrom(1 as const, 3 as const),
  unshuffle: fc.constantFrom(1, 2, 4),
  layers: fc.array(fc.record({ kernel: fc.constantFrom(1, 3, 5), features: fc.integer({ min: 1, max: 20 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  skip: fc.boolean(),
  enlarge: fc.constantFrom('none', 'nearest', 'shuffle'),
})

type NetworkShape = typeof network extends fc.Arbitrary<infer T> ? T : never

function build({ seed, channels, unshuffle, layers, skip, enlarge }: NetworkShape): ModelProto {
  const graph = new TestGraph(channels)
  const random = seededNumbers(seed)
  let x = unshuffle === 1 ? 'image' : graph.node('SpaceToDepth', ['image'], { blocksize: unshuffle })
  let entering = channels * unshuffle ** 2
  for (const { kernel, features } of layers) {
    x = graph.node('LeakyRelu', [graph.conv(x, [features, entering, kernel], random)], { alpha: { float: 0.2 } })
    if (skip) x = graph.node('Add', [x, graph.conv(x, [features, features, 3], random)])
    entering = features
  }
  if (enlarge === 'nearest') {
    x = graph.node('Resize', [x, '', graph.floats([4], [1, 1, 2, 2])], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    })
  }
  const block = unshuffle * (enlarge === 'shuffle' ? 2 : 1)
  x = graph.conv(x, [channels * block ** 2, entering, 3], random)
  if (block > 1) x = graph.node('DepthToSpace', [x], { blocksize: block, mode: 'CRD' })
  return graph.model(x, channels)
}

/** Three convolutions of 16 channels. */
function plainStack(seed = 7): ModelProto {
  const graph = new TestGraph(3)
  const random = seededNumbers(seed)
  let x = graph.node('Relu', [graph.conv('image', [16, 3, 3], random)])
  x = graph.node('Relu', [graph.conv(x, [16, 16, 3], random)])
  return graph.model(graph.conv(x, [3, 16, 3], random), 3)
}

/** A network that multiplies by a constant; `Infinity` makes bad output. */
function gain(factor: number, channels: 1 | 3 = 3): ModelProto {
  const graph = new TestGraph(channels)
  return graph.model(graph.node('Mul', ['image', graph.floats([1], [factor])]), channels)
}

describe('restore', () => {
  const pool = new SessionPool()
  after(() => pool.close())

  it('gives in exact tiles what it gives untiled, on random networks and sizes, to 1e-5', async function () {
    this.timeout(120_000)
    const size = fc.integer({ min: 1, max: 60 })
    await fc.assert(
      fc.asyncProperty(network, size, size, fc.integer({ min: 1, max: 32 }), async (shape, width, height, tile) => {
        const runner = await openGraph(pool, build(shape))
        const image = noiseImage(width, height, shape.channels, shape.seed)
        const whole = await runner.restore(image, { tiles: { mode: 'whole' } })
        const tiled = await runner.restore(image, { tiles: { mode: 'exact', size: tile } })
        const scale = shape.enlarge === 'none' ? 1 : 2
        assert.deepEqual([whole.width, whole.height], [width * scale, height * scale])
        const magnitude = whole.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1)
        assert(largestDifference(whole, tiled) <= 1e-5 * magnitude)
      }),
      { numRuns: 120 },
    )
  })

  it('gives in stages what it gives at once, whatever parts the tail takes, to 1e-5', async function () {
    this.timeout(120_000)
    const enlarging = network.filter(({ enlarge, unshuffle }) => enlarge !== 'none' && unshuffle === 1)
    const size = fc.integer({ min: 1, max: 150 })
    let inParts = 0
    await fc.assert(
      fc.asyncProperty(enlarging, size, size, async (shape, width, height) => {
        const steps: number[] = []
        const progress = (done: number) => void steps.push(done)
        const runner = await openGraph(pool, build(shape), { tailBytes: 2 ** 40, progress })
        const image = noiseImage(width, height, shape.channels, shape.seed)
        const whole = await runner.restore(image, { tiles: { mode: 'whole' } })
        steps.length = 0
        const staged = await runner.restore(image, { tiles: { mode: 'exact', size: 150 } })
        if (steps.length > 3) inParts++
        assert.equal(steps.at(-1), 1)
        assert.deepEqual(
          steps,
          [...steps].sort((a, b) => a - b),
        )
        const magnitude = whole.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1)
        assert(largestDifference(whole, staged) <= 1e-5 * magnitude)
      }),
      { numRuns: 40 },
    )
    assert(inParts > 5)
  })

  it('gives the same bits in exact tiles for a plain stack of convolutions', async () => {
    const runner = await openGraph(pool, plainStack())
    assert.equal(runner.facts.halo, 3)
    for (const [width, height] of [
      [64, 48],
      [61, 37],
      [33, 5],
    ] as const) {
      const image = noiseImage(width, height, 3, width)
      const whole = await runner.restore(image, { tiles: { mode: 'whole' } })
      const tiled = await runner.restore(image, { tiles: { mode: 'exact', size: 16 } })
      assert.equal(largestDifference(whole, tiled), 0)
    }
  })

  it('differs in tiles with less than the exact halo, by what measureTileError says', async () => {
    const runner = await openGraph(pool, plainStack())
    assert.equal((await measureTileError(runner, { halo: 3, size: 16 })).maxError, 0)
    const { maxError, meanError } = await measureTileError(runner, { halo: 1, size: 16 })
    assert(maxError > 1e-4 && meanError > 0 && meanError < maxError)
  })

  it('pads by reflection at right and bottom', async () => {
    const graph = new TestGraph(1)
    const unshuffled = graph.node('SpaceToDepth', ['image'], { blocksize: 4 })
    const sum = graph.node('Conv', [unshuffled, graph.floats([1, 16, 1, 1], new Array(16).fill(1))], {
      kernel_shape: [1, 1],
    })
    const spread = graph.node('Concat', new Array(16).fill(sum), { axis: 1 })
    const runner = await openGraph(pool, graph.model(graph.node('DepthToSpace', [spread], { blocksize: 4 }), 1))
    const image = createImage({ width: 3, height: 2, channels: 1 })
    image.data.set([1, 2, 3, 10, 20, 30])
    const { data } = await runner.restore(image)
    // Rows 0 1 0 1 and columns 0 1 2 1: 2 * (1 + 2 + 3 + 2) + 2 * (10 + 20 + 30 + 20).
    assert.deepEqual([...data], new Array(6).fill(176))
  })

  it('maps values to the range of the network and back', async () => {
    const graph = new TestGraph(1)
    const model = graph.model(graph.node('Abs', ['image']), 1)
    writeFacts(model, {
      family: 'test',
      architecture: 'Abs',
      scale: 1,
      sizeMultiple: 1,
      channels: { input: 1, output: 1 },
      inputRange: [-1, 1],
    })
    const runner = await openGraph(pool, model)
    const image = createImage({ width: 3, height: 1, channels: 1 })
    image.data.set([0, 0.25, 1])
    assert.deepEqual([...(await runner.restore(image)).data], [1, 0.75, 1])
  })

  it('takes a gray image through a colour network as three planes and gives their luma', async () => {
    const graph = new TestGraph(3)
    const weights = graph.floats([1, 3, 1, 1], [1, 2, 6])
    const runner = await openGraph(pool, graph.model(graph.node('Mul', ['image', weights]), 3))
    const image = noiseImage(5, 4, 1)
    const restored = await runner.restore(image, { tiles: { mode: 'exact', size: 2 } })
    assert.equal(restored.channels, 1)
    restored.data.forEach((value, i) => assert(Math.abs(value - 2.157 * image.data[i]!) < 1e-6))
  })

  it('keeps metadata and leaves its input alone', async () => {
    const runner = await openGraph(pool, gain(2))
    const image: Image = { ...noiseImage(4, 4, 3), metadata: { bitDepth: 16, density: 300 } }
    const before = image.data.slice()
    const restored = await runner.restore(image)
    assert.deepEqual(restored.metadata, { bitDepth: 16, density: 300 })
    assert.deepEqual(image.data, before)
    assert.equal(restored.alpha, null)
  })

  it('fails with the tile named when values are not finite', async () => {
    const runner = await openGraph(pool, gain(Infinity))
    const image = createImage({ width: 8, height: 4, channels: 3 }).data.fill(0.5)
    const flat: Image = { ...createImage({ width: 8, height: 4, channels: 3 }), data: image }
    await assert.rejects(runner.restore(flat, { tiles: { mode: 'exact', size: 4 } }), (error: KintsugiError) => {
      assert.equal(error.code, 'E_MODEL_OUTPUT')
      assert.match(error.message, /tile 1 of 2 \(input x 0\.\.3, y 0\.\.3\)/)
      return true
    })
    flat.data.fill(0)
    flat.data[6] = 1e30
    const overflow = await openGraph(pool, gain(1e30))
    await assert.rejects(overflow.restore(flat, { tiles: { mode: 'exact', size: 4 } }), /tile 2 of 2/)
  })

  it('fails when the output is not as large as the facts say', async () => {
    const model = gain(1)
    writeFacts(model, {
      family: 'test',
      architecture: 'x',
      scale: 2,
      sizeMultiple: 1,
      halo: 0,
      channels: { input: 3, output: 3 },
      inputRange: [0, 1],
    })
    const runner = await openGraph(pool, model)
    await assert.rejects(runner.restore(noiseImage(4, 4, 3)), {
      code: 'E_MODEL_OUTPUT',
      expected: '[1, 3, 8, 8]',
      found: '[1, 3, 4, 4]',
    })
  })

  it('refuses a colour image for a gray network', async () => {
    const runner = await openGraph(pool, gain(1, 1))
    await assert.rejects(runner.restore(noiseImage(4, 4, 3)), { code: 'E_MODEL_FORM' })
  })

  it('refuses an image that does not fit the memory before it starts, with the figures', async () => {
    const onnx = encodeModel(gain(1))
    const session = await pool.open({ name: 'gain.onnx', hash: randomUUID(), provider: 'cpu', load: async () => onnx })
    const { facts, bytesPerPixel } = describeModel(onnx, 'gain.onnx')
    const network = { session, bytesPerPixel, facts: { ...facts, scale: facts.scale! } }
    const told: number[] = []
    const hooks = { ...plainHooks, progress: (fraction: number) => void told.push(fraction) }
    const image = noiseImage(512, 256, 3)
    // 1.5 MiB of image, as much of its restoration, a tile of 128 x 128 by the estimate, and 2 MiB of the caller's.
    const needed = 2 * 1.5 * 2 ** 20 + 128 * 128 * bytesPerPixel + 2 * 2 ** 20
    const options = { tiles: { mode: 'exact', size: 128 }, besides: 2 * 2 ** 20 } as const
    await assert.rejects(
      createModelRunner(network, hooks, needed - 1).restore(image, options),
      (error: KintsugiError) => {
        assert.equal(error.code, 'E_MEMORY')
        assert.match(error.message, /gain\.onnx needs about \d+ MiB .*, \d+ MiB of the memory budget/)
        assert.match(
          error.found!,
          /4 MiB for 512 x 256 pixels .*, 2 MiB for 512 x 256 restored ones, \d+ MiB for a tile of 128 x 128/,
        )
        assert.match(error.fix!, /--memory \d+MiB, or use smaller tiles/)
        return true
      },
    )
    assert.deepEqual(told, [])
    await createModelRunner(network, hooks, needed).restore(image, options)
  })

  it('looks at cancellation before each tile and tells progress after it', async () => {
    const told: number[] = []
    const throwIfCancelled = () => {
      if (told.length === 2) throw new KintsugiError('E_CANCELLED', { message: 'stopped' })
    }
    const runner = await openGraph(pool, gain(1), { throwIfCancelled, progress: (fraction) => told.push(fraction) })
    await assert.rejects(runner.restore(noiseImage(16, 4, 3), { tiles: { mode: 'exact', size: 4 } }), {
      code: 'E_CANCELLED',
    })
    assert.deepEqual(told, [0.25, 0.5])
  })
})
