import assert from 'node:assert/strict'
import { average, indicator, losses, scores, select } from '../src/index.js'
import { fails, overTasks, testContext } from './node-run.js'

const traceOf = async (values: number[]) => (await losses.run({}, { losses: values }, testContext)).trace
const indicatorOf = async (values: number[]) =>
  (await indicator.run({ trace: await traceOf(values) }, {}, testContext)).indicator

describe('tgsr/indicator and tgsr/average', () => {
  it('divide losses by the first and average the last 10 of 100 updates', async () => {
    // L(0) = 2, L(t) = 2 - t / 100: z(t) = 1 - t / 200; mean of t = 91..100 is 95.5.
    const z = await indicatorOf([2, ...Array.from({ length: 100 }, (_, i) => 2 - (i + 1) / 100)])
    assert.equal(z.values.length, 100)
    assert.deepEqual([z.names[0], z.names[99]], ['1', '100'])
    const result = await average.run({ indicator: z }, { last: 10 }, testContext)
    assert.ok(Math.abs(result.average - (1 - 95.5 / 200)) < 1e-12)
    assert.ok(Math.abs(result.gain - 95.5 / 200) < 1e-12)
    const window = await average.run({ indicator: z }, { last: 10, from: 1, to: 3 }, testContext)
    assert.ok(Math.abs(window.average - (1 - 2 / 200)) < 1e-12)
    const until = await average.run({ indicator: z }, { last: 2, to: 50 }, testContext)
    assert.ok(Math.abs(until.average - (1 - 49.5 / 200)) < 1e-12)
  })

  it('refuse traces that cannot be divided or are too short for the window', async () => {
    await assert.rejects(indicatorOf([1]), fails('E_TASKS_TRACE', /1 losses/))
    await assert.rejects(indicatorOf([0, 1]), fails('E_TASKS_TRACE', /above 0|before fine-tuning/))
    const nine = await indicatorOf([1, ...Array.from({ length: 9 }, () => 0.5)])
    const run = (params: { last: number; from?: number; to?: number }) => async () =>
      average.run({ indicator: nine }, params, testContext)
    await assert.rejects(run({ last: 10 }), fails('E_TASKS_TRACE', /9 updates/))
    await assert.rejects(run({ last: 10, from: 5, to: 4 }), fails('E_TASKS_TRACE'))
    await assert.rejects(run({ last: 1, to: 10 }), fails('E_TASKS_TRACE'))
    const trace = await traceOf([1, 0.5])
    await assert.rejects(
      async () => average.run({ indicator: trace }, { last: 1 }, testContext),
      fails('E_TASKS_TRACE', /tgsr\/losses/),
    )
    await assert.rejects(
      async () => indicator.run({ trace: nine }, {}, testContext),
      fails('E_TASKS_TRACE', /tgsr\/indicator/),
    )
  })
})

describe('tgsr/select', () => {
  const gains = { a: 0.1, b: 0.5, c: 0.2, d: 0.5, e: 0.5 }
  const chosen = async (values: Record<string, number>, params: Parameters<typeof select.run>[1]) => {
    const { selected } = await select.run({ values: overTasks(values) }, params, testContext)
    return [...selected].filter(([, is]) => is).map(([task]) => task)
  }

  it('takes a share in a stated direction, equal values in the order of the axis', async () => {
    assert.deepEqual(await chosen(gains, { direction: 'largest', fraction: 0.4 }), ['b', 'd'])
    assert.deepEqual(await chosen(gains, { direction: 'smallest', fraction: 0.4 }), ['a', 'c'])
    assert.deepEqual(await chosen(gains, { direction: 'largest' }), ['b', 'd'])
    assert.deepEqual(await chosen(gains, { direction: 'largest', fraction: 0 }), [])
    // 0.29 * 100 is 28.999999999999996 in floating point.
    const hundred = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i]))
    assert.equal((await chosen(hundred, { direction: 'largest', fraction: 0.29 })).length, 29)
    const { rank } = await select.run({ values: overTasks(gains) }, { direction: 'largest' }, testContext)
    assert.deepEqual([...rank], Object.entries({ a: 4, b: 0, c: 3, d: 1, e: 2 }))
  })

  it('selects the same tasks by the largest gain as by the smallest average', async () => {
    const averages = Object.fromEntries(Object.entries(gains).map(([task, gain]) => [task, 1 - gain]))
    assert.deepEqual(await chosen(averages, { direction: 'smallest' }), await chosen(gains, { direction: 'largest' }))
  })

  it('takes what is beyond a threshold, strictly', async () => {
    assert.deepEqual(await chosen(gains, { direction: 'largest', threshold: 0.2 }), ['b', 'd', 'e'])
    assert.deepEqual(await chosen(gains, { direction: 'smallest', threshold: 0.2 }), ['a'])
  })

  it('orders infinite values, and refuses none, two rules and what is no number', async () => {
    assert.deepEqual(await chosen({ a: Infinity, b: 1, c: Infinity }, { direction: 'largest', fraction: 0.34 }), ['a'])
    const rejects = (values: Record<string, number>, params: Parameters<typeof select.run>[1], code: string) =>
      assert.rejects(chosen(values, params), fails(code))
    await rejects({}, { direction: 'largest' }, 'E_TASKS_EMPTY')
    await rejects(gains, { direction: 'largest', fraction: 0.1, threshold: 0 }, 'E_PARAM')
    await rejects({ a: NaN }, { direction: 'largest' }, 'E_TASKS_SCORES')
  })
})

describe('tgsr/scores', () => {
  const run = (rounds: Record<string, number> | undefined, recorded?: (number | null)[]) => async () =>
    (await scores.run({ rounds }, recorded === undefined ? {} : { recorded }, testContext)).scores

  it('orders wired rounds by their numbers', async () => {
    const { names, values } = await run({ round10: 3, round2: 2, round1: 1 })()
    assert.deepEqual(
      [names, values],
      [
        ['1', '2', '10'],
        [1, 2, 3],
      ],
    )
  })

  it('refuses both or neither, names without a number, rounds twice and infinite scores', async () => {
    await assert.rejects(run({ round1: 1 }, [1]), fails('E_TASKS_SCORES', /both/))
    await assert.rejects(run(undefined), fails('E_TASKS_SCORES', /neither/))
    await assert.rejects(run({ first: 1 }), fails('E_TASKS_SCORES', /first/))
    await assert.rejects(run({ round0: 1 }), fails('E_TASKS_SCORES', /round0/))
    await assert.rejects(run({ a1: 1, b1: 2 }), fails('E_TASKS_SCORES', /two scores/))
    await assert.rejects(run({ a1: Infinity }), fails('E_TASKS_SCORES', /Infinity/))
  })
})
