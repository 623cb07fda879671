import type { GraphBuilder, Value } from './graph-builder.js'
import { add } from './operators.js'
import { reshape, transpose } from './shapes.js'

/** Attention in groups of tokens, such as windows. */
export interface GroupAttention {
  /** Queries, already divided by the root of the head's width: (groups queries) x channels. */
  readonly query: Value
  /** (groups keys) x channels, in the same order of groups. */
  readonly key: Value
  readonly value: Value
  readonly channels: number
  readonly heads: number
  /** Queries in a group. */
  readonly queries: number
  /** Keys in a group; by default as many as queries. */
  readonly keys?: number
  /** Added to the scores of every group: heads x queries x keys. */
  readonly bias?: Value
  /** Added to the scores of each group of one image, the same for each image of a batch: groups x 1 x queries x keys. */
  readonly mask?: Value
  /** Number of images; needed with a mask. */
  readonly batch: Value
}

/** softmax(q kT + bias + mask) v in each head of each group; gives (groups queries) x channels. */
export function groupAttention(g: GraphBuilder, attention: GroupAttention): Value {
  const { query, key, value, channels, heads, queries, keys = queries, bias, mask, batch } = attention
  const width = channels / heads
  const parts = (tokens: Value, count: number, order: readonly number[]) =>
    transpose(g, reshape(g, tokens, [-1, count, heads, width]), order)
  const scores = g.node('MatMul', [parts(query, queries, [0, 2, 1, 3]), parts(key, keys, [0, 2, 3, 1])])
  const biased = bias === undefined ? scores : add(g, scores, bias)
  const weights = g.node(
    'Softmax',
    [mask === undefined ? biased : masked(g, biased, mask, { batch, heads, queries, keys })],
    {
      axis: -1,
    },
  )
  const mixed = g.node('MatMul', [weights, parts(value, keys, [0, 2, 1, 3])])
  return reshape(g, transpose(g, mixed, [0, 2, 1, 3]), [-1, channels])
}

function masked(
  g: GraphBuilder,
  scores: Value,
  mask: Value,
  { batch, heads, queries, keys }: { batch: Value; heads: number; queries: number; keys: number },
): Value {
  const byImage = reshape(g, scores, [batch, -1, heads, queries, keys])
  return reshape(g, add(g, byImage, mask), [-1, heads, queries, keys])
}
