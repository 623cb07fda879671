import assert from 'node:assert/strict'
import { deriveReceptiveField } from '@kintsugi/core/onnx'
import fc from 'fast-check'
import {
  add,
  concat,
  conv,
  GraphBuilder,
  leakyRelu,
  pixelShuffle,
  pixelUnshuffle,
  relu,
  resizeBilinear,
  resizeNearest,
  type Value,
} from '../src/index.js'
import { openNetwork } from './session.js'

/** A graph whose image has `channels` channels throughout; weights are positive, so that no two paths cancel. */
class Trial {
  readonly graph = new GraphBuilder('trial')
  image: Value

  constructor(
    readonly channels = 1,
    private readonly seed = 1,
  ) {
    this.image = this.graph.image('input', channels)
  }

  conv(
    x: Value,
    {
      to = this.channels,
      from = this.channels,
      kernel = 3,
      ...settings
    }: { to?: number; from?: number; kernel?: number; stride?: number; padding?: number; dilation?: number } = {},
  ): Value {
    return conv(this.graph, x, this.weights([to, from, kernel, kernel]), undefined, { kernel, ...settings })
  }

  weights(shape: number[]): Value {
    const count = shape.reduce((a, b) => a * b, 1)
    const data = Float32Array.from({ length: count }, (_, i) => 0.2 + ((i * 7919 + this.seed * 104729) % 101) / 150)
    return this.graph.constant(data, shape)
  }

  field(output: Value) {
    this.graph.output('output', output, ['batch', this.channels, 'rows', 'columns'])
    return deriveReceptiveField(this.graph.model())
  }
}

