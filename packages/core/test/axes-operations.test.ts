import assert from 'node:assert/strict'
import type { Label, NodeDeclaration, PipelineDocument } from '@kintsugi/core'
import fc from 'fast-check'
import { keyText, runNumbers } from './axes-support.js'

const X = [1, 2, 3, 4]
const Y = [10, 20, 30]
const cell = (keys: Record<string, string | number>): string =>
  keyText(Object.fromEntries(Object.entries(keys).map(([axis, key]) => [axis, String(key)])))

/** A document over axes `x` and `y` whose node `v` is drawn for each of their items; outputs by name. */
function document(nodes: Record<string, NodeDeclaration>, outputs: Record<string, string>): PipelineDocument {
  return {
    kintsugi: 1,
    seed: 1,
    axes: { x: X, y: Y },
    nodes: { v: { use: 'core/value', with: { value: { $uniform: [0, 10] } }, along: ['x', 'y'] }, ...nodes },
    outputs: { v: 'v', ...outputs },
  }
}

const near = (actual: unknown, expected: number): void =>
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) < 1e-9, `${String(actual)} is not ${expected}`)

describe('Reductions over axes', () => {
  it('take `over`, or all but `keep`', () =>
    fc.assert(
      fc.asyncProperty(fc.subarray(['x', 'y'], { minLength: 1 }), async (over) => {
        const keep = ['x', 'y'].filter((axis) => !over.includes(axis))
        const { values, ran } = await runNumbers(
          document(
            {
              a: { use: 'num/sum', in: { values: 'v' }, over },
              b: { use: 'num/sum', in: { values: 'v' }, keep },
              ...(keep.length === 0 ? { c: { use: 'num/sum', in: { values: 'v' }, over: '*' } } : {}),
            },
            { a: 'a', b: 'b', ...(keep.length === 0 ? { c: 'c' } : {}) },
          ),
        )
        assert.deepEqual(values['a'], values['b'])
        if (keep.length === 0) assert.deepEqual(values['c'], values['a'])
        // The same work under other names is done once.
        assert.equal((ran['a'] ?? 0) + (ran['b'] ?? 0) + (ran['c'] ?? 0), Object.keys(values['a'] ?? {}).length)
      }),
      { numRuns: 6 },
    ))

  it('over a union are reductions of reductions', async () => {
    const { values } = await runNumbers(
      document(
        {
          whole: { use: 'num/sum', in: { values: 'v' }, over: ['x', 'y'] },
          byX: { use: 'num/sum', in: { values: 'v' }, over: 'y' },
          ofX: { use: 'num/sum', in: { values: 'byX' }, over: 'x' },
          byY: { use: 'num/sum', in: { values: 'v' }, over: 'x' },
          ofY: { use: 'num/sum', in: { values: 'byY' }, over: 'y' },
        },
        { whole: 'whole', ofX: 'ofX', ofY: 'ofY', n: 'whole.n' },
      ),
    )
    const total = Object.values(values['v'] ?? {}).reduce<number>((sum, value) => sum + (value as number), 0)
    for (const name of ['whole', 'ofX', 'ofY']) near(values[name]?.['{}'], total)
    assert.equal(values['n']?.['{}'], X.length * Y.length)
  })

  it('receive members in the order of the axes, outer ones first', async () => {
    const { values } = await runNumbers(
      document({ k: { use: 'num/keys', in: { values: 'v' }, over: '*' } }, { k: 'k' }),
    )
    const expected = X.flatMap((x) => Y.map((y) => ({ x: String(x), y: String(y) })))
    assert.deepEqual(JSON.parse(values['k']?.['{}'] as string), expected)
  })

  it('over all axes of a value without axes have one member', async () => {
    const { values } = await runNumbers({
      kintsugi: 1,
      nodes: {
        v: { use: 'core/value', with: { value: 5 } },
        all: { use: 'num/sum', in: { values: 'v' }, over: '*' },
        none: { use: 'num/sum', in: { values: 'v' }, keep: [] },
      },
      outputs: { sum: 'all', n: 'all.n', none: 'none' },
    })
    assert.deepEqual(values, { sum: { '{}': 5 }, n: { '{}': 1 }, none: { '{}': 5 } })
  })

  it('take literals that vary along an axis', async () => {
    const { values } = await runNumbers(
      document({ s: { use: 'num/sum', with: { values: { $axis: 'x' } }, over: 'x' } }, { s: 's', n: 's.n' }),
    )
    assert.deepEqual([values['s'], values['n']], [{ '{}': 10 }, { '{}': 4 }])
  })

  it('of each key give a value for each key', async () => {
    const { values, ran } = await runNumbers(
      document(
        {
          base: { use: 'core/value', with: { value: { $axis: 'y' } } },
          r: { use: 'num/rank', in: { values: 'v', offset: 'base' }, over: 'x' },
        },
        { r: 'r' },
      ),
    )
    assert.equal(ran['r'], Y.length)
    for (const y of Y) {
      const value = (x: number): number => values['v']?.[cell({ x, y })] as number
      for (const x of X)
        assert.equal(values['r']?.[cell({ x, y })], y + X.filter((other) => value(other) < value(x)).length)
    }
  })
})

