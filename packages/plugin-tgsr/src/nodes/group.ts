import { defineNode, KintsugiError, type Label, Type, type Vector } from '@kintsugi/core'
import { byKey, requireTasks, valueAt } from '../grouping/by-key.js'
import { type GroupingState, groupingRounds, startGrouping } from '../grouping/group-tasks.js'
import { recordedScores, requireScores, SCORES } from '../grouping/recorded-scores.js'

const scored = (...values: number[]): { value: Vector } => ({
  value: { codec: SCORES, names: values.map((_, i) => String(i + 1)), values },
})
const certain = (label: string): Label => ({ label, confidence: 1, distribution: { [label]: 1 } })

/** `tgsr/group`: Algorithm 1 of TGSR over scores by round. */
export const group = defineNode({
  name: 'tgsr/group',
  title: 'Group tasks',
  description:
    'Algorithm 1 of TGSR: for each threshold, a round. Its group takes the tasks whose score in this round is above the threshold (strictly); they leave the set, and the next round looks at the ' +
    'scores that the others have without them. What no round takes, and what was not selected, is the rest, `Group0`: the degradation space as a whole. Scores move when the winners leave, so binning the ' +
    'scores of the first round gives other groups. With `carried` the groups of earlier rounds are kept and only the rest is grouped on, so that what happens between rounds, such as fine-tuning, can be ' +
    'nodes: one tgsr/group with one threshold for each round.',
  kind: 'per-key',
  inputs: {
    scores: { type: 'vector', description: 'Scores by round of each task in dB, from tgsr/scores.' },
    selected: {
      type: 'boolean',
      optional: true,
      description: 'Which tasks take part, from tgsr/select. Default: all. The others are the rest and need no scores.',
    },
    carried: {
      type: 'label',
      optional: true,
      description: 'Groups of earlier rounds. Tasks with another label than `rest` keep it.',
    },
  },
  outputs: {
    group: { type: 'label', description: '`Group1`, `Group2` ... or `Group0`.' },
    round: { type: 'number', description: 'The round that took the task; 0: none of this node.' },
  },
  params: Type.Object(
    {
      thresholds: Type.Array(Type.Number(), {
        minItems: 1,
        default: [0.8, 0.6, 0.4, 0.2],
        description: "Least scores of the groups in dB, descending. Default: the paper's.",
      }),
      first: Type.Integer({
        default: 1,
        minimum: 1,
        maximum: 1000,
        description: 'Number of the first round and group, for rounds after `carried`.',
      }),
      prefix: Type.String({ default: 'Group', minLength: 1, description: 'What the names of groups begin with.' }),
      rest: Type.String({ default: 'Group0', minLength: 1, description: 'Name of the tasks that no round takes.' }),
      empty: Type.Enum(['refuse', 'allow'], {
        default: 'refuse',
        description: 'Whether a round may take no task. A group without tasks can be neither trained nor scored.',
      }),
    },
    { additionalProperties: false },
  ),
  runs: 'inline',
  examples: [
    {
      title: 'Two rounds; the third task is above 0.6 only in the second, when the first has left',
      in: { scores: [scored(0.9, 0.9), scored(0.4, 0.45), scored(0.55, 0.65)] },
      with: { thresholds: [0.8, 0.6] },
      expect: {
        group: { value: { 0: certain('Group1'), 1: certain('Group0'), 2: certain('Group2') } },
        round: { value: { 0: 1, 1: 0, 2: 2 } },
      },
    },
    {
      title:
        'The second round of unrolled rounds, under other names: the first task has its group, the third is not selected',
      in: {
        scores: [scored(0.9), scored(0.4, 0.7), scored(0.9, 0.9), scored(0.1, 0.2)],
        selected: [true, true, false, true].map((value) => ({ value })),
        carried: ['hard', 'easy', 'easy', 'easy'].map((value) => ({ value })),
      },
      with: { thresholds: [0.6], first: 2, prefix: 'hard', rest: 'easy' },
      expect: {
        group: { value: { 0: certain('hard'), 1: certain('hard2'), 2: certain('easy'), 3: certain('easy') } },
        round: { value: { 0: 0, 1: 2, 2: 0, 3: 0 } },
      },
    },
  ],
  async run({ scores, selected, carried }, { thresholds, first, prefix, rest, empty }) {
    const recorded = await byKey(scores)
    const chosen = selected === undefined ? undefined : await byKey(selected)
    const before = carried === undefined ? undefined : await byKey(carried)
    const tasks = new Set([recorded, chosen, before].flatMap((values) => [...(values?.keys() ?? [])]))
    requireTasks('tgsr/group', tasks, scores.missing)
    const left: string[] = []
    const kept = new Map<string, Label>()
    for (const task of tasks) {
      const label = before === undefined ? undefined : valueAt(before, task, 'carried')
      if (label !== undefined && label.label !== rest) kept.set(task, label)
      else if (chosen === undefined || valueAt(chosen, task, 'selected')) left.push(task)
    }
    for (const task of left) requireScores(task, valueAt(recorded, task, 'scores'))

    let state: GroupingState = { ...startGrouping(left), round: first - 1 }
    const sizes = new Map<number, number>()
    for await (const next of groupingRounds(state, thresholds, recordedScores(recorded))) {
      sizes.set(next.round, state.remaining.length - next.remaining.length)
      state = next
    }
    if (empty === 'refuse') {
      const at = thresholds.findIndex((_, i) => (sizes.get(first + i) ?? 0) === 0)
      if (at >= 0) throw emptyGroup(`${prefix}${first + at}`, thresholds[at]!, left.length)
    }
    const labels = [...tasks].map((task) => {
      const round = state.taken.get(task)
      return [task, kept.get(task) ?? certain(round === undefined ? rest : `${prefix}${round}`)] as const
    })
    return {
      group: new Map(labels),
      round: new Map([...tasks].map((task) => [task, state.taken.get(task) ?? 0])),
    }
  },
})

function emptyGroup(name: string, threshold: number, tasks: number): KintsugiError {
  return new KintsugiError('E_TASKS_EMPTY', {
    message: `${name} would have no tasks`,
    expected: `a task that is left with a score above ${threshold} in its round`,
    found: `none among ${tasks} tasks that were to be grouped`,
    fix: 'lower the thresholds, take more tasks, or write `empty: allow`',
  })
}
