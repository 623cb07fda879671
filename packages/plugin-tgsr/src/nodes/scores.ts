import { defineNode, KintsugiError, Type, type Vector } from '@kintsugi/core'
import { SCORES } from '../grouping/recorded-scores.js'

/** `tgsr/scores`: the scores of a task by round. */
export const scores = defineNode({
  name: 'tgsr/scores',
  title: 'Scores by round',
  description:
    'Puts the scores of a task in the rounds of Algorithm 1 of TGSR side by side, as a vector of codec `tgsr/scores`, for tgsr/group: values wired by name, `{ round1: gain1, round2: gain2 }`, or ' +
    'a list that was recorded, with null where the task was no longer scored. A score is how much the task improves, in dB of PSNR, when the network is fine-tuned on all tasks that are left in that round.',
  inputs: {
    rounds: {
      type: 'number',
      many: true,
      optional: true,
      description: 'Scores by round: names end with the number of the round, from 1. Not with `recorded`.',
    },
  },
  outputs: { scores: { type: 'vector', description: 'The scores by the number of the round.' } },
  params: Type.Object(
    {
      recorded: Type.Optional(
        Type.Array(Type.Union([Type.Number(), Type.Null()]), {
          minItems: 1,
          description: 'Scores in the order of the rounds, in dB; null: not scored.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  runs: 'inline',
  examples: [
    {
      title: 'A task that was taken in the second round',
      with: { recorded: [0.6, 0.63, null, null] },
      expect: { scores: { value: { codec: SCORES, names: ['1', '2'], values: [0.6, 0.63] } } },
    },
    {
      title: 'Scores of two rounds by name',
      in: { rounds: { round2: { value: 0.5 }, round1: { value: 0.25 } } },
      expect: { scores: { value: { codec: SCORES, names: ['1', '2'], values: [0.25, 0.5] } } },
    },
  ],
  run({ rounds = {} }, { recorded }) {
    const wired = Object.entries(rounds)
    if (wired.length > 0 === (recorded !== undefined)) {
      throw new KintsugiError('E_TASKS_SCORES', {
        message: 'tgsr/scores needs scores from one place',
        expected: '`rounds` by references, or a list `recorded`',
        found: recorded === undefined ? 'neither' : 'both',
        fix: 'give one of them',
      })
    }
    const entries =
      recorded?.flatMap((score, i) => (score === null ? [] : [[i + 1, score] as const])) ??
      wired.map(([name, score]) => [roundOf(name), score] as const).sort(([a], [b]) => a - b)
    return { scores: scoresOf(entries) }
  },
})

function scoresOf(entries: readonly (readonly [round: number, score: number])[]): Vector {
  const twice = entries.find(([round], i) => entries[i - 1]?.[0] === round)
  const odd = twice ?? entries.find(([, score]) => !Number.isFinite(score))
  if (odd !== undefined) {
    throw new KintsugiError('E_TASKS_SCORES', {
      message: `The score of round ${odd[0]} cannot be used`,
      expected: 'one finite number for each round',
      found: twice === undefined ? String(odd[1]) : 'two scores of this round',
      fix: 'see what gave it; a PSNR of two equal images is infinite',
    })
  }
  return {
    codec: SCORES,
    names: entries.map(([round]) => String(round)),
    values: entries.map(([, score]) => score),
  }
}

function roundOf(name: string): number {
  const round = Number(/\d+$/.exec(name)?.[0])
  if (round >= 1) return round
  throw new KintsugiError('E_TASKS_SCORES', {
    message: `"${name}" names no round`,
    expected: 'names that end with the number of a round, from 1',
    found: name,
    fix: 'write them as `{ round1: gain1, round2: gain2 }`',
  })
}
