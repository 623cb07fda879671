import assert from 'node:assert/strict'
import { KintsugiError } from '@kintsugi/core'
import { maxNode, meanNode, medianNode, minNode, stdNode, table } from '../src/index.js'
import { seriesOf, testContext } from './context.js'

const photos = (values: readonly number[], missing = 0) =>
  seriesOf(
    values.map((value, i) => [{ photo: `p${i}` }, value] as const),
    missing,
  )
const code = (expected: string) => (error: unknown) => error instanceof KintsugiError && error.code === expected

describe('stats', () => {
  // numpy 1.24: mean, median, min, max, std(ddof=1) and std(ddof=0) of [2, 4, 9, 1].
  const cases = [
    ['mean', meanNode, {}, 4],
    ['median', medianNode, {}, 3],
    ['min', minNode, {}, 1],
    ['max', maxNode, {}, 9],
    ['std', stdNode, { ddof: 1 }, 3.559026084010437],
    ['std of a population', stdNode, { ddof: 0 }, 3.082207001484488],
  ] as const
  for (const [name, node, params, expected] of cases) {
    it(`gives the ${name} of numbers, with how many there were and how many were missing`, async () => {
      const result = await node.run({ values: photos([2, 4, 9, 1], 3) }, params as never, testContext)
      assert.ok(Math.abs(result.value - expected) < 1e-12)
      assert.deepEqual([result.n, result.missing], [4, 3])
    })
  }

  it('takes the middle of an odd number of values, and sorts them as numbers', async () => {
    assert.equal((await medianNode.run({ values: photos([100, 9, 20]) }, {}, testContext)).value, 20)
  })

  it('keeps an infinite score infinite in the mean, and refuses its deviation', async () => {
    const values = photos([30, Number.POSITIVE_INFINITY])
    assert.equal((await meanNode.run({ values }, {}, testContext)).value, Number.POSITIVE_INFINITY)
    await assert.rejects(async () => stdNode.run({ values }, { ddof: 1 }, testContext), code('E_STATISTICS_INFINITE'))
  })

  it('refuses fewer values than it needs', async () => {
    await assert.rejects(
      async () => meanNode.run({ values: photos([], 2) }, {}, testContext),
      code('E_STATISTICS_EMPTY'),
    )
    await assert.rejects(
      async () => stdNode.run({ values: photos([1]) }, { ddof: 1 }, testContext),
      code('E_STATISTICS_EMPTY'),
    )
    assert.equal((await stdNode.run({ values: photos([1]) }, { ddof: 0 }, testContext)).value, 0)
  })
})

const defaults = { level: 0.95, mark: false, cap: 100, protocols: 'refuse' } as const

describe('stats/table', () => {
  const run = async (columns: Parameters<typeof table.run>[0]['columns']) =>
    (await table.run({ columns }, defaults, testContext)).table

  it('has a row for each item: its keys, then a column for each reference', async () => {
    const psnr = seriesOf([
      [{ photo: 'a', sigma: '5' }, 30],
      [{ photo: 'a', sigma: '15' }, 28],
      [{ photo: 'b', sigma: '5' }, 33],
    ])
    const ssim = seriesOf([
      [{ photo: 'b', sigma: '5' }, 0.9],
      [{ photo: 'a', sigma: '5' }, 0.8],
    ])
    assert.deepEqual(await run({ psnr, ssim }), {
      columns: ['photo', 'sigma', 'psnr', 'ssim'],
      rows: [
        ['a', '5', 30, 0.8],
        ['a', '15', 28, null],
        ['b', '5', 33, 0.9],
      ],
    })
  })

  it('repeats a number that does not depend on an axis', async () => {
    const noisy = seriesOf([
      [{ photo: 'a', sigma: '5' }, 30],
      [{ photo: 'a', sigma: '15' }, 28],
    ])
    const level = seriesOf([
      [{ sigma: '15' }, 0.15],
      [{ sigma: '5' }, 0.05],
    ])
    const all = seriesOf([[{}, 7]])
    assert.deepEqual(
      (await run({ level, noisy, all })).rows.map((row) => row.slice(2)),
      [
        [0.05, 30, 7],
        [0.15, 28, 7],
      ],
    )
  })

  it('has one row without keys for numbers without axes, and none for no items', async () => {
    assert.deepEqual(await run({ a: seriesOf([[{}, 1]]), b: seriesOf([[{}, 2]]) }), {
      columns: ['a', 'b'],
      rows: [[1, 2]],
    })
    assert.deepEqual(await run({ a: seriesOf<number>([]) }), { columns: ['a'], rows: [] })
  })

  it('refuses a column named like an axis', async () => {
    await assert.rejects(run({ photo: photos([1]) }), code('E_STATISTICS_COLUMN'))
  })
})
