import assert from 'node:assert/strict'
import { MemoryBudget } from '../src/memory/budget.js'

/** Whether a promise is settled once all that is ready has run. */
async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  let open = true
  void promise.then(() => (open = false))
  await new Promise((resolve) => setImmediate(resolve))
  return open
}

describe('MemoryBudget', () => {
  it('lets tasks in as long as they fit beside what is in use, and one alone always', async () => {
    const budget = new MemoryBudget(
      100,
      () => 20,
      () => false,
    )
    const first = await budget.reserve(60, 1)
    const second = budget.reserve(30, 2)
    assert(await isOpen(second))
    first.end()
    const alone = await second
    alone.end()
    const large = await budget.reserve(500, 3)
    large.end()
  })

  it('counts once what a task takes over of what is in use', async () => {
    let live = 70
    const budget = new MemoryBudget(
      100,
      () => live,
      () => {
        const freed = live > 0
        live = 0
        return freed
      },
    )
    const kept = await budget.reserve(80, 1, () => 70)
    assert.equal(live, 70)
    kept.end()
    const freed = await budget.reserve(80, 2, () => 40)
    assert.equal(live, 0)
    freed.end()
  })

  it('lets the tasks of earlier items in first', async () => {
    const budget = new MemoryBudget(
      100,
      () => 0,
      () => false,
    )
    const first = await budget.reserve(100, 0)
    const order: number[] = []
    const waiting = [3, 1, 2].map((item) => budget.reserve(100, item).then((held) => (order.push(item), held.end())))
    first.end()
    await Promise.all(waiting)
    assert.deepEqual(order, [1, 2, 3])
  })
})
