import assert from 'node:assert/strict'
import type { Label, Vector } from '@kintsugi/core'
import { group, groupingRounds, type RoundScorer, scores, startGrouping } from '../src/index.js'
import { fails, overTasks, testContext } from './node-run.js'
import { groupsOfTable6, table6 } from './table-6.js'

const DEFAULTS: Parameters<typeof group.run>[1] = {
  thresholds: [0.8, 0.6, 0.4, 0.2],
  first: 1,
  prefix: 'Group',
  rest: 'Group0',
  empty: 'refuse',
}
const label = (name: string): Label => ({ label: name, confidence: 1, distribution: { [name]: 1 } })

type Recorded = readonly (number | null)[]

async function scoresOf(rows: Readonly<Record<string, Recorded>>): Promise<Map<string, Vector>> {
  const vectors = new Map<string, Vector>()
  for (const [task, recorded] of Object.entries(rows)) {
    const result = await scores.run({ rounds: undefined }, { recorded: [...recorded] }, testContext)
    vectors.set(task, result.scores)
  }
  return vectors
}

/** The scores of Table 6 by task; `change` sees each with its round and task. */
function rowsOfTable6(change: (score: number | null, round: number, task: number) => number | null = (score) => score) {
  return Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [
      `t${i + 1}`,
      table6.map((row, round) => change(row[i] ?? null, round + 1, i + 1)),
    ]),
  )
}

const namesOf = (groups: ReadonlyMap<string, Label>): Record<string, number[]> => {
  const names: Record<string, number[]> = {}
  for (const [task, { label: name }] of groups) (names[name] ??= []).push(Number(task.slice(1)))
  return names
}