describe('Grouping', () => {
  it('sums each group, and the groups to the whole', async () => {
    const { values } = await runNumbers(
      document(
        {
          p: { use: 'num/parity', in: { a: 'v' } },
          g: { use: 'num/sum', in: { values: 'v' }, over: ['x', 'y'], by: 'p', as: 'kind' },
          perX: { use: 'num/sum', in: { values: 'v' }, over: 'y', by: 'p', as: 'kind_in_x' },
          again: { use: 'num/sum', in: { values: 'g' }, over: 'kind' },
        },
        { p: 'p', g: 'g', n: 'g.n', perX: 'perX', again: 'again' },
      ),
    )
    const items = X.flatMap((x) => Y.map((y) => ({ x, y, value: values['v']?.[cell({ x, y })] as number })))
    const labels = items.map((item) => ({
      ...item,
      kind: (values['p']?.[cell({ x: item.x, y: item.y })] as Label).label,
    }))
    const total = (list: { value: number }[]): number => list.reduce((sum, { value }) => sum + value, 0)
    assert.deepEqual(
      Object.keys(values['g'] ?? {}).sort(),
      [...new Set(labels.map(({ kind }) => cell({ kind })))].sort(),
    )
    for (const kind of ['even', 'odd']) {
      const members = labels.filter((item) => item.kind === kind)
      assert.equal(values['n']?.[cell({ kind })], members.length)
      near(values['g']?.[cell({ kind })], total(members))
    }
    for (const x of X) {
      const kinds = new Set(labels.filter((item) => item.x === x).map(({ kind }) => kind))
      for (const kind of ['even', 'odd']) {
        const value = values['perX']?.[cell({ x, kind_in_x: kind })]
        if (!kinds.has(kind)) assert.equal(value, undefined, 'a group that is not there has no row')
        else near(value, total(labels.filter((item) => item.x === x && item.kind === kind)))
      }
    }
    near(values['again']?.['{}'], total(items))
  })
})

describe('Stacks and indices', () => {
  it('are inverse to each other', async () => {
    const { values, ran } = await runNumbers(
      document(
        {
          again: { axis: 'x2', stack: Object.fromEntries(X.map((x) => [String(x), `v[x: ${x}]`])) },
          back: { use: 'num/combine', in: { a: 'again[x2: 2]', b: 'v[x: 2]' } },
        },
        { again: 'again', back: 'back' },
      ),
    )
    for (const x of X)
      for (const y of Y) assert.equal(values['again']?.[cell({ x2: x, y })], values['v']?.[cell({ x, y })])
    for (const y of Y) near(values['back']?.[cell({ y })], 4 * (values['v']?.[cell({ x: 2, y })] as number) + 1)
    assert.equal(ran['v'], X.length * Y.length)
  })

  it('broadcast entries and take literals', async () => {
    const { values } = await runNumbers(
      document(
        {
          s: { use: 'num/sum', in: { values: 'v' }, over: 'y' },
          both: { axis: 'row', stack: { all: 'v', sum: 's', five: { literal: 5 }, axis: { literal: { $axis: 'y' } } } },
        },
        { both: 'both', s: 's' },
      ),
    )
    assert.equal(Object.keys(values['both'] ?? {}).length, 4 * X.length * Y.length)
    for (const x of X) {
      for (const y of Y) {
        assert.equal(values['both']?.[cell({ x, y, row: 'sum' })], values['s']?.[cell({ x })])
        assert.equal(values['both']?.[cell({ x, y, row: 'five' })], 5)
        assert.equal(values['both']?.[cell({ x, y, row: 'axis' })], y)
      }
    }
  })

  it('let nodes name an axis whose opener stands below them', async () => {
    const { values } = await runNumbers({
      kintsugi: 1,
      nodes: {
        early: { use: 'core/value', with: { value: { $choice: [1, 2] } }, along: ['row'] },
        counted: { use: 'num/sum', in: { values: 'early' }, over: 'row' },
        rows: { axis: 'row', type: 'number', stack: { a: { literal: 1 }, b: { literal: 2 } } },
      },
      outputs: { early: 'early', n: 'counted.n' },
    })
    assert.deepEqual(Object.keys(values['early'] ?? {}), [cell({ row: 'a' }), cell({ row: 'b' })])
    assert.equal(values['n']?.['{}'], 2)
  })
})

