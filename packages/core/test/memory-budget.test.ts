import assert from 'node:assert/strict'
import { MemoryBudget } from '../src/memory/budget.js'

/** Whether a promise is settled once all that is ready has run. */
async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  let open = true
  void promise.then(() => (open = false))
  await new Promise((resolve) => setImmediate(resolve))
  return open
}

/** A budget of 100 bytes, of which so many are kept for later tasks. */
function withKept(bytes: number) {
  let kept = bytes
  const spare = { bytes: () => kept, release: () => void (kept = 0) }
  const budget = new MemoryBudget(
    100,
    () => kept,
    () => false,
    spare,
  )
  return { budget, kept: () => kept }
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
    const { budget, kept } = withKept(70)
    const reusing = await budget.reserve(80, 1, () => 70)
    assert.equal(kept(), 70)
    reusing.end()
    const other = await budget.reserve(80, 2, () => 40)
    assert.equal(kept(), 0)
    other.end()
  })

  it('keeps what later tasks take over while giving it up would not let a task in', async () => {
    const { budget, kept } = withKept(50)
    const first = await budget.reserve(50, 1)
    const second = budget.reserve(60, 2, () => 50)
    assert(await isOpen(second))
    assert.equal(kept(), 50)
    first.end()
    const running = await second
    assert.equal(kept(), 50)
    const small = await budget.reserve(40, 3)
    assert.equal(kept(), 0)
    small.end()
    running.end()
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