describe('tgsr/group', () => {
  it('groups the tasks of Table 6 as published, in four rounds', async () => {
    const series = overTasks(await scoresOf(rowsOfTable6()))
    const result = await group.run({ scores: series, selected: undefined, carried: undefined }, DEFAULTS, testContext)
    assert.deepEqual(namesOf(result.group), groupsOfTable6)
    assert.deepEqual([...result.round.values()], [3, 1, 2, 2, 3, 2, 3, 3, 2, 3, 3, 3, 3, 4, 3, 3, 4, 4, 2, 4])
  })

  it('scores each round anew: binning the first column once gives other groups', async () => {
    const once = rowsOfTable6((_score, _round, task) => table6[0]![task - 1]!)
    const { group: groups } = await group.run(
      { scores: overTasks(await scoresOf(once)), selected: undefined, carried: undefined },
      DEFAULTS,
      testContext,
    )
    assert.deepEqual(namesOf(groups)['Group2'], [4, 6, 9, 15, 19])
    assert.deepEqual(namesOf(groups)['Group0'], [20])
    assert.ok(namesOf(groups)['Group3']?.includes(3))
    assert.notDeepEqual(namesOf(groups), groupsOfTable6)
  })

  it('asks for the scores that Table 6 has, and for no others', async () => {
    // NA stands exactly where a task had been taken.
    const asked: [round: number, task: string][] = []
    const scorer: RoundScorer = {
      score(round, remaining) {
        asked.push(...remaining.map((task) => [round, task] as [number, string]))
        return Promise.resolve(new Map(remaining.map((task) => [task, table6[round - 1]![Number(task) - 1]!])))
      },
    }
    const tasks = Array.from({ length: 20 }, (_, i) => String(i + 1))
    let state = startGrouping(tasks)
    for await (const next of groupingRounds(state, DEFAULTS.thresholds, scorer)) state = next
    const published = table6.flatMap((row, round) =>
      row.flatMap((score, i) => (score === null ? [] : [[round + 1, String(i + 1)]])),
    )
    assert.deepEqual(asked, published)
    assert.deepEqual(state.remaining, [])
  })

  it('goes on from the state of an earlier round', async () => {
    const scorer: RoundScorer = {
      score: (round, remaining) =>
        Promise.resolve(new Map(remaining.map((task) => [task, table6[round - 1]![Number(task) - 1]!]))),
    }
    const tasks = Array.from({ length: 20 }, (_, i) => String(i + 1))
    let state = startGrouping(tasks)
    for await (const next of groupingRounds(state, DEFAULTS.thresholds.slice(0, 2), scorer)) state = next
    const stored = JSON.parse(JSON.stringify({ ...state, taken: [...state.taken] })) as typeof state & {
      taken: [string, number][]
    }
    let resumed = { ...stored, taken: new Map(stored.taken) } as typeof state
    for await (const next of groupingRounds(resumed, DEFAULTS.thresholds.slice(2), scorer)) resumed = next
    for (const [name, members] of Object.entries(groupsOfTable6)) {
      const round = Number(name.slice(-1))
      assert.deepEqual(
        [...resumed.taken].filter(([, at]) => at === round).map(([task]) => Number(task)),
        members,
      )
    }
  })

  it('gives the same groups as one node for each round, with the groups carried', async () => {
    const series = overTasks(await scoresOf(rowsOfTable6()))
    let carried: ReadonlyMap<string, Label> | undefined
    for (const [i, threshold] of DEFAULTS.thresholds.entries()) {
      const before = carried === undefined ? undefined : overTasks(carried)
      const params = { ...DEFAULTS, thresholds: [threshold], first: i + 1 }
      carried = (await group.run({ scores: series, selected: undefined, carried: before }, params, testContext)).group
    }
    assert.deepEqual(namesOf(carried!), groupsOfTable6)
  })

  it('is strict: a score equal to the threshold stays', async () => {
    const series = overTasks(await scoresOf({ a: [0.8, 0.8], b: [0.81] }))
    const params = { ...DEFAULTS, thresholds: [0.8, 0.6] }
    const result = await group.run({ scores: series, selected: undefined, carried: undefined }, params, testContext)
    assert.deepEqual(
      [...result.round],
      [
        ['a', 2],
        ['b', 1],
      ],
    )
  })

  it('leaves tasks that are not selected to the rest, without scores', async () => {
    const result = await group.run(
      {
        scores: overTasks(await scoresOf({ a: [0.9], c: [0.9] })),
        selected: overTasks({ a: true, b: false, c: false }),
        carried: undefined,
      },
      { ...DEFAULTS, thresholds: [0.8] },
      testContext,
    )
    assert.deepEqual(Object.fromEntries([...result.group].map(([task, { label: name }]) => [task, name])), {
      a: 'Group1',
      b: 'Group0',
      c: 'Group0',
    })
  })

  it('refuses empty groups unless they are allowed', async () => {
    const inputs = {
      scores: overTasks(await scoresOf({ a: [0.9, 0.9, 0.9] })),
      selected: undefined,
      carried: undefined,
    }
    const params = { ...DEFAULTS, thresholds: [0.8, 0.6] }
    await assert.rejects(async () => group.run(inputs, params, testContext), fails('E_TASKS_EMPTY', /Group2/))
    const { round } = await group.run(inputs, { ...params, empty: 'allow' }, testContext)
    assert.deepEqual([...round], [['a', 1]])
    await assert.rejects(
      async () => group.run({ ...inputs, scores: overTasks({}, 3) }, params, testContext),
      fails('E_TASKS_EMPTY', /3 missing/),
    )
  })

  it('refuses missing rounds, thresholds that do not descend and tasks without values', async () => {
    const run = async (
      rows: Readonly<Record<string, Recorded>>,
      more: { thresholds: number[] },
      selected?: Record<string, boolean>,
    ) =>
      group.run(
        { scores: overTasks(await scoresOf(rows)), selected: selected && overTasks(selected), carried: undefined },
        { ...DEFAULTS, ...more },
        testContext,
      )
    await assert.rejects(
      run({ a: [0.9], b: [0.1, null] }, { thresholds: [0.8, 0.05] }),
      fails('E_TASKS_ROUND', /"b".*round 2/),
    )
    await assert.rejects(run({ a: [0.9] }, { thresholds: [0.4, 0.6] }), fails('E_TASKS_THRESHOLDS', /0.6 after 0.4/))
    await assert.rejects(run({ a: [0.9] }, { thresholds: [0.4, 0.4] }), fails('E_TASKS_THRESHOLDS'))
    await assert.rejects(
      run({ a: [0.9] }, { thresholds: [0.4] }, { a: true, b: true }),
      fails('E_TASKS_KEYS', /"b".*scores/),
    )
    await assert.rejects(
      run({ a: [0.9], b: [0.5] }, { thresholds: [0.4] }, { a: true }),
      fails('E_TASKS_KEYS', /"b".*selected/),
    )
    const other = overTasks({ a: { codec: 'dasr', names: ['1'], values: [1] } })
    await assert.rejects(
      async () =>
        group.run(
          { scores: other, selected: undefined, carried: overTasks({ a: label('Group0') }) },
          DEFAULTS,
          testContext,
        ),
      fails('E_TASKS_SCORES', /dasr/),
    )
  })
})
