import type { GraphBuilder, Value } from './graph-builder.js'
import { add } from './operators.js'
import { range, reshape, roll, size, transpose } from './shapes.js'

/**
 * An image as a list of tokens, one row of channels for each pixel: (batch rows columns) x channels. The order of the tokens is a
 * matter of the list; `order` and `back` of a window grid change it by one Gather each.
 */
export interface TokenGrid {
  readonly batch: Value
  readonly rows: Value
  readonly columns: Value
  /** rows times columns. */
  readonly pixels: Value
}

/** How tokens in rows of the image are put into windows and back. */
export interface WindowGrid {
  /** Token of the image that stands at each place of the windows, whole batch. */
  readonly order: Value
  /** Place in the windows of each token of the image, whole batch. */
  readonly back: Value
  /** For shifted windows, 0 between tokens that were neighbours before the shift and -100 between others: windows x 1 x area x area. */
  readonly mask?: Value
}

/** The size of an image, batch x channels x rows x columns, for its tokens. */
export function tokenGrid(g: GraphBuilder, image: Value): TokenGrid {
  const rows = size(g, image, 2)
  const columns = size(g, image, 3)
  return { batch: size(g, image, 0), rows, columns, pixels: g.node('Mul', [rows, columns]) }
}

/** An image as tokens in the order of its rows. */
export function toTokens(g: GraphBuilder, image: Value, channels: number): Value {
  return reshape(g, transpose(g, image, [0, 2, 3, 1]), [-1, channels])
}

/** Tokens in the order of the rows as an image. */
export function toImage(g: GraphBuilder, tokens: Value, { batch, rows, columns }: TokenGrid, channels: number): Value {
  return transpose(g, reshape(g, tokens, [batch, rows, columns, channels]), [0, 3, 1, 2])
}

/** Picks tokens by their numbers. */
export function pick(g: GraphBuilder, tokens: Value, order: Value): Value {
  return g.node('Gather', [tokens, order], { axis: 0 })
}

/**
 * The windows of a grid whose sizes are multiples of the window: row by row, the tokens of each row by row, after both axes were
 * rolled by -shift as torch.roll does. Without `masked` tokens from opposite borders see each other.
 */
export function windowGrid(
  g: GraphBuilder,
  grid: TokenGrid,
  { window, shift, masked }: { window: number; shift: number; masked: boolean },
): WindowGrid {
  const { rows, columns, pixels } = grid
  const numbers = range(g, pixels)
  const image = rollBoth(g, reshape(g, numbers, [rows, columns]), shift)
  const order = ofBatch(g, grid, cut(g, image, columns, window))
  const across = g.node('Div', [columns, g.integers([window])])
  const windows = transpose(g, reshape(g, numbers, [-1, across, window, window]), [0, 2, 1, 3])
  const back = ofBatch(g, grid, reshape(g, rollBoth(g, reshape(g, windows, [rows, columns]), -shift), [-1]))
  return shift > 0 && masked ? { order, back, mask: shiftMask(g, grid, window, shift) } : { order, back }
}

function rollBoth(g: GraphBuilder, image: Value, by: number): Value {
  return roll(g, roll(g, image, 0, by), 1, by)
}

/** The numbers of an image rows x columns in the order of its windows. */
function cut(g: GraphBuilder, image: Value, columns: Value, window: number): Value {
  const across = g.node('Div', [columns, g.integers([window])])
  return reshape(g, transpose(g, reshape(g, image, [-1, window, across, window]), [0, 2, 1, 3]), [-1])
}

/** The order of one image's tokens for each image of the batch. */
function ofBatch(g: GraphBuilder, { batch, pixels }: TokenGrid, order: Value): Value {
  const starts = reshape(g, g.node('Mul', [range(g, batch), pixels]), [-1, 1])
  return reshape(g, add(g, starts, reshape(g, order, [1, -1])), [-1])
}

/**
 * The tokens of larger windows about the same centres, whole batch: `keyWindow` wide, one for each window of `window`. Places beyond the
 * image get the number that follows those of all tokens.
 */
export function overlappingOrder(g: GraphBuilder, grid: TokenGrid, window: number, keyWindow: number): Value {
  const { batch, rows, columns, pixels } = grid
  const margin = (keyWindow - window) / 2
  const image = reshape(g, range(g, pixels), [rows, columns])
  const beyond = g.constant(BigInt64Array.of(-1n), [])
  const padded = g.node('Pad', [image, g.integers([margin, margin, margin, margin]), beyond])
  const places = (extent: Value) => {
    const starts = g.node('Mul', [range(g, g.node('Div', [extent, g.integers([window])])), g.integers([window])])
    const within = g.constant(
      BigInt64Array.from({ length: keyWindow }, (_, i) => BigInt(i)),
      [1, keyWindow],
    )
    return add(g, reshape(g, starts, [-1, 1]), within)
  }
  const inRows = g.node('Gather', [padded, places(rows)], { axis: 0 })
  const cells = g.node('Gather', [inRows, places(columns)], { axis: 2 })
  const order = reshape(g, transpose(g, cells, [0, 2, 1, 3]), [1, -1])
  const starts = reshape(g, g.node('Mul', [range(g, batch), pixels]), [-1, 1])
  const outside = g.node('Equal', [order, g.integers([-1])])
  return reshape(g, g.node('Where', [outside, g.node('Mul', [batch, pixels]), add(g, starts, order)]), [-1])
}

/**
 * After a shift the last row and column of windows hold parts that are no neighbours: rows below `size - window` are of class 0,
 * those below `size - shift` of class 1, the others of class 2, columns likewise, and tokens see only those of equal classes.
 */
function shiftMask(g: GraphBuilder, grid: TokenGrid, window: number, shift: number): Value {
  const classes = (extent: Value) => {
    const at = range(g, extent)
    const from = (distance: number) => {
      const reached = g.node('GreaterOrEqual', [at, g.node('Sub', [extent, g.integers([distance])])])
      return g.node('Cast', [reached], { to: INT64 })
    }
    return add(g, from(window), from(shift))
  }
  const ofRows = g.node('Mul', [reshape(g, classes(grid.rows), [-1, 1]), g.integers([3])])
  const regions = add(g, ofRows, reshape(g, classes(grid.columns), [1, -1]))
  const area = window * window
  const windows = cut(g, regions, grid.columns, window)
  const same = g.node('Equal', [reshape(g, windows, [-1, 1, area, 1]), reshape(g, windows, [-1, 1, 1, area])])
  return g.node('Where', [same, g.scalar(0), g.scalar(-100)])
}

/** TensorProto.INT64 of the ONNX format. */
const INT64 = 7
