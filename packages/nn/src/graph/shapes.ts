import type { GraphBuilder, Value } from './graph-builder.js'

/** One size of a tensor as it is at run time: a list of one int64. */
export function size(g: GraphBuilder, x: Value, axis: number): Value {
  return g.node('Shape', [x], { start: axis, end: axis + 1 })
}

/** Sizes for Reshape: numbers (0 keeps the input's size at that place, -1 takes what is left) and sizes computed at run time. */
export function reshape(g: GraphBuilder, x: Value, sizes: readonly (number | Value)[]): Value {
  const numbers = sizes.filter((part) => typeof part === 'number')
  const shape =
    numbers.length === sizes.length
      ? g.integers(numbers)
      : g.node(
          'Concat',
          sizes.map((part) => (typeof part === 'number' ? g.integers([part]) : part)),
          { axis: 0 },
        )
  return g.node('Reshape', [x, shape])
}

/** Reorders dimensions: dimension i of the result is dimension `order[i]` of x. */
export function transpose(g: GraphBuilder, x: Value, order: readonly number[]): Value {
  return g.node('Transpose', [x], { perm: order })
}

/** The int64 numbers 0, 1 ... up to, not including, a size computed at run time (a list of one). */
export function range(g: GraphBuilder, count: Value): Value {
  const scalar = (number: bigint) => g.constant(BigInt64Array.of(number), [])
  return g.node('Range', [scalar(0n), g.node('Squeeze', [count]), scalar(1n)])
}

/** Samples `from` up to, not including, `to` along one axis; negative numbers count from the end; `to` left out is the end. */
export function slice(g: GraphBuilder, x: Value, axis: number, from: number, to?: number): Value {
  const end = g.constant(BigInt64Array.of(to === undefined ? 2n ** 63n - 1n : BigInt(to)), [1])
  return g.node('Slice', [x, g.integers([from]), end, g.integers([axis])])
}

/** torch.roll by -`by` along one axis: the first `by` samples go to the end; a negative `by` turns it back. */
export function roll(g: GraphBuilder, x: Value, axis: number, by: number): Value {
  return by === 0 ? x : g.node('Concat', [slice(g, x, axis, by), slice(g, x, axis, 0, by)], { axis })
}

/** Cuts an axis into parts of equal size. */
export function split(g: GraphBuilder, x: Value, parts: number, axis: number): Value[] {
  return g.nodes('Split', [x], parts, { axis })
}

/** Adds zeros at the bottom and right of an image until both sizes are multiples. */
export function padToMultiple(g: GraphBuilder, image: Value, multiple: number): Value {
  const factor = g.integers([multiple])
  const missing = [2, 3].map((axis) => {
    const over = g.node('Mod', [size(g, image, axis), factor])
    return g.node('Mod', [g.node('Sub', [factor, over]), factor])
  })
  return g.node('Pad', [image, g.node('Concat', [g.integers([0, 0, 0, 0, 0, 0]), ...missing], { axis: 0 })])
}

/** The upper left part of an image, as high and wide as another one. */
export function sliceLike(g: GraphBuilder, image: Value, other: Value): Value {
  const ends = g.node('Shape', [other], { start: 2, end: 4 })
  return g.node('Slice', [image, g.integers([0, 0]), ends, g.integers([2, 3])])
}
