import type { RandomStream } from '../random/stream.js'

/**
 * An order of `count` steps, uniform over all orders that respect the pairs (first before second). Drawn from the front: each next step
 * is chosen with the number of completions it leaves as its weight, counted over sets of steps.
 */
export function drawOrder(
  count: number,
  before: readonly (readonly [number, number])[],
  stream: RandomStream,
): number[] {
  const needs = new Array<number>(count).fill(0)
  for (const [first, second] of before) needs[second] = (needs[second] ?? 0) | (1 << first)
  const full = 2 ** count - 1
  const known = new Map<number, number>([[full, 1]])
  const completions = (done: number): number => {
    const existing = known.get(done)
    if (existing !== undefined) return existing
    let sum = 0
    for (let step = 0; step < count; step++) if (isNext(step, done)) sum += completions(done | (1 << step))
    known.set(done, sum)
    return sum
  }
  const isNext = (step: number, done: number): boolean =>
    (done & (1 << step)) === 0 && ((needs[step] ?? 0) & ~done) === 0
  const order: number[] = []
  for (let done = 0; done !== full; ) {
    let left = stream.uniform() * completions(done)
    let chosen = -1
    for (let step = 0; step < count; step++) {
      if (!isNext(step, done)) continue
      chosen = step
      left -= completions(done | (1 << step))
      if (left < 0) break
    }
    order.push(chosen)
    done |= 1 << chosen
  }
  return order
}