describe('the receptive field of known networks', () => {
  it('is half the kernel, rounded down, of one convolution', () => {
    const trial = new Trial()
    assert.deepEqual(trial.field(trial.conv(trial.image)), { halo: 1, scale: 1, sizeMultiple: 1 })
  })

  it('grows with dilation', () => {
    const trial = new Trial()
    assert.equal(trial.field(trial.conv(trial.image, { kernel: 5, dilation: 3 })).halo, 6)
  })

  it('is 34 for the 34 convolutions of SRVGGNetCompact with its nearest-neighbour base', () => {
    const trial = new Trial(3)
    let x = trial.image
    for (let i = 0; i < 33; i++) x = relu(trial.graph, trial.conv(x))
    x = pixelShuffle(trial.graph, trial.conv(x, { to: 48 }), 4)
    const { halo, scale } = trial.field(add(trial.graph, x, resizeNearest(trial.graph, trial.image, 4)))
    assert.deepEqual({ halo, scale }, { halo: 34, scale: 4 })
  })

  it('counts convolutions after enlarging in input pixels, rounded up over the phases', () => {
    const trial = new Trial()
    const large = resizeNearest(trial.graph, resizeNearest(trial.graph, trial.image, 2), 2)
    assert.equal(trial.field(trial.conv(trial.conv(trial.conv(large)))).halo, 1)
    const further = new Trial()
    const { graph } = further
    let x = resizeNearest(graph, resizeNearest(graph, further.image, 2), 2)
    for (let i = 0; i < 5; i++) x = further.conv(x)
    assert.equal(further.field(x).halo, 2)
  })

  it('is exact for bilinear enlarging: one pixel, on the side that each phase leans to', () => {
    const trial = new Trial()
    assert.equal(trial.field(resizeBilinear(trial.graph, trial.image, 2)).halo, 1)
  })

  it('takes the size multiple from strides and unshuffling', () => {
    const trial = new Trial(3)
    const down = trial.conv(trial.conv(trial.image, { stride: 2 }), { stride: 2 })
    const up = resizeNearest(trial.graph, down, 4)
    const { sizeMultiple, scale } = trial.field(add(trial.graph, up, trial.image))
    assert.deepEqual({ sizeMultiple, scale }, { sizeMultiple: 4, scale: 1 })
    const unshuffled = new Trial(1)
    const x = unshuffled.conv(pixelUnshuffle(unshuffled.graph, unshuffled.image, 2, 1), { from: 4 })
    assert.deepEqual(unshuffled.field(x), { halo: 2, scale: 0.5, sizeMultiple: 2 })
  })

  it('takes weights from run-time inputs', () => {
    const trial = new Trial()
    const weight = trial.graph.input('weight', [1, 1, 5, 5])
    assert.equal(trial.field(conv(trial.graph, trial.image, weight, undefined, { kernel: 5 })).halo, 2)
  })

  it('is global after a mean over the image, with the operator to blame', () => {
    const trial = new Trial(4)
    const mean = trial.graph.node('GlobalAveragePool', [trial.conv(trial.image)], {}, 'squeeze')
    const gate = trial.graph.node('Sigmoid', [trial.conv(mean, { kernel: 1 })])
    const field = trial.field(resizeNearest(trial.graph, trial.graph.node('Mul', [trial.image, gate]), 2))
    assert.deepEqual(field, { halo: 'global', scale: 2, sizeMultiple: 1, cause: "GlobalAveragePool 'squeeze'" })
    const reduced = new Trial()
    const deviation = reduced.graph.node('Sub', [
      reduced.image,
      reduced.graph.node('ReduceMean', [reduced.image], { axes: [2, 3] }, 'mean'),
    ])
    assert.equal(reduced.field(deviation).cause, "ReduceMean 'mean'")
  })

  it('stays local for means over channels', () => {
    const trial = new Trial(4)
    const mean = trial.graph.node('ReduceMean', [trial.image], { axes: [1] })
    assert.equal(trial.field(trial.conv(trial.graph.node('Sub', [trial.image, mean]))).halo, 1)
  })

  it('stays local for layers over channels in the last dimension', () => {
    const trial = new Trial(4)
    const { graph } = trial
    const last = graph.node('Transpose', [trial.conv(trial.image)], { perm: [0, 2, 3, 1] })
    const normalised = graph.node('LayerNormalization', [last, trial.weights([4])], { axis: -1 })
    const mixed = graph.node('MatMul', [normalised, trial.weights([4, 4])])
    const first = graph.node('Transpose', [mixed], { perm: [0, 3, 1, 2] })
    assert.equal(trial.field(trial.conv(first)).halo, 2)
  })

  it('is global for attention over positions, and returns to the image’s size', () => {
    const trial = new Trial(4)
    const { graph } = trial
    const tokens = graph.node('Reshape', [trial.conv(trial.image), graph.integers([0, 4, -1])])
    const transposed = graph.node('Transpose', [tokens], { perm: [0, 2, 1] })
    const scores = graph.node('Softmax', [graph.node('MatMul', [transposed, tokens], {}, 'scores')], { axis: -1 })
    const mixed = graph.node('MatMul', [tokens, scores])
    const back = graph.node('Reshape', [mixed, graph.integers([0, 4, 16, 16])])
    const field = trial.field(pixelShuffle(graph, trial.conv(back, { to: 16 }), 2))
    assert.deepEqual(field, { halo: 'global', scale: 2, sizeMultiple: 1, cause: "MatMul 'scores'" })
  })

  it('names an operator that it does not know', () => {
    const trial = new Trial()
    assert.throws(() => trial.field(trial.graph.node('GridSample', [trial.image, trial.image], {}, 'warp')), {
      code: 'E_ONNX_OPERATOR',
      message: /GridSample 'warp'/,
    })
  })

  it('refuses branches of different strides and outputs of another size', () => {
    const branches = new Trial()
    assert.throws(
      () => branches.field(add(branches.graph, branches.image, branches.conv(branches.image, { stride: 2 }))),
      {
        code: 'E_ONNX_OPERATOR',
      },
    )
    const shrinking = new Trial()
    assert.throws(() => shrinking.field(shrinking.conv(shrinking.image, { padding: 0 })), {
      code: 'E_MODEL_FORM',
      found: /minus 2 rows/,
    })
  })
})

type Step = (trial: Trial, x: Value) => Value