describe('Axes that nodes open', () => {
  it('have keys for each item, and are reduced with it', async () => {
    const { values, ran } = await runNumbers({
      kintsugi: 1,
      axes: { n: [1, 3, 2] },
      nodes: {
        count: { use: 'core/value', with: { value: { $axis: 'n' } } },
        r: { use: 'num/range', in: { n: 'count' } },
        twice: { use: 'num/scale', in: { a: 'r' } },
        sum: { use: 'num/sum', in: { values: 'twice' }, over: 'step' },
        whole: { use: 'num/sum', in: { values: 'twice' }, over: '*' },
        renamed: { use: 'num/range', in: { n: 'count' }, opens: 'tick' },
        ticks: { use: 'num/sum', in: { values: 'renamed' }, over: ['n', 'tick'] },
      },
      outputs: { r: 'r', last: 'r.last', sum: 'sum', whole: 'whole', n: 'whole.n', ticks: 'ticks' },
    })
    assert.equal(Object.keys(values['r'] ?? {}).length, 6)
    assert.deepEqual(values['last'], { [cell({ n: 1 })]: 0, [cell({ n: 3 })]: 2, [cell({ n: 2 })]: 1 })
    assert.deepEqual(values['sum'], { [cell({ n: 1 })]: 0, [cell({ n: 3 })]: 6, [cell({ n: 2 })]: 2 })
    assert.deepEqual([values['whole'], values['n'], values['ticks']], [{ '{}': 8 }, { '{}': 6 }, { '{}': 4 }])
    assert.equal((ran['r'] ?? 0) + (ran['renamed'] ?? 0), 3)
  })
})

describe('Absent instances', () => {
  const failing = (missing: 'fail' | 'skip'): PipelineDocument => ({
    kintsugi: 1,
    axes: { x: [1, 2, 3, 4, 5] },
    nodes: {
      v: { use: 'core/value', with: { value: { $axis: 'x' } } },
      o: { use: 'num/odd', in: { a: 'v' } },
      s: { use: 'num/sum', in: { values: 'o' }, over: 'x', missing },
    },
    outputs: { o: 'o', s: 's', n: 's.n', missing: 's.missing' },
  })

  it('fail what reduces over them', async () => {
    const { result, values } = await runNumbers(failing('fail'), { keepGoing: true })
    assert.equal(values['s'], undefined)
    assert.deepEqual(
      result.rows.filter(({ output }) => output === 's').map(({ error }) => error),
      ['E_NODE_FAILED'],
    )
  })

  it('are left out and counted under `missing: skip`', async () => {
    const { result, values } = await runNumbers(failing('skip'), { keepGoing: true })
    assert.deepEqual([values['s'], values['n'], values['missing']], [{ '{}': 9 }, { '{}': 3 }, { '{}': 2 }])
    assert.equal(result.rows.filter(({ output, error }) => output === 'o' && error !== undefined).length, 2)
    assert.equal(result.failures.length, 2)
  })

  it('come from ports that a bypassed node does not give', async () => {
    const { result, values } = await runNumbers(
      {
        kintsugi: 1,
        axes: { x: [0, 1] },
        nodes: {
          v: { use: 'core/value', with: { value: { $axis: 'x' } } },
          s: { use: 'num/scale', in: { a: 'v' }, with: { by: 10 }, when: { $expr: 'x == 1' } },
        },
        outputs: { s: 's' },
      },
      { keepGoing: true },
    )
    assert.deepEqual(values['s'], { [cell({ x: 0 })]: 0, [cell({ x: 1 })]: 10 })
    assert.equal(result.failures.length, 0)
  })
})
