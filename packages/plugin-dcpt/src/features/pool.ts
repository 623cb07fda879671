import type { GraphBuilder, Value } from '@kintsugi/nn'

/** What may be taken of each channel, in the order in which it is given. */
export const statistics = ['mean', 'std', 'detail', 'spread'] as const
export type Statistic = (typeof statistics)[number]

/** Side of the windows of `detail` and `spread`, that of a block of JPEG. */
export const WINDOW = 8

/** Added to standard deviations before their logarithm is taken: a quarter of an 8-bit level where the channel is as bright as the image. */
export const LOGARITHM_FLOOR = 1e-3

/**
 * Statistics of each channel over all places, as lists of one number a channel. `mean` and `std` (divisor: the number of places) are of
 * values of any rank: 4 is batch x channels x rows x columns, others have their channels last, as lists of tokens have. `detail` and
 * `spread` are mean and deviation, over windows of 8 x 8 places, of the natural logarithm of the deviation within the window, and need
 * rank 4. One image at a time.
 */
export function pool(g: GraphBuilder, value: Value, wanted: readonly Statistic[]): Value[] {
  const whole = moments(g, listsByChannel(g, value))
  const windows = wanted.some((one) => one === 'detail' || one === 'spread')
    ? moments(g, listsByChannel(g, windowLogarithms(g, value)))
    : whole
  const found = { mean: whole.mean, std: whole.std, detail: windows.mean, spread: windows.std }
  return wanted.map((statistic) => found[statistic])
}

/** As groups x channels x places: one group of an image, and tokens as groups of one place. */
function listsByChannel(g: GraphBuilder, value: Value): Value {
  const shape = g.node('Shape', [value])
  const rank = g.node('Size', [shape])
  const isImage = g.node('Equal', [rank, g.constant(BigInt64Array.of(4n), [])])
  const last = g.node('Sub', [rank, g.constant(BigInt64Array.of(1n), [])])
  const axis = g.node('Where', [isImage, g.constant(BigInt64Array.of(1n), []), last])
  const channels = g.node('Reshape', [g.node('Gather', [shape, axis], { axis: 0 }), g.integers([1])])
  const one = g.integers([1])
  const rest = g.integers([-1])
  const order = (ends: readonly Value[]) => g.node('Concat', ends, { axis: 0 })
  const grouped = g.node('Where', [isImage, order([one, channels, rest]), order([rest, channels, one])])
  return g.node('Reshape', [value, grouped])
}

function moments(g: GraphBuilder, x: Value): { mean: Value; std: Value } {
  const mean = meanOf(g, x)
  const difference = g.node('Sub', [x, mean])
  const variance = meanOf(g, g.node('Mul', [difference, difference]))
  const flat = (list: Value) => g.node('Reshape', [list, g.integers([-1])])
  return { mean: flat(mean), std: flat(g.node('Sqrt', [variance])) }
}

/** Over the first and the last axis of three, which stay as axes of length 1. */
function meanOf(g: GraphBuilder, x: Value): Value {
  const sum = g.node('ReduceSum', [x, g.integers([0, 2])], { keepdims: 1 })
  const places = g.node('Div', [g.node('Size', [x]), g.node('Size', [sum])])
  return g.node('Div', [sum, g.node('Cast', [places], { to: 1 })])
}

function windowLogarithms(g: GraphBuilder, x: Value): Value {
  const average = (value: Value) =>
    g.node('AveragePool', [value], { kernel_shape: [WINDOW, WINDOW], strides: [WINDOW, WINDOW], ceil_mode: 1 })
  const mean = average(x)
  const variance = g.node('Sub', [average(g.node('Mul', [x, x])), g.node('Mul', [mean, mean])])
  const deviation = g.node('Sqrt', [g.node('Relu', [variance])])
  return g.node('Log', [g.node('Add', [deviation, g.scalar(LOGARITHM_FLOOR)])])
}