const steps: Readonly<Record<string, Step>> = {
  conv3: (trial, x) => leakyRelu(trial.graph, trial.conv(x), 0.2),
  conv5dilated: (trial, x) => trial.conv(x, { kernel: 5, dilation: 2 }),
  strided3: (trial, x) => trial.conv(x, { stride: 2 }),
  strided4: (trial, x) => trial.conv(x, { kernel: 4, stride: 2, padding: 1 }),
  nearest2: (trial, x) => resizeNearest(trial.graph, x, 2),
  nearest3: (trial, x) => resizeNearest(trial.graph, x, 3),
  bilinear2: (trial, x) => resizeBilinear(trial.graph, x, 2),
  half: (trial, x) => resized(trial, x, 0.5, { mode: 'linear' }),
  threeHalves: (trial, x) => resized(trial, x, 1.5, { mode: 'linear' }),
  cubic2: (trial, x) => resized(trial, x, 2, { mode: 'cubic', cubic_coeff_a: { float: -0.75 } }),
  nearestDefault: (trial, x) => resized(trial, x, 2, { mode: 'nearest' }),
  shuffle: (trial, x) => pixelShuffle(trial.graph, trial.conv(x, { to: 4 * trial.channels }), 2),
  unshuffle: (trial, x) =>
    trial.conv(pixelUnshuffle(trial.graph, x, 2, trial.channels), { from: 4 * trial.channels, kernel: 1 }),
  maxPool: (trial, x) => trial.graph.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] }),
  averagePool: (trial, x) => trial.graph.node('AveragePool', [x], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  transposed4: (trial, x) => {
    const weights = trial.weights([trial.channels, trial.channels, 4, 4])
    return trial.graph.node('ConvTranspose', [x, weights], {
      kernel_shape: [4, 4],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
    })
  },
  transposed2: (trial, x) => {
    const weights = trial.weights([trial.channels, trial.channels, 2, 2])
    return trial.graph.node('ConvTranspose', [x, weights], { kernel_shape: [2, 2], strides: [2, 2] })
  },
  residual: (trial, x) => add(trial.graph, x, trial.conv(trial.conv(x))),
  dense: (trial, x) => trial.conv(concat(trial.graph, [x, trial.conv(x)]), { from: 2 * trial.channels }),
  reflected: (trial, x) => {
    const padded = trial.graph.node('Pad', [x, trial.graph.integers([0, 0, 2, 2, 0, 0, 2, 2])], { mode: 'reflect' })
    return trial.conv(padded, { kernel: 5, padding: 0 })
  },
  cropped: (trial, x) => {
    const padded = trial.graph.node('Pad', [x, trial.graph.integers([0, 0, 3, 3, 0, 0, 1, 1])])
    const [starts, ends, axes] = [
      [3, 3],
      [-1, -1],
      [2, 3],
    ].map((numbers) => trial.graph.integers(numbers))
    return trial.graph.node('Slice', [trial.conv(padded), starts, ends, axes])
  },
}

function resized(trial: Trial, x: Value, factor: number, attributes: Parameters<GraphBuilder['node']>[2]): Value {
  return trial.graph.node(
    'Resize',
    [x, undefined, trial.graph.constant(Float32Array.of(1, 1, factor, factor), [4])],
    attributes,
  )
}

/** The farthest that a changed pixel at (at, at) changes an output pixel, in input pixels from the output's own pixels. */
function farthestChange(
  changed: (row: number, column: number) => boolean,
  size: number,
  at: number,
  scale: number,
): number {
  let farthest = -1
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (changed(row, column)) farthest = Math.max(farthest, distance(row, at, scale), distance(column, at, scale))
    }
  }
  return farthest
}

function distance(output: number, input: number, scale: number): number {
  const begin = Math.floor(output / scale + 1e-9)
  const end = Math.max(begin, Math.ceil((output + 1) / scale - 1e-9) - 1)
  return Math.max(begin - input, input - end, 0)
}

describe('the receptive field of random networks', () => {
  it('holds every input pixel that changes an output pixel, and no ring more', async () => {
    const names = Object.keys(steps)
    const chains = fc.record({
      chain: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 6 }),
      channels: fc.integer({ min: 1, max: 2 }),
      seed: fc.nat(1000),
    })
    const property = fc.asyncProperty(chains, async ({ chain, channels, seed }) => {
      const trial = new Trial(channels, seed)
      let x = trial.image
      for (const name of chain) x = steps[name]!(trial, x)
      const { halo, scale, sizeMultiple } = trial.field(x)
      assert.ok(typeof halo === 'number')
      fc.pre(halo <= 40 && sizeMultiple <= 24)
      const middle = Math.ceil((halo + sizeMultiple) / sizeMultiple) * sizeMultiple
      const size = 2 * middle + 2 * sizeMultiple
      const run = await openNetwork(trial.graph.model())
      const plane = size * size
      let farthest = -1
      for (let phase = 0; phase < sizeMultiple; phase++) {
        const at = middle + phase
        for (const change of [1, -1]) {
          const input = new Float32Array(channels * plane)
          for (let channel = 0; channel < channels; channel++) input[channel * plane + at * size + at] = change
          const { data, shape } = await run({ data: input, shape: [1, channels, size, size] })
          const rows = shape[2]!
          assert.equal(rows, size * scale)
          farthest = Math.max(
            farthest,
            farthestChange((row, column) => data[row * rows + column] !== 0, rows, at, scale),
          )
        }
      }
      assert.equal(farthest, halo, `measured ${farthest}, derived ${halo} for ${chain.join(' ')}`)
    })
    await fc.assert(property, { numRuns: 300, seed: 20260801 })
  }).timeout(120_000)
})
