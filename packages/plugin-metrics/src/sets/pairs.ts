import { KintsugiError, type Series } from '@kintsugi/core'

/** A member of one series and that of another with the same keys. */
export interface Pair<A, B> {
  readonly keys: Readonly<Record<string, string>>
  readonly first: A
  readonly second: B
}

/**
 * Pairs the members of two series by their keys, in the order of the first. Members of either that the other lacks are an error,
 * `E_METRIC_KEYS`, unless members are missing; no pair is `E_STATISTICS_EMPTY`.
 */
export async function pairByKeys<A, B>(node: string, first: Series<A>, second: Series<B>): Promise<Pair<A, B>[]> {
  const text = (keys: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(keys).sort())
  const others = new Map<string, B>()
  for await (const member of second) others.set(text(member.keys), await member.load())
  const pairs: Pair<A, B>[] = []
  let unpaired: Readonly<Record<string, string>> | undefined
  for await (const member of first) {
    const { keys } = member
    const identity = text(keys)
    if (others.has(identity)) pairs.push({ keys, first: await member.load(), second: others.get(identity)! })
    else unpaired = keys
  }
  const lone = Math.max(first.length, others.size) - pairs.length
  if (lone > first.missing + second.missing) {
    throw new KintsugiError('E_METRIC_KEYS', {
      message: `${node} compares two series item by item, but their keys differ`,
      expected: 'the same keys in both',
      found: `${pairs.length} of ${first.length} and ${others.size} items in both${unpaired === undefined ? '' : `; ${JSON.stringify(unpaired)} is not`}`,
      fix: 'reduce both over the same axes',
    })
  }
  if (pairs.length > 0) return pairs
  throw new KintsugiError('E_STATISTICS_EMPTY', {
    message: `${node} has nothing to compare`,
    expected: 'at least one item',
    found: `none, and ${first.missing + second.missing} missing`,
    fix: 'check that the axes in `over` have items, and why items are missing',
  })
}
